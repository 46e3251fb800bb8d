// Enter: what it confirms, where it goes on to, and what it says where that ends.
import { beforeEach, expect, test } from 'vitest';
import type { CellType } from '../domain/cellType';
import { chooseCells, selectCell, setLimits, showAllTypes, stepCell, toggleFilter } from './actions';
import { callCells, callRefs, setReader } from './decide';
import { confirmAndGoOn, goToNext } from './goOn';
import { cellRef } from './review';
import { cell, image, openTwo } from './scene.fixture';
import { initialState, useStore } from './store';
import { undo } from './undo';

const get = useStore.getState;
beforeEach(openTwo);

test('Enter confirms and goes to the next cell nobody has decided about, over all images', () => {
  confirmAndGoOn();
  expect(get()).toMatchObject({ selectedImage: 'a', selectedCell: 2 });
  confirmAndGoOn();
  // The unidentified is no decision: it is passed by, not confirmed.
  expect(get()).toMatchObject({ selectedImage: 'a', selectedCell: 3 });
  confirmAndGoOn();
  expect(get()).toMatchObject({ selectedImage: 'b', selectedCell: 1 });
  confirmAndGoOn();
  expect(get()).toMatchObject({ selectedImage: 'a', selectedCell: 2 });
});

test('in the large gallery arrows and Enter go on in the order shown, over the images it shows', () => {
  const sure = (id: number, type: CellType, confidence: number) => ({ ...cell(id, type), confidence });
  const a = [sure(1, 'neutrophil', 0.9), sure(2, 'monocyte', 0.5), sure(3, 'neutrophil', 0.4)];
  const b = [sure(1, 'neutrophil', 0.6), sure(2, 'monocyte', 0.3)];
  useStore.setState({ images: [image('a', ...a), image('b', ...b)], galleryLarge: true, galleryScope: 'all' });
  selectCell(3, 'a');
  const walk = (step: () => void) => {
    step();
    return cellRef(get().selectedImage ?? '', get().selectedCell ?? 0);
  };
  const order = ['b/1', 'a/1', 'b/2', 'a/2', 'a/3'];
  expect(order.map(() => walk(() => stepCell(1)))).toEqual(order);
  expect(walk(() => stepCell(-1))).toBe('a/2');
  selectCell(3, 'a');
  expect(order.slice(0, 4).map(() => walk(confirmAndGoOn))).toEqual(order.slice(0, 4));
  // Of one image: what is not shown comes after.
  useStore.setState({ history: initialState.history, galleryScope: 'image' });
  selectCell(3, 'a');
  expect(['a/1', 'a/2', 'b/1'].map(() => walk(confirmAndGoOn))).toEqual(['a/1', 'a/2', 'b/1']);
});

test('Enter passes by what a filter hides, and says where that ends', () => {
  toggleFilter('neutrophil');
  confirmAndGoOn();
  expect(get()).toMatchObject({ selectedImage: 'a', selectedCell: 3 });
  confirmAndGoOn();
  expect(get()).toMatchObject({ selectedImage: 'b', selectedCell: 1, notes: null });
  confirmAndGoOn();
  expect(get()).toMatchObject({ selectedImage: 'b', selectedCell: 1 });
  expect(get().notes?.title).toBe('All cells of the type neutrophil are reviewed.');
  toggleFilter('neutrophil');
  expect(get().notes).toBeNull();
  setLimits({ confidence: 0.5 });
  confirmAndGoOn();
  expect(get()).toMatchObject({ selectedImage: 'b', selectedCell: 1 });
  expect(get().notes?.title).toMatch(/that the gallery\u2019s filters let through are reviewed/);
  setLimits({ confidence: null });
  confirmAndGoOn();
  expect(get()).toMatchObject({ selectedImage: 'a', selectedCell: 2, notes: null });
});

test('the second reader\u2019s filter is of that reader\u2019s own types', () => {
  setReader('second');
  callCells('lymphocyte');
  toggleFilter('unidentified');
  confirmAndGoOn();
  expect(get()).toMatchObject({ selectedImage: 'a', selectedCell: 2 });
  toggleFilter('neutrophil');
  confirmAndGoOn();
  expect(get()).toMatchObject({ selectedImage: 'a', selectedCell: 2 });
});

test('the way to the next open cell can be kept to some images', () => {
  selectCell(1, 'b');
  expect(goToNext(({ type }) => type === 'neutrophil')).toBe(true);
  expect(get().selectedImage).toBe('a');
  selectCell(1, 'a');
  expect(goToNext(({ type }, on) => type === 'neutrophil' && on === 'b')).toBe(true);
  expect(get()).toMatchObject({ selectedImage: 'b', selectedCell: 1 });
});

test('what a filter hides is not confirmed: Enter goes to what it shows', () => {
  selectCell(3, 'a');
  toggleFilter('unidentified');
  confirmAndGoOn();
  expect(get()).toMatchObject({ selectedCell: 2, history: { log: [] } });
  showAllTypes();
  chooseCells([cellRef('a', 1), cellRef('a', 2), cellRef('b', 1)]);
  callRefs('monocyte', [cellRef('b', 1)]);
  undo();
  toggleFilter('neutrophil');
  const { length } = get().history.log;
  chooseCells([cellRef('a', 1), cellRef('a', 2)]);
  confirmAndGoOn();
  expect(get().history.log.slice(length)).toMatchObject([{ kind: 'confirm', changes: [{ cell: 1 }] }]);

  // In the large gallery its limits hide too; over the field they do not.
  showAllTypes();
  setLimits({ areaFrom: 1e6 });
  const log = () => get().history.log.length;
  for (const [galleryLarge, more] of [
    [true, 0],
    [false, 1],
  ] as const) {
    selectCell(3, 'a');
    useStore.setState({ galleryLarge });
    const before = log();
    confirmAndGoOn();
    expect(log() - before).toBe(more);
  }
});

test('Enter on an unidentified cell says so and goes on; where nothing else is left it says how many there are', () => {
  const said = () => get().passing?.text;
  confirmAndGoOn();
  expect(said()).toBeUndefined();
  confirmAndGoOn();
  expect(said()).toBe('Unidentified: give it a type.');
  expect(get().selectedCell).toBe(3);
  confirmAndGoOn();
  expect(said()).toBeUndefined();
  confirmAndGoOn();
  expect(get()).toMatchObject({ selectedImage: 'a', selectedCell: 2 });
  const left = (n: number) =>
    `Only unidentified cells are left: ${n}. Give each a type, U where it cannot be told, or X where it is no cell.`;
  expect(said()).toBe(left(1));
  confirmAndGoOn();
  expect(said()).toBe(left(1));
  // A person's word that it cannot be told is a decision.
  callRefs('unidentified', [cellRef('a', 1), cellRef('a', 2)]);
  confirmAndGoOn();
  expect(said()).toBeUndefined();
  callRefs('monocyte', [cellRef('a', 1), cellRef('a', 2)]);
  confirmAndGoOn();
  expect(said()).toBeUndefined();
  // For the second reader every cell is, until it is read.
  setReader('second');
  confirmAndGoOn();
  expect(said()).toBeUndefined();
});

test('the large gallery of one image is left for the next where only unidentified cells are left in it', () => {
  useStore.setState({ galleryLarge: true, galleryScope: 'image' });
  callRefs('monocyte', [cellRef('a', 1), cellRef('a', 3)]);
  selectCell(2, 'a');
  confirmAndGoOn();
  expect(get()).toMatchObject({ selectedImage: 'b', selectedCell: 1 });
});
