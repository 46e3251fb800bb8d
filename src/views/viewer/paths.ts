/** Drawable outlines of cells and type shapes, made once. */

import type { DetectedCell } from '../../domain/cell';
import { CALL_TYPES } from '../../domain/cellType';
import type { Mask } from '../../domain/mask';
import { outlines } from '../../domain/outline';
import { TYPE_SHAPES } from '../parts/shapes';

interface CellPaths {
  /** In px of the image. */
  cell: Path2D;
  nucleus: Path2D;
}

type Outlined = Pick<DetectedCell, 'mask' | 'box'>;

/** By mask: another type leaves the outline as it is. */
const made = new WeakMap<Mask, CellPaths>();

export function cellPaths(cell: Outlined): CellPaths {
  let paths = made.get(cell.mask);
  if (!paths) {
    paths = { cell: path(cell, 1), nucleus: path(cell, 2) };
    made.set(cell.mask, paths);
  }
  return paths;
}

function path({ mask, box }: Outlined, atLeast: 1 | 2): Path2D {
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

let probe: CanvasRenderingContext2D | null = null;

/** The topmost cell whose mask a point of the image lies in. */
export function cellAt<Cell extends Outlined>(
  cells: readonly Cell[],
  { x, y }: { x: number; y: number },
): Cell | undefined {
  probe ??= document.createElement('canvas').getContext('2d');
  return cells.findLast((cell) => {
    const { x0, y0, x1, y1 } = cell.box;
    return x >= x0 && x < x1 && y >= y0 && y < y1 && probe?.isPointInPath(cellPaths(cell).cell, x, y);
  });
}

let shapes: Record<string, Path2D> | null = null;

/** The type's shape in a box from -1 to 1. */
export function shapePath(type: (typeof CALL_TYPES)[number]): Path2D {
  shapes ??= Object.fromEntries(CALL_TYPES.map((known) => [known, new Path2D(TYPE_SHAPES[known])]));
  return shapes[type] ?? new Path2D();
}
