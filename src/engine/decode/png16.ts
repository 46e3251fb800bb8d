/** 16-bit PNG -> px: browsers keep only the upper byte, which leaves the picture of a 12-bit camera black. */
import { decode } from 'fast-png';
import { LeukolensError } from '../../domain/errors';
import type { Pixels } from '../../domain/pixels';

/** Bit depth is the 9th byte of the first chunk. */
export function isPng16(bytes: Uint8Array): boolean {
  return bytes[24] === 16;
}

/** Bytes that a profile can have; more is a file that lies. */
const MAX_PROFILE = 4 * 2 ** 20;

/** The colour profile of a PNG (chunk iCCP, before the picture); null where it has none, or one that is damaged. */
export async function profileOf(bytes: Uint8Array): Promise<Uint8Array | null> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 8; at + 12 <= bytes.length; at += 12 + view.getUint32(at)) {
    const kind = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (kind === 'IDAT') return null;
    if (kind !== 'iCCP') continue;
    const chunk = bytes.subarray(at + 8, at + 8 + view.getUint32(at));
    // Behind its name, which ends with 0, and the number of the one compression there is.
    return inflated(chunk.slice(chunk.indexOf(0) + 2)).catch(() => null);
  }
  return null;
}

async function inflated(data: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const reader = new Blob([data]).stream().pipeThrough(new DecompressionStream('deflate')).getReader();
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for (let length = 0; length < MAX_PROFILE; ) {
    const { done, value } = await reader.read();
    if (done) return new Uint8Array(await new Blob(parts).arrayBuffer());
    parts.push(value);
    length += value.length;
  }
  await reader.cancel();
  throw new Error('longer than any profile');
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
