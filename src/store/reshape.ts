/** Decisions about outlines: cells parted, joined, added and painted. What cannot be done says so on screen. */
import type { DetectedCell } from '../domain/cell';
import { isInMask, overlapShare, SAME_CELL } from '../domain/mask';
import { nextCellId } from '../domain/review/cells';
import * as edits from '../domain/review/edits';
import { cut, paint, type Stroke, touches, union } from '../domain/review/shape';
import { selectCell } from './actions';
import { happen, pass, placed, reads, say, selectedOrMeant } from './decide';
import { cellsOn } from './review';
import { useStore } from './store';

const get = useStore.getState;
const reviewed = () => get().history.state;
const imageOf = (id: string) => get().images.find((image) => image.id === id);

/** Detected cells and review of an image, for the ids of new cells. */
export function freshId(image: string): number {
  return nextCellId(imageOf(image)?.analysis?.cells ?? [], reviewed().images[image]);
}

const sizeOf = (image: string) =>
  imageOf(image)?.analysis ?? { width: Number.POSITIVE_INFINITY, height: Number.POSITIVE_INFINITY };

/** True where it happened. */
function replaceBy(edit: edits.Edit): boolean {
  if (!happen(edit)) return false;
  const made = edit.changes.flatMap((change) => (change.field === 'made' && change.new ? [change] : []));
  useStore.setState({ chosen: [], hovered: null });
  const [first] = made;
  if (first && 'cell' in first) selectCell(first.cell, first.image);
  return true;
}

/** Parts the cell that is meant in two or more. */
export function splitMeant(cells: readonly edits.Placed[] = selectedOrMeant()): void {
  if (reads()) return;
  const [one, ...more] = cells;
  if (!one || more.length > 0) {
    say('One cell at a time can be split.', 'Select the one that holds two.');
    return;
  }
  const parts = cut(one.cell);
  if (parts.length === 0) {
    say('This cell is too small to be split.', 'Zoom in and erase part of it instead.');
    return;
  }
  if (replaceBy(edits.remake('split', [one], parts, freshId(one.image), sizeOf(one.image)))) {
    pass(`Cell ${one.cell.id} is ${parts.length} cells now: give each a type, or undo.`);
  }
}

/** Makes the chosen cells of one image one. */
export function mergeMeant(cells: readonly edits.Placed[] = selectedOrMeant()): void {
  if (reads()) return;
  const [first] = cells;
  if (!first || cells.length < 2 || cells.some(({ image }) => image !== first.image)) {
    say(
      'Two or more cells of one image can be merged.',
      'Choose them with Ctrl and a click, or with Ctrl+Space in the gallery, then merge.',
    );
    return;
  }
  const shape = union(cells.map(({ cell }) => cell));
  if (shape) replaceBy(edits.remake('merge', cells, [shape], freshId(first.image), sizeOf(first.image)));
}

/** Adds a cell that the engine segmented, and selects it. */
export function addCell(image: string, cell: DetectedCell): void {
  replaceBy(edits.addCell(image, cell));
}

/** True where a point lies in a cell or an outline is mostly a cell's: it is selected and named, or it would be counted twice. */
export function isThere(image: string, at: { x: number; y: number }, found?: DetectedCell): boolean {
  const cells = cellsOn(imageOf(image), reviewed());
  const there =
    cells.findLast(({ mask, box }) => isInMask(mask, box, at)) ??
    cells.find((cell) => found && overlapShare(cell, found) > SAME_CELL);
  if (!there) return false;
  selectCell(there.id, image);
  say(`Cell ${there.id} is there.`, 'It is selected; nothing was added.');
  return true;
}

/** Paints into a cell's outline, or erases from it. */
export function paintCell(ref: string, stroke: Stroke): void {
  const one = reads() ? null : placed(ref);
  const size = one && imageOf(one.image)?.analysis;
  if (!one || !size) return;
  // What lies apart from a cell is not of it: its area and N:C would be those of two things.
  if (stroke.part !== 0 && !touches(one.cell, stroke)) {
    say(
      'Paint on the selected cell: this stroke does not touch it.',
      'To add another cell, use \u201cAdd a cell\u201d, or paint with no cell selected.',
    );
    return;
  }
  const shape = paint(one.cell, stroke, size.width, size.height);
  if (!shape) {
    say('That would erase the whole cell.', 'Delete it instead (Delete).');
    return;
  }
  happen(edits.redraw(reviewed(), one, shape));
}

/** Makes a stroke a new cell, where no cell is outlined, and selects it: the next stroke goes on with it. */
export function drawCell(image: string, stroke: Stroke): void {
  const size = reads() ? null : imageOf(image)?.analysis;
  const shape = size && paint(null, stroke, size.width, size.height);
  if (!shape) return;
  const [first] = stroke.points;
  const middle = first && { x: Math.floor(first.x) + 0.5, y: Math.floor(first.y) + 0.5 };
  const dot = { ...stroke, points: middle ? [middle] : [], radius: 0.5 };
  const under = cellsOn(imageOf(image), reviewed()).find((cell) => touches(cell, dot));
  if (under) say(`Cell ${under.id} is there.`, 'Select it to paint on it, or begin beside it to add another cell.');
  else replaceBy(edits.drawCell(image, freshId(image), shape, size));
}
