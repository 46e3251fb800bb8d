// Decisions as the screen makes them: whom a key means, what a lock refuses, what the second reader sees.
import { beforeEach, expect, test } from 'vitest';
import { readingsOf } from '../domain/review/agreement';
import type { ReviewCell } from '../domain/review/cells';
import { chooseCell, chooseCells, hoverCell, selectCell } from './actions';
import {
  callCells,
  callRefs,
  deleteMeant,
  dropReview,
  forgetFirstReader,
  groupImages,
  selectedOrChosen,
  setReader,
  setWbc,
  setWho,
  watchThumbs,
} from './decide';
import { confirmAndGoOn } from './goOn';
import { mergeMeant, splitMeant } from './reshape';
import { cellRef, cellsSeen, panelSeen, slidesIn, tabsSeen } from './review';
import { setScale } from './scale';
import { cell, image, openTwo, typesOn } from './scene.fixture';
import { changedOn, leftOn, reopen, signOff } from './signOff';
import { useStore } from './store';
import { redo, undo } from './undo';

const get = useStore.getState;
beforeEach(openTwo);

test('a cell that a saved session could not hold is not made', () => {
  useStore.setState({ images: [image('a', cell(1), cell(65_535))] });
  const { length } = get().history.log;
  selectCell(1, 'a');
  splitMeant();
  expect(get().problem?.message).toBe('An image holds 65535 cells at most.');
  expect(get().history.log).toHaveLength(length);
});

test('a key means the chosen cells, else the one under the pointer, else the selected one', () => {
  callCells('monocyte');
  expect(typesOn('a')).toEqual(['monocyte', 'unidentified', 'neutrophil']);
  hoverCell(cellRef('a', 3));
  callCells('basophil');
  expect(typesOn('a')).toEqual(['monocyte', 'unidentified', 'basophil']);
  chooseCells([cellRef('a', 2), cellRef('b', 1)]);
  callCells('band');
  expect([typesOn('a'), typesOn('b')]).toEqual([['monocyte', 'band', 'basophil'], ['band']]);
  undo();
  expect([typesOn('a'), typesOn('b')]).toEqual([['monocyte', 'unidentified', 'basophil'], ['neutrophil']]);
  redo();
  expect(typesOn('b')).toEqual(['band']);
  // Walking on, the pointer's place counts no more until it moves.
  selectCell(1, 'a');
  callCells('lymphocyte');
  expect(typesOn('a')[0]).toBe('lymphocyte');
  callRefs('blast', [cellRef('b', 1)]);
  expect(typesOn('b')).toEqual(['blast']);
});

test('Enter, Delete, split and merge mean what the panel shows, not what the pointer rests on', () => {
  hoverCell(cellRef('a', 3));
  confirmAndGoOn();
  expect(get().history.log).toMatchObject([{ kind: 'confirm', changes: [{ image: 'a', cell: 1 }] }]);
  hoverCell(cellRef('a', 3));
  deleteMeant();
  expect(typesOn('a')).toEqual(['neutrophil', 'neutrophil']);
  undo();
  selectCell(1, 'a');
  hoverCell(cellRef('a', 3));
  splitMeant();
  expect(cellsSeen(get().images[0], get()).map(({ id }) => id)).toEqual([2, 3, 4, 5]);
  undo();
  chooseCells([cellRef('a', 1), cellRef('a', 2)]);
  hoverCell(cellRef('a', 3));
  mergeMeant();
  expect(cellsSeen(get().images[0], get()).map(({ id }) => id)).toEqual([3, 4]);
  undo();
  // Where nothing is selected: the pointer's is deleted, and not confirmed.
  selectCell(null);
  hoverCell(cellRef('a', 3));
  const { length } = get().history.log;
  confirmAndGoOn();
  expect(get().history.log).toHaveLength(length);
  selectCell(null);
  hoverCell(cellRef('a', 3));
  deleteMeant();
  expect(cellsSeen(get().images[0], get()).map(({ id }) => id)).toEqual([1, 2]);
});

test('what the panel shows is the selected or the chosen, wherever the pointer is', () => {
  const ids = () => selectedOrChosen().map(({ image: on, cell: { id } }) => cellRef(on, id));
  hoverCell(cellRef('a', 3));
  expect(ids()).toEqual(['a/1']);
  splitMeant(selectedOrChosen());
  expect(cellsSeen(get().images[0], get()).map(({ id }) => id)).toEqual([2, 3, 4, 5]);
  chooseCells([cellRef('a', 2), cellRef('b', 1)]);
  expect(ids()).toEqual(['a/2', 'b/1']);
});

test('after deleting, the next cell that is left is selected; where nothing was deleted, the same', () => {
  chooseCells([cellRef('a', 1), cellRef('a', 2)]);
  deleteMeant();
  expect(get()).toMatchObject({ selectedCell: 3, chosen: [] });
  undo();
  // Another cell goes, the selected one stays.
  selectCell(3, 'a');
  deleteMeant([{ image: 'a', cell: cellsSeen(get().images[0], get())[0] as ReviewCell }]);
  expect(get()).toMatchObject({ selectedCell: 3, hovered: null });
  deleteMeant();
  expect(get().selectedCell).toBe(2);
  deleteMeant();
  expect(get().selectedCell).toBeNull();

  selectCell(1, 'b');
  callCells('monocyte');
  undo();
  useStore.setState({ images: [...get().images.slice(1), image('c', cell(1), cell(2))] });
  expect(signOff('')).toBe(true);
  selectCell(1, 'c');
  deleteMeant();
  expect(get()).toMatchObject({ selectedImage: 'c', selectedCell: 1, problem: { code: 'slide-signed' } });
});

test('choosing begins with the selected cell, by keyboard too, where it is the one that has the focus', () => {
  chooseCell(1, 'a');
  expect(get().chosen).toEqual(['a/1']);
  chooseCell(3, 'a');
  expect(get().chosen).toEqual(['a/1', 'a/3']);
  chooseCell(1, 'a');
  expect(get().chosen).toEqual(['a/3']);
  chooseCells([]);
  chooseCell(2, 'a');
  expect(get().chosen).toEqual(['a/1', 'a/2']);
});

test('signing needs every cell typed; the lock refuses, and says how to reopen', () => {
  expect(slidesIn(get().images, get().history.state)).toEqual(['']);
  expect(leftOn('', get())).toMatchObject({ images: ['a', 'b'], unidentified: 1, unreviewed: 3 });
  expect(signOff('')).toBe(false);
  selectCell(2, 'a');
  callCells('not_a_cell');
  expect(signOff('')).toBe(true);
  expect(get().history.log.at(-1)).toMatchObject({
    kind: 'sign',
    counts: { neutrophil: 3, not_a_cell: 1 },
    unreviewed: 3,
  });
  callCells('monocyte');
  deleteMeant();
  undo();
  expect(typesOn('a')).toEqual(['neutrophil', 'not_a_cell', 'neutrophil']);
  expect(get().problem?.message).toMatch(/locked/);
  // An image nobody decided about is held as well: another page of it has other cells.
  for (const held of ['a', 'b']) {
    useStore.setState({ problem: null });
    expect(dropReview(held)).toBe(false);
    expect(get().problem?.code).toBe('slide-signed');
  }
  expect(reopen('', 'a second look')).toBe(true);
  undo();
  expect(typesOn('a')).toEqual(['neutrophil', 'unidentified', 'neutrophil']);
  expect(dropReview('a')).toBe(true);
});

test('what a person cannot tell is signed as that', () => {
  selectCell(2, 'a');
  callCells('unidentified');
  expect(leftOn('', get())).toMatchObject({ unidentified: 0, untold: 1, base: 3 });
  expect(signOff('')).toBe(true);
  expect(get().history.log.at(-1)).toMatchObject({ kind: 'sign', counts: { neutrophil: 3, unidentified: 1 } });
});

test('the analyser\u2019s count goes with its slide when that gets a name, and with no part of it', () => {
  setWbc('', 8.4);
  groupImages(['a'], 'P-1');
  expect(get().history.state.slides).toEqual({ '': { wbc: 8.4 } });
  // Nor to a slide that was there: it may be another patient's.
  groupImages(['b'], 'P-1');
  expect(get().history.state.slides).toEqual({ '': { wbc: 8.4 } });
  undo();
  undo();
  groupImages(['a', 'b'], 'P-1');
  expect(get().history.state.slides['P-1']).toEqual({ wbc: 8.4 });
  expect(get().history.state.slides['']?.wbc).toBeUndefined();
  undo();
  expect(get().history.state.slides['']?.wbc).toBe(8.4);
  // Two counts are not made one.
  setWbc('P-1', 5);
  groupImages(['a', 'b'], 'P-1');
  expect(get().history.state.slides).toEqual({ '': { wbc: 8.4 }, 'P-1': { wbc: 5 } });
});

test('the first reader comes back with the name they had', () => {
  setWho('A. First');
  callCells('band');
  setWho('B. Second');
  setReader('second');
  expect(get().who).toBe('B. Second');
  setReader('first');
  expect(get().who).toBe('A. First');
  // Of those who came one after another, the last.
  setWho('C. Third');
  deleteMeant();
  setWho('A. First');
  deleteMeant();
  setWho('B. Second');
  setReader('second');
  setReader('first');
  expect(get().who).toBe('A. First');
});

test('where nobody read first in this session, the seat is left without a name: the second reader\u2019s would sign', () => {
  forgetFirstReader();
  setWho('B. Second');
  setReader('second');
  callRefs('monocyte', [cellRef('a', 1)]);
  setReader('first');
  expect(get().who).toBe('');
  expect(get().history.log.at(-1)?.who).toBe('B. Second');
});

test('what comes to a signed slide later is told apart, and nothing is moved there', () => {
  useStore.setState({ images: [image('a', cell(1), cell(3)), image('b', cell(1))] });
  groupImages(['b'], 'B');
  expect(signOff('')).toBe(true);
  expect(changedOn('', get())).toBeNull();
  groupImages(['b'], '');
  expect(get().problem?.message).toMatch(/The unnamed slide was signed off/);
  undo();
  expect(slidesIn(get().images, get().history.state)).toEqual(['', 'B']);

  useStore.setState(({ images }) => ({ images: [...images, image('c', cell(1, 'band'))] }));
  expect(changedOn('', get())).toMatchObject({
    ...{ added: ['c'], gone: [], recounted: false },
    counts: [
      { type: 'neutrophil', signed: 2, now: 2 },
      { type: 'band', signed: 0, now: 1 },
    ],
  });
  expect(changedOn('B', get())).toBeNull();
});

test('a cell that is taken back leaves no heatmap to the next one of its number', () => {
  const stop = watchThumbs();
  selectCell(1, 'a');
  splitMeant();
  useStore.setState({ heatmaps: { 'a/4/neutrophil': 'loading', 'a/1/neutrophil': 'loading' } });
  undo();
  expect(Object.keys(get().heatmaps)).toEqual(['a/1/neutrophil']);
  stop();
});

test('the model\u2019s call beside a second reading is no agreement of two readers', () => {
  callCells('monocyte', [{ image: 'b', cell: get().images[1]?.analysis?.cells[0] as never }]);
  setReader('second');
  callRefs('monocyte', [cellRef('a', 1), cellRef('b', 1)]);
  setReader('first');
  const readings = () =>
    readingsOf(
      get().images.flatMap((image) => cellsSeen(image, get()).map((cell) => ({ image, cell }))),
      get().history.log,
    );
  expect(readings().read).toHaveLength(2);
  expect(readings()).toMatchObject({ n: 1, agreed: 1, since: 0 });
  // Told the second reader's type, the first makes no second pair, nor another of the first.
  callRefs('lymphocyte', [cellRef('a', 1), cellRef('b', 1)]);
  expect(readings()).toMatchObject({ n: 1, agreed: 1, since: 1 });
});

test('the second reader sees nobody\u2019s types and changes no cell', () => {
  callCells('monocyte');
  setReader('second');
  expect(typesOn('a')).toEqual(['unidentified', 'unidentified', 'unidentified']);
  selectCell(1, 'a');
  callCells('lymphocyte');
  splitMeant();
  deleteMeant();
  expect(typesOn('a')).toEqual(['lymphocyte', 'unidentified', 'unidentified']);
  setReader('first');
  expect(typesOn('a')).toEqual(['monocyte', 'unidentified', 'neutrophil']);
  expect(cellsSeen(get().images[0], get())[0]?.second).toBe('lymphocyte');
});

test('whatever asks for it, the second reader is shown no count, no comparison and no log', () => {
  const shown = () =>
    (['count', 'readers', 'compare', 'log', 'palette', null] as const).map((panel) => {
      // As the store is set by an import too.
      useStore.setState({ panel });
      return panelSeen(get());
    });
  expect(shown()).toEqual(['count', 'readers', 'compare', 'log', 'palette', null]);
  setReader('second');
  expect(shown()).toEqual(['readers', 'readers', 'readers', 'readers', 'palette', null]);
  expect(tabsSeen('second')).toEqual(['readers']);
});

test('a scale for all images leaves out those that are signed, and says how many', () => {
  useStore.setState({ images: [image('a', cell(1)), image('b', cell(1)), image('c', cell(1))] });
  groupImages(['b', 'c'], 'B');
  expect(signOff('')).toBe(true);
  setScale(['a', 'b', 'c'], { umPerPx: 0.1, source: 'typed' });
  const { images } = get().history.state;
  expect(['a', 'b', 'c'].map((id) => images[id]?.scale?.umPerPx)).toEqual([undefined, 0.1, 0.1]);
  expect(get()).toMatchObject({ problem: null, notes: { title: '1 image of a signed slide left out.' } });
  // Asked of that one alone, the lock is what there is to say.
  useStore.setState({ notes: null });
  setScale(['a'], { umPerPx: 0.2, source: 'typed' });
  expect(get()).toMatchObject({ notes: null, problem: { code: 'slide-signed' } });
});

test('nobody signs without a name, and nothing is reopened without a reason', () => {
  const second = cellsSeen(get().images[0], get())[1] as ReviewCell;
  callCells('neutrophil', [{ image: 'a', cell: second }]);
  for (const who of ['', ' \t']) {
    useStore.setState({ who });
    expect(signOff('')).toBe(false);
  }
  useStore.setState({ who: 'Bo' });
  expect(signOff('')).toBe(true);
  expect(reopen('', '  ')).toBe(false);
  expect(get().history.state.signatures).toHaveLength(1);
  expect(reopen('', ' a blast ')).toBe(true);
  expect(get().history.log.at(-1)).toMatchObject({ kind: 'reopen', reason: 'a blast' });
});
