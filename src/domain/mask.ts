/** Three-class cell masks, run-length coded row by row over the cell's box. */
import type { Box } from './box';

export const BACKGROUND = 0;
export const CYTOPLASM = 1;
export const NUCLEUS = 2;

/** runs: [length, class, length, class, ...] in row-major order over width x height px. */
export interface Mask {
  width: number;
  height: number;
  runs: Uint32Array;
}

/** Codes class values (0, 1, 2) of width x height px. */
export function encodeMask(classes: ArrayLike<number>, width: number, height: number): Mask {
  const runs: number[] = [];
  let start = 0;
  for (let i = 1; i <= width * height; i++) {
    if (i === width * height || classes[i] !== classes[start]) {
      runs.push(i - start, classes[start] ?? 0);
      start = i;
    }
  }
  return { width, height, runs: Uint32Array.from(runs) };
}

/** Class of every px, row-major, length width * height. */
export function decodeMask(mask: Mask): Uint8Array {
  const classes = new Uint8Array(mask.width * mask.height);
  let at = 0;
  for (let i = 0; i < mask.runs.length; i += 2) {
    const length = mask.runs[i] ?? 0;
    classes.fill(mask.runs[i + 1] ?? 0, at, at + length);
    at += length;
  }
  return classes;
}

/** Px of the whole cell (cytoplasm or nucleus) and of its nucleus. */
export function maskAreas(mask: Mask): { cell: number; nucleus: number } {
  let cell = 0;
  let nucleus = 0;
  for (let i = 0; i < mask.runs.length; i += 2) {
    const length = mask.runs[i] ?? 0;
    if (mask.runs[i + 1] !== BACKGROUND) cell += length;
    if (mask.runs[i + 1] === NUCLEUS) nucleus += length;
  }
  return { cell, nucleus };
}

/** Intersection over union of two cells whose masks lie at their boxes (integer px), 0 to 1. */
export function maskIou(a: Mask, boxA: Box, b: Mask, boxB: Box): number {
  const ca = decodeMask(a);
  const cb = decodeMask(b);
  let both = 0;
  for (let y = Math.max(boxA.y0, boxB.y0); y < Math.min(boxA.y1, boxB.y1); y++) {
    for (let x = Math.max(boxA.x0, boxB.x0); x < Math.min(boxA.x1, boxB.x1); x++) {
      const inA = ca[(y - boxA.y0) * a.width + x - boxA.x0] !== BACKGROUND;
      const inB = cb[(y - boxB.y0) * b.width + x - boxB.x0] !== BACKGROUND;
      if (inA && inB) both++;
    }
  }
  const union = maskAreas(a).cell + maskAreas(b).cell - both;
  return union > 0 ? both / union : 0;
}
