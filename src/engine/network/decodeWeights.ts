/** The weights' bytes as float32 arrays. Plain values, so that each backend makes of them what it needs. */
import type { Manifest } from '../manifest';
import type { ModelArray } from '../plan/arrays';

/** IEEE 754 half precision -> number. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** Arrays by name, in the manifest's order behind one another; each float32 or stored as float16. Throws RangeError where bytes lack or are left over. */
export function decodeWeights(bytes: ArrayBuffer, entries: Manifest['weights']): Map<string, ModelArray> {
  const halves = Float32Array.from({ length: 0x10000 }, (_, bits) => half(bits));
  const arrays = new Map<string, ModelArray>();
  let at = 0;
  for (const { name, shape, quantization } of entries) {
    const length = shape.reduce((a, b) => a * b, 1);
    const stored = quantization?.dtype === 'float16' ? 2 : 4;
    const part = bytes.slice(at, at + length * stored);
    if (part.byteLength < length * stored) throw new RangeError(`the bytes of ${name} are missing`);
    const values =
      stored === 4
        ? new Float32Array(part)
        : Float32Array.from(new Uint16Array(part), (bits) => halves[bits] as number);
    arrays.set(name, { shape, values });
    at += part.byteLength;
  }
  // One array left out or of another shape, and all behind it would be read from the wrong place.
  if (at !== bytes.byteLength) throw new RangeError(`${bytes.byteLength - at} bytes belong to no array`);
  return arrays;
}
