import { decode } from 'fast-png';
import { expect, test } from 'vitest';
import { encodeMask } from '../domain/mask';
import { labelMaps, labelPngs } from './labelMaps';

/** A cell whose mask is 2 px wide, row by row. */
const cell = (id: number, x0: number, y0: number, classes: number[]) => ({
  id,
  box: { x0, y0, x1: x0 + 2, y1: y0 + classes.length / 2 },
  mask: encodeMask(classes, 2, classes.length / 2),
});

test('each px has its cell and its part of it', () => {
  const { cells, classes } = labelMaps(4, 3, [cell(1, 0, 0, [1, 2, 0, 1]), cell(2, 2, 1, [2, 1, 1, 0])]);
  // biome-ignore format: rows of the map
  expect([...cells]).toEqual([
    1, 1, 0, 0,
    0, 1, 2, 2,
    0, 0, 2, 0,
  ]);
  // biome-ignore format: rows of the map
  expect([...classes]).toEqual([
    1, 2, 0, 0,
    0, 1, 2, 1,
    0, 0, 1, 0,
  ]);
});

test('a px two cells claim goes to the first, in both maps', () => {
  const { cells, classes } = labelMaps(3, 1, [cell(7, 0, 0, [1, 1]), cell(8, 1, 0, [2, 2])]);
  expect([...cells]).toEqual([7, 7, 8]);
  expect([...classes]).toEqual([1, 1, 2]);
});

test('what lies outside the image is left out', () => {
  const { cells } = labelMaps(2, 2, [cell(1, -1, -1, [1, 1, 1, 2]), cell(2, 1, 1, [1, 1, 1, 1])]);
  expect([...cells]).toEqual([1, 0, 0, 2]);
});

test('the PNGs hold 16 and 8 bits, one channel', () => {
  const pngs = labelPngs(3, 1, [cell(40_000, 0, 0, [1, 2])]);
  const cells = decode(pngs.cells);
  expect(cells).toMatchObject({ width: 3, height: 1, depth: 16, channels: 1 });
  expect([...cells.data]).toEqual([40_000, 40_000, 0]);
  const classes = decode(pngs.classes);
  expect(classes).toMatchObject({ width: 3, height: 1, depth: 8, channels: 1 });
  expect([...classes.data]).toEqual([1, 2, 0]);
});
