/** 16-bit PNG -> px: browsers keep only the upper byte, which leaves the picture of a 12-bit camera black. */
import { decode } from 'fast-png';
import { LeukolensError } from '../../domain/errors';
import type { Pixels } from '../../domain/pixels';

/** Bit depth is the 9th byte of the first chunk. */
export function isPng16(bytes: Uint8Array): boolean {
  return bytes[24] === 16;
}

/** Scales by the number of bits in use (8, 10, 12, 14 or 16); transparency becomes white. */
export function decodePng16(bytes: Uint8Array): Pixels {
  let png: ReturnType<typeof decode>;
  try {
    png = decode(bytes, { checkCrc: true });
  } catch (cause) {
    throw new LeukolensError('damaged-image', 'The PNG data is damaged.', 'Copy the file again from its source.', {
      cause,
    });
  }
  const { width, height, channels, data: samples } = png;
  const alphas = channels === 2 || channels === 4;
  const colours = alphas ? channels - 1 : channels;
  let most = 0;
  for (let i = 0; i < samples.length; i++) {
    if (i % channels < colours && (samples[i] as number) > most) most = samples[i] as number;
  }
  const peak = 2 ** ([8, 10, 12, 14].find((bits) => most < 2 ** bits) ?? 16) - 1;
  const data = new Uint8ClampedArray(width * height * 4);
  for (let i = 0; i < width * height; i++) {
    const alpha = alphas ? (samples[i * channels + colours] as number) / 65_535 : 1;
    for (let c = 0; c < 3; c++) {
      const value = (samples[i * channels + (colours === 3 ? c : 0)] as number) / peak;
      data[i * 4 + c] = 255 * (value * alpha + 1 - alpha);
    }
    data[i * 4 + 3] = 255;
  }
  return { data, width, height };
}
