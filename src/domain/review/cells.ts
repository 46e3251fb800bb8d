/** What the engine found and what people decided, as one list of cells. */
import { type Extent, reachesEdge } from '../box';
import type { DetectedCell } from '../cell';
import { type CallType, CELL_TYPES } from '../cellType';
import { maskAreas } from '../mask';
import { type CellMeasures, cellMeasures } from '../measure/cellMeasures';
import type { CellReview, ImageReview, MadeCell } from './events';

/** A cell as it stands: `type`, `box`, `mask` and `areas` are a person's where a person decided, else the engine's. */
export interface ReviewCell extends DetectedCell {
  /** Who its type is by. */
  by: 'model' | 'person';
  /** The engine's own call, whatever a person says. */
  modelCall: CallType;
  origin: 'model' | MadeCell['origin'];
  /** A person changed its outline. */
  redrawn: boolean;
  /** The second reader's type; null where that reader has not seen it. */
  second: CallType | null;
}

const made = new WeakMap<DetectedCell, { review: CellReview | undefined; cell: ReviewCell }>();

/** The same object as long as neither the engine's cell nor its review changes. */
function reviewCell(detected: DetectedCell | MadeCell, review: CellReview | undefined, extent: Extent): ReviewCell {
  const known = made.get(detected);
  if (known && known.review === review) return known.cell;
  const shape = review?.shape;
  // Of what the engine outlined in the field that it saw, its word stands.
  // A round field's edge is not known here: what the engine says of it stays.
  const byRound = detected.touchesBorder === true && !reachesEdge(detected.box, extent);
  const drawn = shape ?? ('origin' in detected ? detected : undefined);
  const origin = 'origin' in detected ? detected.origin : 'model';
  // Logs of before hold the model's view of a parent there, which it never had of what was made of it.
  const { type: _, ...unseen } = unseenView();
  const cell: ReviewCell = {
    ...detected,
    ...(NOT_LOOKED_AT.has(origin) && unseen),
    ...(shape && { box: shape.box, mask: shape.mask, areas: maskAreas(shape.mask) }),
    ...(drawn && { touchesBorder: byRound || reachesEdge(drawn.box, extent) }),
    type: review?.call ?? detected.type,
    by: review?.call ? 'person' : 'model',
    modelCall: detected.type,
    origin,
    redrawn: shape !== undefined,
    second: review?.second ?? null,
  };
  made.set(detected, { review, cell });
  return cell;
}

/** Cells of one image of this size as they stand, without the deleted; those that people made come after the engine's. */
export function reviewCells(
  detected: readonly DetectedCell[],
  review: ImageReview | undefined,
  extent: Extent,
): ReviewCell[] {
  const reviews = review?.cells;
  const cells = detected.flatMap((cell) =>
    reviews?.[cell.id]?.deleted ? [] : [reviewCell(cell, reviews?.[cell.id], extent)],
  );
  for (const own of Object.values(reviews ?? {})) {
    if (own.made && !own.deleted) cells.push(reviewCell(own.made, own, extent));
  }
  return cells;
}

/** The first id that no cell of the image has or had. */
export function nextCellId(detected: readonly DetectedCell[], review: ImageReview | undefined): number {
  const ids = [...detected.map(({ id }) => id), ...Object.keys(review?.cells ?? {}).map(Number)];
  return Math.max(0, ...ids) + 1;
}

/** What stands as the model's view of a cell it never looked at, which is what a view this even means (isUnseen). */
export const unseenView = () =>
  ({
    probabilities: Array<number>(CELL_TYPES.length).fill(1 / CELL_TYPES.length),
    modelType: 'platelet',
    type: 'unidentified',
    confidence: 1 / CELL_TYPES.length,
    consistency: Number.NaN,
    novelty: Number.NaN,
    attributes: [] as DetectedCell['attributes'],
  }) as const satisfies Partial<DetectedCell>;

/** What is outlined by hand alone; a cell that was added may be the engine's outline. */
const NOT_LOOKED_AT: ReadonlySet<ReviewCell['origin']> = new Set(['split', 'merge', 'imported']);

/**
 * True where the model never looked at a cell: it is from annotations, painted, or made of others by hand. What stands as the
 * model's view of it is only there to fill the fields; no network finds all types alike.
 */
export function isUnseen({ origin, probabilities }: Pick<ReviewCell, 'origin' | 'probabilities'>): boolean {
  return NOT_LOOKED_AT.has(origin) || probabilities.every((p) => p === 1 / CELL_TYPES.length);
}

/** The model's probability of the type that stands; null where it never looked at the cell, or that type is none it knows. */
export function standingProbability(cell: Pick<ReviewCell, 'origin' | 'probabilities' | 'type'>): number | null {
  const index = CELL_TYPES.indexOf(cell.type as never);
  return isUnseen(cell) ? null : (cell.probabilities[index] ?? null);
}

/** True where the model looked at a cell and could not place it, and nobody has said anything since: what it asks to be reviewed. */
export function isUnplaced(cell: Pick<ReviewCell, 'origin' | 'probabilities' | 'type' | 'by'>): boolean {
  return cell.by === 'model' && cell.type === 'unidentified' && !isUnseen(cell);
}

/** True where only a box of a cell is known, as annotations may give it: a rectangle is no outline, and nothing is measured of it. */
export function isBoxOnly({
  origin,
  redrawn,
  box,
  areas,
}: Pick<ReviewCell, 'origin' | 'redrawn' | 'box' | 'areas'>): boolean {
  return (
    origin === 'imported' && !redrawn && areas.nucleus === 0 && areas.cell === (box.x1 - box.x0) * (box.y1 - box.y0)
  );
}

/** What is measured of a cell's outline; null where there is none. */
export const measuresOf = (cell: ReviewCell): CellMeasures | null => (isBoxOnly(cell) ? null : cellMeasures(cell.mask));
