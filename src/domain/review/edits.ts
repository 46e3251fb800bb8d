/** What a person does, as the changes of one event. Pure: nothing happens until the event is appended. */
import { type Extent, reachesEdge } from '../box';
import type { DetectedCell } from '../cell';
import type { CallType } from '../cellType';
import { decodeMask, maskAreas } from '../mask';
import { isUnseen, type ReviewCell, unseenView } from './cells';
import type { Change, EditKind, MadeCell, ReviewState, Scale, Shape } from './events';
import { same } from './same';

export interface Edit {
  kind: EditKind;
  changes: Change[];
}

/** A cell and the id of the image it is on. */
export interface Placed {
  image: string;
  cell: ReviewCell;
}

const reviewOf = (state: ReviewState, { image, cell }: Placed) => state.images[image]?.cells?.[cell.id];

/** Gives cells a type; the same type again confirms it. Cells for which that changes nothing are left out. */
export function reclassify(state: ReviewState, cells: readonly Placed[], to: CallType): Edit {
  const changes = cells.flatMap((placed): Change[] => {
    const old = reviewOf(state, placed)?.call ?? null;
    const { id, modelCall } = placed.cell;
    const said = isUnseen(placed.cell) ? {} : { model: modelCall };
    return old === to ? [] : [{ image: placed.image, cell: id, field: 'call', old, new: to, ...said }];
  });
  const confirms = cells.every(({ cell }) => cell.type === to);
  return { kind: confirms ? 'confirm' : 'reclassify', changes };
}

/** Makes the types that stand a person's own; what is unidentified stays the model's word, since it is no decision. */
export function confirm(state: ReviewState, cells: readonly Placed[]): Edit {
  const changes = cells
    .filter(({ cell }) => cell.by === 'model' && cell.type !== 'unidentified')
    .flatMap((placed) => reclassify(state, [placed], placed.cell.type).changes);
  return { kind: 'confirm', changes };
}

/** The second reader's type. */
export function readAgain(state: ReviewState, cells: readonly Placed[], to: CallType): Edit {
  const changes = cells.flatMap((placed): Change[] => {
    const old = reviewOf(state, placed)?.second ?? null;
    return old === to ? [] : [{ image: placed.image, cell: placed.cell.id, field: 'second', old, new: to }];
  });
  return { kind: 'second-reading', changes };
}

function removal({ image, cell }: Placed): Change {
  return { image, cell: cell.id, field: 'deleted', old: null, new: true };
}

export function deleteCells(cells: readonly Placed[]): Edit {
  return { kind: 'delete', changes: cells.map(removal) };
}

/** A cell the engine segmented where a person pointed. */
export function addCell(image: string, cell: DetectedCell): Edit {
  const made: MadeCell = { ...cell, origin: 'added', parents: [] };
  return { kind: 'add', changes: [{ image, cell: cell.id, field: 'made', old: null, new: made }] };
}

/** A cell with an outline that the engine did not make, of which the model has said nothing. */
export function handMade(
  id: number,
  { box, mask }: Shape,
  from: Pick<MadeCell, 'origin' | 'parents'>,
  extent: Extent,
): MadeCell {
  const cut = reachesEdge(box, extent) && { touchesBorder: true };
  return { id, box, mask, areas: maskAreas(mask), ...unseenView(), crop: around(box), ...cut, ...from };
}

/** A cell that a person painted where none was outlined. */
export function drawCell(image: string, id: number, shape: Shape, extent: Extent): Edit {
  const made = handMade(id, shape, { origin: 'added', parents: [] }, extent);
  return { kind: 'add', changes: [{ image, cell: id, field: 'made', old: null, new: made }] };
}

/**
 * Replaces cells of one image by others drawn out of them, of which the model has said nothing. A type that a person gave to all that
 * are merged is kept; of the parts of one that is split nobody has said what they are.
 */
export function remake(
  kind: 'split' | 'merge',
  cells: readonly Placed[],
  shapes: readonly Shape[],
  firstId: number,
  extent: Extent,
): Edit {
  const [first] = cells;
  if (!first) return { kind, changes: [] };
  const calls = new Set(cells.map(({ cell }) => (cell.by === 'person' ? cell.type : null)));
  const call = kind === 'merge' && calls.size === 1 ? [...calls][0] : null;
  const parents = cells.map(({ cell }) => cell.id);
  const made = shapes.flatMap((shape, i): Change[] => {
    const place = { image: first.image, cell: firstId + i };
    const own = handMade(place.cell, shape, { origin: kind, parents }, extent);
    const cut = cells.some(({ cell }) => isCutByRoundEdge(cell, extent) && reachesAsFar(shape, cell, extent));
    return [
      { ...place, field: 'made', old: null, new: cut ? { ...own, touchesBorder: true } : own },
      ...(call ? [{ ...place, field: 'call' as const, old: null, new: call }] : []),
    ];
  });
  return { kind, changes: [...cells.map(removal), ...made] };
}

/** True where an eyepiece's edge cuts a cell, which only the engine sees: the image goes on there. */
const isCutByRoundEdge = ({ touchesBorder, box }: ReviewCell, extent: Extent) =>
  touchesBorder === true && !reachesEdge(box, extent);

/** Px by which what is made of a cell may stay short of that cell's far side and still be cut there. */
const SHORT = 2;

/** Whether a shape goes as far from the middle of the image, about which an eyepiece's field lies, as a cell that it was made of. */
function reachesAsFar(shape: Shape, cell: Shape, extent: Extent): boolean {
  return farthest(shape, extent) >= farthest(cell, extent) - SHORT;
}

/** Px from the middle of the image to the farthest px of a shape. */
function farthest({ box, mask }: Shape, { width, height }: Extent): number {
  let most = 0;
  decodeMask(mask).forEach((value, i) => {
    if (!value) return;
    const [x, y] = [box.x0 + (i % mask.width), box.y0 + Math.floor(i / mask.width)];
    most = Math.max(most, Math.hypot(x + 0.5 - width / 2, y + 0.5 - height / 2));
  });
  return most;
}

/** A square window around a box with the margin that the engine's windows have. */
function around(box: Shape['box']): Shape['box'] {
  const half = 0.9 * Math.max(box.x1 - box.x0, box.y1 - box.y0);
  const [x, y] = [(box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2];
  return { x0: x - half, y0: y - half, x1: x + half, y1: y + half };
}

export function redraw(state: ReviewState, placed: Placed, { box, mask }: Shape): Edit {
  const shape = { box, mask };
  const old = reviewOf(state, placed)?.shape ?? null;
  const change: Change = { image: placed.image, cell: placed.cell.id, field: 'shape', old, new: shape };
  return { kind: 'mask', changes: same(old, shape) ? [] : [change] };
}

/**
 * Puts images on a slide; an empty name takes them off theirs. The analyser's count of a slide that none of `all` images is left on goes with
 * its images, to one that holds no others: the slide got a name.
 */
export function groupImages(
  state: ReviewState,
  images: readonly string[],
  slide: string,
  all: readonly string[] = images,
): Edit {
  const name = slide.trim() || null;
  const moved = images.filter((image) => (state.images[image]?.slide ?? null) !== name);
  const changes = moved.map((image): Change => {
    const old = state.images[image]?.slide ?? null;
    return { image, field: 'slide', old, new: name };
  });
  const left = new Set(all.filter((image) => !moved.includes(image)).map((image) => state.images[image]?.slide ?? ''));
  const emptied = [...new Set(moved.map((image) => state.images[image]?.slide ?? ''))].filter((of) => !left.has(of));
  const counts = emptied.flatMap((of) => {
    const wbc = state.slides[of]?.wbc;
    return wbc === undefined ? [] : [{ of, wbc }];
  });
  const [only, ...others] = counts;
  const to = name ?? '';
  if (only && others.length === 0 && !left.has(to) && state.slides[to]?.wbc === undefined) {
    changes.push({ slide: only.of, field: 'wbc', old: only.wbc, new: null });
    changes.push({ slide: to, field: 'wbc', old: null, new: only.wbc });
  }
  return { kind: 'slide', changes };
}

export function setScale(state: ReviewState, images: readonly string[], scale: Scale | null): Edit {
  const changes = images.flatMap((image): Change[] => {
    const old = state.images[image]?.scale ?? null;
    return same(old, scale) ? [] : [{ image, field: 'scale', old, new: scale }];
  });
  return { kind: 'scale', changes };
}

/** Takes back everything that was decided about an image's cells: they are no longer there. */
export function dropDecisions(state: ReviewState, image: string): Edit {
  const cells = Object.entries(state.images[image]?.cells ?? {});
  const changes = cells.flatMap(([id, review]) =>
    Object.entries(review).map(([field, old]) => ({ image, cell: Number(id), field, old, new: null }) as Change),
  );
  return { kind: 'page', changes };
}

export function setWbc(state: ReviewState, slide: string, wbc: number | null): Edit {
  const old = state.slides[slide]?.wbc ?? null;
  return { kind: 'wbc', changes: old === wbc ? [] : [{ slide, field: 'wbc', old, new: wbc }] };
}
