/** Plain loops for standardise; what the fused path's crops are measured by, too. */
import type { Standardisation } from '../manifest';

/** What makes a crop's channels alike: seen = rgb * scale + shift. */
export interface Levels {
  scale: [number, number, number];
  shift: [number, number, number];
}

/** Of one crop [px, 3]: seen = gain * (rgb - mean) / (spread + floor), spread being the standard deviation. */
export function levelsOf(rgb: Float32Array, { gain, floor }: Standardisation): Levels {
  const px = rgb.length / 3;
  const scale: Levels['scale'] = [0, 0, 0];
  const shift: Levels['shift'] = [0, 0, 0];
  for (let c = 0; c < 3; c++) {
    let sum = 0;
    for (let i = c; i < rgb.length; i += 3) sum += rgb[i] as number;
    const mean = sum / px;
    let squares = 0;
    for (let i = c; i < rgb.length; i += 3) squares += ((rgb[i] as number) - mean) ** 2;
    scale[c] = gain / (Math.sqrt(squares / px) + floor);
    shift[c] = -mean * (scale[c] as number);
  }
  return { scale, shift };
}

/** Crops [batch, px, 3] as the network's first convolution sees them. */
export function standardiseReference(rgb: Float32Array, batch: number, standardisation: Standardisation): Float32Array {
  const out = new Float32Array(rgb.length);
  const length = rgb.length / batch;
  for (let image = 0; image < batch; image++) {
    const crop = rgb.subarray(image * length, (image + 1) * length);
    const { scale, shift } = levelsOf(crop, standardisation);
    for (let i = 0; i < length; i++) {
      const c = i % 3;
      out[image * length + i] = (crop[i] as number) * (scale[c] as number) + (shift[c] as number);
    }
  }
  return out;
}
