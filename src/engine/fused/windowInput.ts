/** A window of the decoded image as the fused path's input: numbers, then the px as they were decoded. */
import type { Window } from '../../domain/pixels';
import { HEADER } from './kernels/window';

/** px of the image that a window may take: of wider ones the crop is resampled before it is written. */
export const MOST_PX = 512 * 512;

/** vec4 that any window's input takes at most. */
export const WINDOW_SIZE = HEADER + MOST_PX / 4;

/** px of the image that a filter over the box reads, in either direction: [from, to). */
function reach(start: number, stop: number, size: number, limit: number): [number, number] {
  const [first, last] = [Math.min(start, stop), Math.max(start, stop)];
  const scale = (last - first) / size;
  const radius = Math.max(scale, 1);
  const low = Math.floor(first + 0.5 * scale - radius);
  const high = Math.ceil(last - 0.5 * scale + radius);
  const from = Math.min(Math.max(low, 0), limit);
  return [from, Math.max(from, Math.min(high, limit))];
}

/** For kernels/window.ts, for a crop of `size` px; null where the window takes more than MOST_PX. */
export function windowInput({ pixels, white, box }: Window, size: number): Float32Array<ArrayBuffer> | null {
  const [x0, x1] = reach(box.x0, box.x1, size, pixels.width);
  const [y0, y1] = reach(box.y0, box.y1, size, pixels.height);
  const [width, height] = [x1 - x0, y1 - y0];
  if (width * height > MOST_PX) return null;
  const input = new Float32Array((HEADER + Math.ceil((width * height) / 4)) * 4);
  const surface = white.surface ?? white.constant.map((value) => [value, 0, 0, 0, 0, 0]);
  const [du, dv] = [2 / pixels.width, 2 / pixels.height];
  input.set([box.x0 - x0, box.y0 - y0, (box.x1 - box.x0) / size, (box.y1 - box.y0) / size]);
  input.set([width, height], 4);
  input.set([du, x0 * du - 1, dv, y0 * dv - 1], 8);
  input.set(white.constant, 12);
  for (let k = 0; k < 6; k++)
    input.set(
      [0, 1, 2].map((c) => surface[c]?.[k] as number),
      (4 + k) * 4,
    );
  const { data } = pixels;
  const aligned = data.byteOffset % 4 === 0 ? data : data.slice();
  const words = new Uint32Array(aligned.buffer, aligned.byteOffset, aligned.length / 4);
  const to = new Uint32Array(input.buffer, HEADER * 16);
  for (let y = y0, at = 0; y < y1; y++) {
    const row = y * pixels.width;
    // Alpha such that no px, read as a float, is a number that a device may change as it copies it (NaN, subnormal).
    for (let x = x0; x < x1; x++) to[at++] = ((words[row + x] as number) & 0xffffff) | 0x3f000000;
  }
  return input;
}
