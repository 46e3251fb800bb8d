/** Plain loops for groupedConv. */
import type { FeatureMap } from './crossLayerSum.reference';

/** ReLU(grouped 3x3 convolution, padding 1, plus bias); weights [3, 3, C / groups, C] row-major. */
export function groupedConvReference(
  x: FeatureMap,
  weights: Float32Array,
  inner: number,
  bias: Float32Array,
): Float32Array {
  const [batch, height, width, channels] = x.shape;
  const out = new Float32Array(batch * height * width * channels);
  for (let image = 0; image < batch; image++) {
    for (let y = 0; y < height; y++) {
      for (let px = 0; px < width; px++) {
        const to = ((image * height + y) * width + px) * channels;
        for (let c = 0; c < channels; c++) out[to + c] = bias[c] ?? 0;
        for (let ky = 0; ky < 3; ky++) {
          const sy = y + ky - 1;
          if (sy < 0 || sy >= height) continue;
          for (let kx = 0; kx < 3; kx++) {
            const sx = px + kx - 1;
            if (sx < 0 || sx >= width) continue;
            const from = ((image * height + sy) * width + sx) * channels;
            const tap = (ky * 3 + kx) * inner * channels;
            for (let c = 0; c < channels; c++) {
              const first = from + Math.floor(c / inner) * inner;
              let sum = out[to + c] as number;
              for (let k = 0; k < inner; k++) {
                sum += (x.values[first + k] as number) * (weights[tap + k * channels + c] as number);
              }
              out[to + c] = sum;
            }
          }
        }
        for (let c = 0; c < channels; c++) out[to + c] = Math.max(out[to + c] as number, 0);
      }
    }
  }
  return out;
}
