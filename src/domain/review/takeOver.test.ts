// Annotations on top of cells that stand: none of them may make a cell that is counted twice.
import { expect, test } from 'vitest';
import { encodeMask, maskAreas } from '../mask';
import { isBoxOnly, measuresOf, type ReviewCell, reviewCells, unseenView } from './cells';
import type { Annotation } from './compare';
import { Draft } from './draft';
import { EMPTY_REVIEW } from './events';
import { takeOver } from './takeOver';

const size = { width: 400, height: 300 };

function shape(x: number, y: number, w: number, h: number) {
  return { box: { x0: x, y0: y, x1: x + w, y1: y + h }, mask: encodeMask(new Uint8Array(w * h).fill(1), w, h) };
}

function detected(id: number, ...at: [number, number, number, number]) {
  const { box, mask } = shape(...at);
  const probabilities = [0.9, ...Array(7).fill(0.1 / 7)];
  const said = { modelType: 'neutrophil', type: 'neutrophil', confidence: 0.9 } as const;
  return { ...unseenView(), ...said, id, box, mask, probabilities, areas: maskAreas(mask), crop: box };
}

const drawn = (type: Annotation['type'], ...at: [number, number, number, number]): Annotation => ({
  type,
  shape: shape(...at),
  boxOnly: false,
});
const boxed = (type: Annotation['type'], ...at: [number, number, number, number]) => ({
  ...drawn(type, ...at),
  boxOnly: true,
});

/** Cells as they stand after the annotations were taken over, and what was said. */
function after(found: ReturnType<typeof detected>[], truth: Annotation[]) {
  const cells = reviewCells(found, undefined, size);
  const { changes, ...said } = takeOver({ id: 'a', size, detected: found, review: undefined, cells, truth });
  const draft = new Draft(EMPTY_REVIEW);
  for (const change of changes) draft.put(change, change.new);
  const stand = reviewCells(found, draft.done().images.a, size);
  return { stand, said, types: stand.map(({ type }: ReviewCell) => type) };
}

test('outlines of nuclei and loose boxes give the cell that is there its type, and make none', () => {
  const found = [detected(1, 50, 50, 60, 60), detected(2, 200, 50, 20, 20)];
  const { stand, said, types } = after(found, [
    drawn('monocyte', 65, 65, 35, 35),
    boxed('lymphocyte', 190, 40, 40, 40),
    drawn('basophil', 300, 200, 30, 30),
  ]);
  expect(types).toEqual(['monocyte', 'lymphocyte', 'basophil']);
  expect(said).toEqual({ onCells: 2, again: 0 });
  expect(stand.slice(0, 2).map(({ areas }) => areas.cell)).toEqual([3600, 400]);
});

test('of a cell that only a box is known of nothing is measured until its outline is drawn', () => {
  const { stand } = after([], [boxed('monocyte', 50, 50, 30, 40), drawn('basophil', 150, 50, 30, 40)]);
  expect(stand.map(isBoxOnly)).toEqual([true, true]);
  const [cell] = stand as [ReviewCell];
  expect(measuresOf(cell)).toBeNull();
  const round = encodeMask(new Uint8Array(1200).fill(1, 1), 30, 40);
  expect(measuresOf({ ...cell, mask: round, areas: maskAreas(round) })?.cell.area).toBe(1199);
  expect(measuresOf({ ...cell, redrawn: true })?.cell.area).toBe(1200);
});

test('the cells that one found cell really is are taken in its place', () => {
  const found = [detected(1, 50, 50, 100, 40)];
  const { stand, said, types } = after(found, [drawn('monocyte', 50, 50, 49, 40), drawn('basophil', 101, 50, 49, 40)]);
  expect(types).toEqual(['monocyte', 'basophil']);
  expect(stand.map(({ id, origin }) => [id, origin])).toEqual([
    [2, 'imported'],
    [3, 'imported'],
  ]);
  expect(said).toEqual({ onCells: 0, again: 0 });
  // Two boxes say too little of where each ends: the first gives the type.
  const loose = after(found, [boxed('monocyte', 50, 50, 30, 40), boxed('basophil', 120, 50, 30, 40)]);
  expect(loose).toMatchObject({ types: ['monocyte'], said: { onCells: 1, again: 1 } });
});

test('beside a cell that has its outline another one is added where it lies outside that, not where it lies on it', () => {
  const found = [detected(1, 50, 50, 100, 40)];
  const beside = after(found, [drawn('monocyte', 50, 50, 70, 40), drawn('basophil', 121, 50, 29, 40)]);
  expect(beside).toMatchObject({ types: ['monocyte', 'basophil'], said: { onCells: 0, again: 0 } });
  const nucleus = after(found, [drawn('monocyte', 50, 50, 100, 40), drawn('basophil', 70, 60, 20, 20)]);
  expect(nucleus).toMatchObject({ types: ['monocyte'], said: { onCells: 0, again: 1 } });
});

test('taken over once more, they change nothing', () => {
  const found = [detected(1, 50, 50, 60, 60), detected(2, 200, 50, 80, 40)];
  const truth = [
    drawn('monocyte', 65, 65, 35, 35),
    drawn('basophil', 200, 50, 39, 40),
    drawn('lymphocyte', 241, 50, 39, 40),
  ];
  const cells = reviewCells(found, undefined, size);
  const first = takeOver({ id: 'a', size, detected: found, review: undefined, cells, truth });
  expect(first.changes).not.toHaveLength(0);
  const draft = new Draft(EMPTY_REVIEW);
  for (const change of first.changes) draft.put(change, change.new);
  const review = draft.done().images.a;
  const again = takeOver({ id: 'a', size, detected: found, review, cells: reviewCells(found, review, size), truth });
  expect(again.changes).toEqual([]);
});
