/** Annotations against the model: which cells are the same, how their types and outlines agree. */
import { CALL_TYPES, type CallType } from '../cellType';
import { maskAreas, maskIou } from '../mask';
import type { ReviewCell } from './cells';
import type { Shape } from './events';

/** A cell and an annotation are the same from this overlap on (boxes where only a box was drawn). */
export const SAME_IOU = 0.5;

/** What people say is in an image: one of their annotations. */
export interface Annotation {
  type: CallType;
  /** Where it is, and its px where they were drawn; a box alone is filled. */
  shape: Shape;
  /** True where only a box was given. */
  boxOnly: boolean;
  /** True where it says which px are the nucleus, or that none is; else the nucleus is what the engine sees. */
  nucleusKnown?: boolean;
}

export interface AnnotatedImage {
  imageId: string;
  annotations: Annotation[];
}

/** What of a cell is compared: its outline, and what the model called it. */
export type Compared = Pick<ReviewCell, 'id' | 'box' | 'mask' | 'modelCall'>;

export interface Match {
  image: string;
  cell: Compared;
  truth: Annotation;
  iou: number;
  /** Of the whole cell's px; null where only a box was drawn. */
  dice: number | null;
}

export interface Comparison {
  matches: Match[];
  /** Annotated, and not found. */
  missed: { image: string; truth: Annotation }[];
  /** Found, and not annotated. */
  extra: { image: string; cell: Compared }[];
  /** Rows the annotations' types, columns the model's calls, of the types that occur; matched cells only. */
  confusion: { types: CallType[]; counts: number[][] };
  agreed: number;
  meanDice: number | null;
}

const boxOf = ({ box }: Shape) => ({
  box,
  mask: { width: box.x1 - box.x0, height: box.y1 - box.y0, runs: filled(box) },
});
const filled = (box: Shape['box']) => Uint32Array.of((box.x1 - box.x0) * (box.y1 - box.y0), 1);

function overlap(cell: Compared, { shape, boxOnly }: Annotation): number {
  const { box } = cell;
  if (box.x0 >= shape.box.x1 || box.x1 <= shape.box.x0 || box.y0 >= shape.box.y1 || box.y1 <= shape.box.y0) return 0;
  if (!boxOnly) return maskIou(cell.mask, box, shape.mask, shape.box);
  const own = boxOf(cell);
  return maskIou(own.mask, own.box, shape.mask, shape.box);
}

/** Pairs are taken by overlap, best first; each cell and each annotation once. The model's calls are what is compared. */
export function compare(
  images: readonly { id: string; cells: readonly Compared[]; truth: readonly Annotation[] }[],
): Comparison {
  const matches: Match[] = [];
  const missed: Comparison['missed'] = [];
  const extra: Comparison['extra'] = [];
  for (const { id, cells, truth } of images) {
    const pairs = cells
      .flatMap((cell) => truth.map((entry) => ({ cell, entry, iou: overlap(cell, entry) })))
      .filter(({ iou }) => iou >= SAME_IOU)
      .sort((a, b) => b.iou - a.iou);
    const [taken, used] = [new Set<Compared>(), new Set<Annotation>()];
    for (const { cell, entry, iou } of pairs) {
      if (taken.has(cell) || used.has(entry)) continue;
      taken.add(cell);
      used.add(entry);
      const both = (iou * (maskAreas(cell.mask).cell + maskAreas(entry.shape.mask).cell)) / (1 + iou);
      const dice = (2 * both) / (maskAreas(cell.mask).cell + maskAreas(entry.shape.mask).cell);
      matches.push({ image: id, cell, truth: entry, iou, dice: entry.boxOnly ? null : dice });
    }
    for (const entry of truth) if (!used.has(entry)) missed.push({ image: id, truth: entry });
    for (const cell of cells) if (!taken.has(cell)) extra.push({ image: id, cell });
  }
  const types = CALL_TYPES.filter((type) =>
    matches.some(({ cell, truth }) => cell.modelCall === type || truth.type === type),
  );
  const counts = types.map((row) =>
    types.map((column) => matches.filter(({ cell, truth }) => truth.type === row && cell.modelCall === column).length),
  );
  const dices = matches.flatMap(({ dice }) => (dice === null ? [] : [dice]));
  return {
    ...{ matches, missed, extra },
    confusion: { types, counts },
    agreed: matches.filter(({ cell, truth }) => cell.modelCall === truth.type).length,
    meanDice: dices.length > 0 ? dices.reduce((a, b) => a + b, 0) / dices.length : null,
  };
}
