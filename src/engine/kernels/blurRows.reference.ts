/** Plain loops for blurRows. */

/** Mean over channels of -log10 of a pixel whose red value stands at `at`; values under 1/255 count as 1/255. */
export function meanDensity(rgb: Float32Array, at: number): number {
  let sum = 0;
  for (let c = 0; c < 3; c++) sum -= Math.log10(Math.max(rgb[at + c] ?? 1, 1 / 255));
  return sum / 3;
}

/** Taps of a normalised Gaussian of radius ceil(3 sigma). */
export function gaussianTaps(sigma: number): number[] {
  const radius = Math.ceil(3 * sigma);
  const taps = Array.from({ length: 2 * radius + 1 }, (_, i) => Math.exp(-((i - radius) ** 2) / (2 * sigma * sigma)));
  const sum = taps.reduce((a, b) => a + b, 0);
  return taps.map((t) => t / sum);
}

/** rgb [rows, width, 3] -> [rows, width, 2]: mean optical density blurred along rows by each sigma. */
export function blurRowsReference(
  rgb: Float32Array,
  rows: number,
  width: number,
  sigmas: [number, number],
): Float32Array {
  const out = new Float32Array(rows * width * 2);
  const taps = sigmas.map(gaussianTaps);
  const line = new Float64Array(width);
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < width; x++) line[x] = meanDensity(rgb, (y * width + x) * 3);
    taps.forEach((weights, channel) => {
      const radius = (weights.length - 1) / 2;
      for (let x = 0; x < width; x++) {
        let total = 0;
        for (let k = -radius; k <= radius; k++) {
          total += (weights[k + radius] ?? 0) * (line[Math.min(Math.max(x + k, 0), width - 1)] ?? 0);
        }
        out[(y * width + x) * 2 + channel] = total;
      }
    });
  }
  return out;
}
