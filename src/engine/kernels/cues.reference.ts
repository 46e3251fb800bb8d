/** Plain loops for cues. */
import type { CueConstants } from '../manifest';
import { blurRowsReference, gaussianTaps, meanDensity } from './blurRows.reference';

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
  const out = new Float32Array(batch * height * width * 6);
  const rows = blurRowsReference(rgb, batch * height, width, constants.sigmas);
  const taps = constants.sigmas.map(gaussianTaps);
  const pixel = (image: number, y: number, x: number) =>
    (image * height + Math.min(Math.max(y, 0), height - 1)) * width + Math.min(Math.max(x, 0), width - 1);
  const mean = Float32Array.from({ length: batch * height * width }, (_, i) => meanDensity(rgb, i * 3));
  const density = (at: number, row: number) => {
    let sum = 0;
    for (let c = 0; c < 3; c++) {
      sum -= (constants.unmixing[row]?.[c] ?? 0) * Math.log10(Math.max(rgb[at + c] ?? 1, 1 / 255));
    }
    return sum;
  };
  const blurred = (image: number, y: number, x: number, channel: number) => {
    const weights = taps[channel] ?? [];
    const radius = (weights.length - 1) / 2;
    return weights.reduce((sum, w, k) => sum + w * (rows[pixel(image, y + k - radius, x) * 2 + channel] ?? 0), 0);
  };
  for (let image = 0; image < batch; image++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const at = pixel(image, y, x);
        const m = (dy: number, dx: number) => mean[pixel(image, y + dy, x + dx)] ?? 0;
        const gx = (m(-1, 1) - m(-1, -1) + m(1, 1) - m(1, -1) + 2 * (m(0, 1) - m(0, -1))) / 8;
        const gy = (m(1, -1) - m(-1, -1) + m(1, 1) - m(-1, 1) + 2 * (m(1, 0) - m(-1, 0))) / 8;
        const channels = [rgb[at * 3] ?? 0, rgb[at * 3 + 1] ?? 0, rgb[at * 3 + 2] ?? 0];
        const high = Math.max(...channels);
        const values = [
          mean[at] ?? 0,
          density(at * 3, 0),
          density(at * 3, 1),
          (high - Math.min(...channels)) / Math.max(high, 1e-3),
          blurred(image, y, x, 0) - blurred(image, y, x, 1),
          Math.sqrt(gx * gx + gy * gy + 1e-12),
        ];
        values.forEach((value, cue) => {
          out[at * 6 + cue] = value * (constants.scales[cue] ?? 1);
        });
      }
    }
  }
  return out;
}
