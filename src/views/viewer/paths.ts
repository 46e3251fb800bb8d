/** Drawable outlines of cells and type shapes, made once. */

import type { DetectedCell } from '../../domain/cell';
import { CALL_TYPES } from '../../domain/cellType';
import { outlines } from '../../domain/outline';
import { TYPE_SHAPES } from '../parts/shapes';

interface CellPaths {
  /** In px of the image. */
  cell: Path2D;
  nucleus: Path2D;
}

const made = new WeakMap<DetectedCell, CellPaths>();

export function cellPaths(cell: DetectedCell): CellPaths {
  let paths = made.get(cell);
  if (!paths) {
    paths = { cell: path(cell, 1), nucleus: path(cell, 2) };
    made.set(cell, paths);
  }
  return paths;
}

function path({ mask, box }: DetectedCell, atLeast: 1 | 2): Path2D {
  const result = new Path2D();
  for (const ring of outlines(mask, atLeast)) {
    for (let i = 0; i < ring.length; i += 2) {
      const [x, y] = [(ring[i] ?? 0) + box.x0, (ring[i + 1] ?? 0) + box.y0];
      if (i === 0) result.moveTo(x, y);
      else result.lineTo(x, y);
    }
    result.closePath();
  }
  return result;
}

let shapes: Record<string, Path2D> | null = null;

/** The type's shape in a box from -1 to 1. */
export function shapePath(type: (typeof CALL_TYPES)[number]): Path2D {
  shapes ??= Object.fromEntries(CALL_TYPES.map((known) => [known, new Path2D(TYPE_SHAPES[known])]));
  return shapes[type] ?? new Path2D();
}
