// Outlines under a person's hand: split, merged, painted, drawn.
import { beforeEach, expect, test } from 'vitest';
import { isUnplaced, isUnseen, type ReviewCell } from '../domain/review/cells';
import { readLog, writeLog } from '../domain/review/serial';
import { chooseCells, selectCell } from './actions';
import { callCells, setReader } from './decide';
import { drawCell, mergeMeant, paintCell, splitMeant } from './reshape';
import { cellRef, cellsSeen } from './review';
import { openTwo } from './scene.fixture';
import { leftOn } from './signOff';
import { useStore } from './store';
import { undo } from './undo';

const get = useStore.getState;
beforeEach(openTwo);

const stroke = (x: number, y: number, part: 0 | 1 | 2 = 1) => ({ points: [{ x, y }], radius: 3, part });
const cellOn = (id: number) => cellsSeen(get().images[0], get()).find((entry) => entry.id === id);

test('a merged cell is shown whole', () => {
  chooseCells([cellRef('a', 1), cellRef('a', 2)]);
  mergeMeant();
  const merged = cellsSeen(get().images[0], get()).find(({ origin }) => origin === 'merge');
  expect(merged?.crop).toMatchObject({ x0: expect.toSatisfy((x: number) => x < (merged?.box.x0 ?? 0)) });
  expect(merged?.crop.x1).toBeGreaterThan(merged?.box.x1 ?? Number.NaN);
});

test('split and merge select what they made; what cannot be done says so', () => {
  callCells('monocyte');
  splitMeant();
  expect(cellsSeen(get().images[0], get()).map(({ id }) => id)).toEqual([2, 3, 4, 5]);
  // Somebody said what the whole was, nobody what its parts are.
  expect(cellOn(4)).toMatchObject({ type: 'unidentified', by: 'model' });
  expect(get()).toMatchObject({
    selectedCell: 4,
    passing: { text: 'Cell 1 is 2 cells now: give each a type, or undo.' },
  });
  mergeMeant();
  expect(get().problem?.message).toMatch(/Two or more/);
  chooseCells([cellRef('a', 4), cellRef('a', 5)]);
  mergeMeant();
  expect(get()).toMatchObject({ selectedCell: 6, chosen: [] });
  undo();
  undo();
  expect(cellsSeen(get().images[0], get()).map(({ id }) => id)).toEqual([1, 2, 3]);
});

test('a stroke that does not touch the selected cell is refused, since it would be measured with it', () => {
  const { areas } = cellOn(1) as ReviewCell;
  for (const part of [1, 2] as const) {
    useStore.setState({ problem: null });
    paintCell('a/1', stroke(150, 10, part));
    expect(get().problem?.message).toBe('Paint on the selected cell: this stroke does not touch it.');
  }
  expect(cellOn(1)?.areas).toEqual(areas);
  expect(get().history.log).toEqual([]);
  // At its edge it goes in, and erasing beside it is no mistake.
  paintCell('a/1', stroke(20, 19));
  expect(cellOn(1)?.areas.cell).toBeGreaterThan(areas.cell);
  paintCell('a/1', stroke(150, 10, 0));
  expect(get().problem).toBeNull();
});

test('the edge of the field of view that was cut out of an image cuts what is drawn there, as the image\u2019s would', () => {
  const [image] = get().images;
  const field = { x0: 100, y0: 0, x1: 200, y1: 60 };
  useStore.setState({ images: [{ ...image!, analysis: { ...image!.analysis!, field } }] });
  selectCell(null);
  drawCell('a', stroke(102, 40));
  expect(cellOn(4)).toMatchObject({ touchesBorder: true });
  selectCell(null);
  drawCell('a', stroke(160, 40));
  expect(cellOn(5)).toMatchObject({ touchesBorder: false });
});

test('painted with no cell selected, a stroke is a new cell of nobody\u2019s type, which is undone and read again', () => {
  selectCell(null);
  drawCell('a', stroke(150, 2));
  expect(get()).toMatchObject({ selectedCell: 4, problem: null });
  const drawn = cellOn(4) as ReviewCell;
  expect(drawn).toMatchObject({ origin: 'added', type: 'unidentified', by: 'model', touchesBorder: true });
  expect(isUnseen(drawn)).toBe(true);
  expect(leftOn('', get()).unidentified).toBe(2);
  paintCell('a/4', stroke(153, 2));
  expect(cellOn(4)?.areas.cell).toBeGreaterThan(drawn.areas.cell);
  callCells('blast');
  const { log, state } = get().history;
  expect(readLog(JSON.parse(JSON.stringify(writeLog(log)))).state).toEqual(state);
  expect(log.at(-1)).toMatchObject({ changes: [{ cell: 4, new: 'blast' }] });
  expect(log.at(-1)).not.toHaveProperty('changes.0.model');
  for (let i = 0; i < 3; i++) undo();
  expect(cellOn(4)).toBeUndefined();
});

test('where a cell is, none is painted over it, nor by the second reader', () => {
  selectCell(null);
  drawCell('a', stroke(20, 30));
  expect(get().problem?.message).toBe('Cell 1 is there.');
  drawCell('a', stroke(-30, -30));
  setReader('second');
  drawCell('a', stroke(150, 10));
  expect(get().history.log).toEqual([]);
});

test('the model could not place what it left open itself: not what a person called unidentified, nor painted', () => {
  callCells('unidentified');
  selectCell(null);
  drawCell('a', stroke(150, 10));
  const cells = cellsSeen(get().images[0], get());
  expect(cells.filter(({ type }) => type === 'unidentified').map(({ id }) => id)).toEqual([1, 2, 4]);
  expect(cells.filter(isUnplaced).map(({ id }) => id)).toEqual([2]);
});

test('a cell that is erased apart keeps its largest piece; one merged of two keeps both', () => {
  const { box, areas } = cellOn(1) as ReviewCell;
  const x = box.x0 + (box.x1 - box.x0) / 4;
  const across = (y0: number, y1: number) => ({
    ...{
      points: [
        { x, y: y0 },
        { x, y: y1 },
      ],
      radius: 2,
      part: 0 as const,
    },
  });
  paintCell('a/1', across(box.y0, box.y1));
  const left = cellOn(1) as ReviewCell;
  expect(left.box.x0).toBeGreaterThan(x);
  expect(left.areas.cell).toBeLessThan(0.85 * areas.cell);
  undo();
  expect(cellOn(1)?.areas).toEqual(areas);

  chooseCells([cellRef('a', 1), cellRef('a', 2)]);
  mergeMeant();
  const merged = cellOn(4) as ReviewCell;
  paintCell('a/4', { points: [{ x: box.x0, y: (box.y0 + box.y1) / 2 }], radius: 2, part: 0 });
  expect(cellOn(4)?.areas.cell).toBeGreaterThan(0.9 * merged.areas.cell);
});
