/** A window of the decoded image as the fused path's input: which px it takes, and numbers that say how. */
import type { Box } from '../../domain/box';
import type { Window } from '../../domain/pixels';
import { HEADER } from './kernels/window';
import type { Part, Place } from './picture';

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

/** The part of the image that a window shown at width x height px reads. */
export function partOf({ pixels, box }: Window, width: number, height: number): Part {
  const [x0, x1] = reach(box.x0, box.x1, width, pixels.width);
  const [y0, y1] = reach(box.y0, box.y1, height, pixels.height);
  return { pixels, box: { x0, y0, x1, y1 } };
}

/** For kernels/window.ts: how a window is shown at width x height px, given the part of the image that it reads and where that lies. */
export function windowInput(
  { pixels, white, box }: Window,
  part: Box,
  { first, stride }: Place,
  width: number,
  height: number,
): Float32Array<ArrayBuffer> {
  const input = new Float32Array(HEADER * 4);
  const surface = white.surface ?? white.constant.map((value) => [value, 0, 0, 0, 0, 0]);
  const [du, dv] = [2 / pixels.width, 2 / pixels.height];
  input.set([box.x0 - part.x0, box.y0 - part.y0, (box.x1 - box.x0) / width, (box.y1 - box.y0) / height]);
  input.set([part.x1 - part.x0, part.y1 - part.y0, first, stride], 4);
  input.set([du, part.x0 * du - 1, dv, part.y0 * dv - 1], 8);
  input.set(white.constant, 12);
  for (let k = 0; k < 6; k++)
    input.set(
      [0, 1, 2].map((c) => surface[c]?.[k] as number),
      (4 + k) * 4,
    );
  return input;
}
