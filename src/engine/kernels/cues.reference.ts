/** Plain loops for cues; what runs on wasm, too. */
import type { CueConstants } from '../manifest';
import { gaussianTaps } from './blurRows.reference';

/**
 * White-pointed rgb [batch, height, width, 3] in [0, 1] -> [batch, height, width, 6]: mean optical
 * density, azure, eosin, HSV saturation, difference of Gaussians, Sobel gradient; edges replicated.
 */
export function cuesReference(
  rgb: Float32Array,
  batch: number,
  height: number,
  width: number,
  constants: CueConstants,
): Float32Array {
  const n = height * width;
  const out = new Float32Array(batch * n * 6);
  const [narrow, wide] = constants.sigmas.map((sigma) => Float64Array.from(gaussianTaps(sigma)));
  for (let image = 0; image < batch; image++) {
    const part = rgb.subarray(image * n * 3, (image + 1) * n * 3);
    const densities = new Float64Array(n * 3);
    for (let i = 0; i < n * 3; i++) densities[i] = -Math.LOG10E * Math.log(Math.max(part[i] as number, 1 / 255));
    const mean = new Float64Array(n);
    for (let i = 0; i < n; i++) mean[i] = sum3(densities, i * 3, 1, 1, 1) / 3;
    const dog = blur(mean, height, width, narrow as Float64Array);
    const surround = blur(mean, height, width, wide as Float64Array);
    for (let i = 0; i < n; i++) dog[i]! -= surround[i] as number;
    writeCues(out.subarray(image * n * 6, (image + 1) * n * 6), part, densities, mean, dog, height, width, constants);
  }
  return out;
}

/** Three values from `at` on, each times its factor, added up. */
function sum3(values: Float64Array, at: number, a: number, b: number, c: number): number {
  return a * (values[at] as number) + b * (values[at + 1] as number) + c * (values[at + 2] as number);
}

/** Separable blur of a plane, edges replicated. */
function blur(plane: Float64Array, height: number, width: number, taps: Float64Array): Float64Array {
  const rows = new Float64Array(plane.length);
  blurLines(plane, rows, height, width, width, 1, taps);
  const both = new Float64Array(plane.length);
  blurLines(rows, both, width, height, 1, width, taps);
  return both;
}

function blurLines(
  from: Float64Array,
  to: Float64Array,
  lines: number,
  length: number,
  lineStep: number,
  step: number,
  taps: Float64Array,
): void {
  const radius = (taps.length - 1) / 2;
  const padded = new Float64Array(length + 2 * radius);
  for (let line = 0; line < lines; line++) {
    const base = line * lineStep;
    for (let i = 0; i < padded.length; i++) {
      padded[i] = from[base + Math.min(Math.max(i - radius, 0), length - 1) * step] as number;
    }
    // Taps are symmetric: two px are added before they are weighted.
    for (let i = 0; i < length; i++) {
      let sum = (taps[radius] as number) * (padded[i + radius] as number);
      for (let k = 0, l = i + taps.length - 1; k < radius; k++) {
        sum += (taps[k] as number) * ((padded[i + k] as number) + (padded[l - k] as number));
      }
      to[base + i * step] = sum;
    }
  }
}

function writeCues(
  out: Float32Array,
  rgb: Float32Array,
  densities: Float64Array,
  mean: Float64Array,
  dog: Float64Array,
  height: number,
  width: number,
  { unmixing, scales }: CueConstants,
): void {
  const [azure, eosin] = unmixing as [number[], number[]];
  const [a, b, c] = azure as [number, number, number];
  const [d, e, f] = eosin as [number, number, number];
  for (let y = 0; y < height; y++) {
    const row = y * width;
    const above = Math.max(y - 1, 0) * width;
    const below = Math.min(y + 1, height - 1) * width;
    for (let x = 0; x < width; x++) {
      const left = Math.max(x - 1, 0);
      const right = Math.min(x + 1, width - 1);
      const m = (at: number) => mean[at] as number;
      const corners = m(above + right) - m(below + left);
      const others = m(below + right) - m(above + left);
      const gx = (corners + others + 2 * (m(row + right) - m(row + left))) / 8;
      const gy = (others - corners + 2 * (m(below + x) - m(above + x))) / 8;
      const i = row + x;
      const [r, g, v] = [rgb[i * 3] as number, rgb[i * 3 + 1] as number, rgb[i * 3 + 2] as number];
      const high = Math.max(r, g, v);
      out[i * 6] = m(i) * (scales[0] as number);
      out[i * 6 + 1] = sum3(densities, i * 3, a, b, c) * (scales[1] as number);
      out[i * 6 + 2] = sum3(densities, i * 3, d, e, f) * (scales[2] as number);
      out[i * 6 + 3] = ((high - Math.min(r, g, v)) / Math.max(high, 1e-3)) * (scales[3] as number);
      out[i * 6 + 4] = (dog[i] as number) * (scales[4] as number);
      out[i * 6 + 5] = Math.sqrt(gx * gx + gy * gy + 1e-12) * (scales[5] as number);
    }
  }
}
