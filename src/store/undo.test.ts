// What undo and redo take: of which image, and for which reader.
import { beforeEach, expect, test } from 'vitest';
import { chooseCells, selectCell } from './actions';
import { callCells, callRefs, deleteMeant, dropReview, groupImages, setReader } from './decide';
import { splitMeant } from './reshape';
import { cellRef, slidesIn } from './review';
import { openTwo, typesOn } from './scene.fixture';
import { useStore } from './store';
import { redo, redoable, undo, undoable } from './undo';

const get = useStore.getState;
beforeEach(openTwo);

test('another page ends undo for its own image alone: its numbers are other cells\u2019', () => {
  callRefs('monocyte', [cellRef('b', 1)]);
  chooseCells([cellRef('a', 1), cellRef('b', 1)]);
  callCells('blast');
  callRefs('basophil', [cellRef('a', 3)]);
  expect(dropReview('a')).toBe(true);
  expect([typesOn('a'), typesOn('b')]).toEqual([['neutrophil', 'unidentified', 'neutrophil'], ['blast']]);
  undo();
  expect([typesOn('a'), typesOn('b')]).toEqual([['neutrophil', 'unidentified', 'neutrophil'], ['monocyte']]);
  redo();
  expect([typesOn('a'), typesOn('b')]).toEqual([['neutrophil', 'unidentified', 'neutrophil'], ['blast']]);
  undo();
  undo();
  expect(typesOn('b')).toEqual(['neutrophil']);
  expect(undoable(get())).toBeUndefined();
});

test('what was undone on a page is not done again on another one', () => {
  callCells('monocyte');
  undo();
  // Nothing stands, but what was undone could be done again.
  expect(dropReview('a')).toBe(true);
  expect(redoable(get())).toBeUndefined();
  redo();
  expect(typesOn('a')).toEqual(['neutrophil', 'unidentified', 'neutrophil']);
  const { length } = get().history.log;
  expect(dropReview('a')).toBe(true);
  expect(get().history.log).toHaveLength(length);
  // Of an image alone nothing is dropped, nor of what was done to it ended.
  groupImages(['a'], 's');
  undo();
  expect(dropReview('a')).toBe(true);
  expect(get().history.log).toHaveLength(length + 2);
  redo();
  expect(slidesIn(get().images, get().history.state)).toEqual(['', 's']);
});

test('an image that is gone without a word in the log, as was so once, is passed over by undo', () => {
  callRefs('monocyte', [cellRef('b', 1)]);
  callCells('basophil');
  useStore.setState(({ images }) => ({ images: images.slice(1) }));
  undo();
  expect(typesOn('b')).toEqual(['neutrophil']);
  expect(undoable(get())).toBeUndefined();
  redo();
  expect(typesOn('b')).toEqual(['monocyte']);
  expect(redoable(get())).toBeUndefined();
});

test('the second reader undoes that reader\u2019s own readings, and none of the first\u2019s work', () => {
  callCells('blast');
  callCells('monocyte');
  undo();
  setReader('second');
  const before = get().history.state;
  expect([undoable(get()), redoable(get())]).toEqual([undefined, undefined]);
  undo();
  redo();
  expect(get().history.state).toBe(before);
  selectCell(1, 'a');
  callCells('lymphocyte');
  expect(undoable(get())?.kind).toBe('second-reading');
  undo();
  undo();
  expect(get().history.log.map(({ kind }) => kind)).toEqual([
    ...['reclassify', 'reclassify', 'undo', 'second-reading', 'undo'],
  ]);
  redo();
  expect(typesOn('a')[0]).toBe('lymphocyte');
  // Another page would take the first reader's decisions with it.
  expect(dropReview('a')).toBe(false);
  expect(get().problem?.remedy).toMatch(/End the second reading/);
  setReader('first');
  undo();
  undo();
  expect(typesOn('a')[0]).toBe('neutrophil');
});

test('what was undone or done again is brought on screen, and named', () => {
  callRefs('monocyte', [cellRef('b', 1)]);
  splitMeant();
  selectCell(null);
  const at = () => [get().selectedImage, get().selectedCell, get().passing?.text];
  undo();
  expect(at()).toEqual(['a', 1, 'Undone: split 1 cell into 2 cells in a.png.']);
  undo();
  expect(at()).toEqual(['b', 1, 'Undone: typed cell 1 in b.png as Monocyte.']);
  selectCell(3, 'a');
  redo();
  expect(at()).toEqual(['b', 1, 'Redone: typed cell 1 in b.png as Monocyte.']);
  redo();
  expect(at()).toEqual(['a', 4, 'Redone: split 1 cell into 2 cells in a.png.']);
  // Of a cell that is gone the image is shown.
  deleteMeant();
  undo();
  selectCell(1, 'b');
  redo();
  expect(at()).toEqual(['a', 2, 'Redone: deleted cell 4 in a.png.']);
  undo();
  redo();
  expect(at().slice(0, 2)).toEqual(['a', null]);
  // Of several images, and of none, it is named alone; the next decision takes that away.
  callRefs('blast', [cellRef('a', 2), cellRef('b', 1)]);
  expect(get().passing).toBeNull();
  selectCell(3, 'a');
  undo();
  expect(at()).toEqual(['a', 3, 'Undone: typed 2 cells in 2 images as Blast.']);
  groupImages(['b'], 's');
  undo();
  expect(at()).toEqual(['a', 3, 'Undone: grouped b.png as s.']);
});
