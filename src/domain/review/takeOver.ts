/** Annotations of others as decisions, on top of what stands. Pure. */
import type { Extent } from '../box';
import { decodeMask, encodeMask, maskAreas, NUCLEUS, overlapShare, SAME_CELL } from '../mask';
import { nextCellId, type ReviewCell } from './cells';
import { type Annotation, type Compared, compare } from './compare';
import { handMade } from './edits';
import type { Change, ImageReview, Shape } from './events';
import { same } from './same';

/** An image with its cells as they stand, and what is annotated in it. */
export interface Annotated {
  id: string;
  size: Extent;
  /** Ids that cells have or had are not given again. */
  detected: Parameters<typeof nextCellId>[0];
  review: ImageReview | undefined;
  cells: readonly ReviewCell[];
  truth: readonly Annotation[];
}

export interface TakenOver {
  changes: Change[];
  /** Annotations on a cell whose outline they are not (a nucleus, a loose box): only their type is taken. */
  onCells: number;
  /** Annotations on a cell that another one is of: left out. */
  again: number;
}

/** The annotation's outline; where it says nothing of a nucleus, with the one the engine saw inside it. */
function withNucleus({ shape: { box, mask }, nucleusKnown }: Annotation, cell: Compared): Shape {
  if (nucleusKnown) return { box, mask };
  const classes = decodeMask(mask);
  const own = decodeMask(cell.mask);
  for (let y = 0; y < mask.height; y++) {
    for (let x = 0; x < mask.width; x++) {
      const [cx, cy] = [box.x0 + x - cell.box.x0, box.y0 + y - cell.box.y0];
      if (cx < 0 || cy < 0 || cx >= cell.mask.width || cy >= cell.mask.height) continue;
      if (classes[y * mask.width + x] && own[cy * cell.mask.width + cx] === NUCLEUS)
        classes[y * mask.width + x] = NUCLEUS;
    }
  }
  return { box, mask: encodeMask(classes, mask.width, mask.height) };
}

/** Whether outlines lie on a cell as parts that it is to be cut into: two or more that were drawn, over half of it. */
function areParts(on: readonly Annotation[], cell: ReviewCell): boolean {
  const area = on.reduce((sum, { shape }) => sum + maskAreas(shape.mask).cell, 0);
  return on.length > 1 && on.every(({ boxOnly }) => !boxOnly) && area >= maskAreas(cell.mask).cell / 2;
}

/**
 * What the annotations of one image change: types, outlines where they were drawn, and cells that were missed. What overlaps a
 * cell too little to be its outline is not added beside it, which would count it twice: alone it gives the cell its type, and
 * several are the cells that it really is.
 */
export function takeOver({ id: image, size, detected, review, cells, truth }: Annotated): TakenOver {
  const { matches, missed } = compare([{ id: image, cells, truth }]);
  const byId = new Map(cells.map((cell) => [cell.id, cell]));
  const typed = ({ id, modelCall }: Compared, type: Annotation['type']): Change[] => {
    const old = review?.cells?.[id]?.call ?? null;
    return old === type ? [] : [{ image, cell: id, field: 'call', old, new: type, model: modelCall }];
  };
  // Outlines as they will be, of cells that have their annotation.
  const settled: Shape[] = [];
  const changes = matches.flatMap(({ cell, truth: said }): Change[] => {
    const call = typed(cell, said.type);
    const shape = said.boxOnly ? { box: cell.box, mask: cell.mask } : withNucleus(said, cell);
    settled.push(shape);
    byId.delete(cell.id);
    if (same({ box: cell.box, mask: cell.mask }, shape)) return call;
    const old = review?.cells?.[cell.id]?.shape ?? null;
    return [...call, { image, cell: cell.id, field: 'shape', old, new: shape }];
  });

  const fresh: Annotation[] = [];
  const on = new Map<ReviewCell, Annotation[]>();
  let again = 0;
  for (const { truth: said } of missed) {
    const share = (shape: Shape) => overlapShare(shape, said.shape);
    const free = [...byId.values()].filter((cell) => share(cell) > SAME_CELL).sort((a, b) => share(b) - share(a));
    const [cell] = free;
    if (cell) on.set(cell, [...(on.get(cell) ?? []), said]);
    else if (settled.some((shape) => share(shape) > SAME_CELL)) again++;
    else fresh.push(said);
  }
  let onCells = 0;
  for (const [cell, said] of on) {
    if (areParts(said, cell)) {
      changes.push({ image, cell: cell.id, field: 'deleted', old: null, new: true });
      fresh.push(...said);
      continue;
    }
    const [first, ...others] = said;
    if (first) changes.push(...typed(cell, first.type));
    onCells++;
    again += others.length;
  }

  const firstId = nextCellId(detected, review);
  for (const [i, { shape, type }] of fresh.entries()) {
    const place = { image, cell: firstId + i };
    const made = handMade(place.cell, shape, { origin: 'imported', parents: [] }, size);
    changes.push({ ...place, field: 'made', old: null, new: made }, { ...place, field: 'call', old: null, new: type });
  }
  return { changes, onCells, again };
}
