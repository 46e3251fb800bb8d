/** What the network sees of a window, where a device does not make it itself; and a window that is a crop already. */
import type { Window } from '../../domain/pixels';
import { resampleWindow } from '../kernels/resampleWindow';
import { whiteRows } from '../saliency/whitePoint';

/** [height, width, 3] white-pointed, in [0, 1]. */
export function shown({ pixels, white, box }: Window, width: number, height: number): Float32Array {
  return resampleWindow(pixels, whiteRows(white, pixels.width, pixels.height), box, width, height);
}

/** The window that shows a crop of bytes [size, size, 3] as it is. */
export function windowOf(crop: Uint8Array): Window {
  const size = Math.sqrt(crop.length / 3);
  const data = new Uint8ClampedArray(size * size * 4).fill(255);
  for (let i = 0; i < size * size; i++) data.set(crop.subarray(i * 3, i * 3 + 3), i * 4);
  const box = { x0: 0, y0: 0, x1: size, y1: size };
  return { pixels: { data, width: size, height: size }, white: { constant: [1, 1, 1], surface: null }, box };
}
