import { decode } from 'fast-png';
import { unzipSync } from 'fflate';
import { expect, test } from 'vitest';
import { encodeMask } from '../domain/mask';
import { buildFormat } from './bundle';
import { exampleSession } from './example.fixture';
import { analysedOf } from './input';
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

test.each([0, 65_536, 131_073])('a cell of number %i is never written as another', (id) => {
  expect(() => labelMaps(2, 1, [cell(id, 0, 0, [1, 1])])).toThrow(RangeError);
  expect([...labelMaps(2, 1, [cell(65_535, 0, 0, [1, 1])]).cells]).toEqual([65_535, 65_535]);
});

test('cells beyond what the maps can name are left out of both, and said once', async () => {
  const session = exampleSession();
  const [image] = analysedOf(session);
  const [first, ...others] = image!.cells;
  const cells = [...others, { ...first!, id: 65_537 }];
  const input = { ...session, images: [{ ...image!, cells }] };
  const { blob } = await buildFormat(input, 'png');
  const files = unzipSync(new Uint8Array(await blob.arrayBuffer()));
  const [ids, classes] = ['cells', 'classes'].map((kind) => decode(files[`set/field 1.${kind}.png`]!).data);
  expect(new Set(ids)).toEqual(new Set([0, ...others.map((one) => one.id)]));
  expect(Array.from(ids!, (value) => value > 0)).toEqual(Array.from(classes!, (value) => value > 0));
  expect(input.leftOut).toEqual(['set/field 1.png: 1 cell not in its label maps, whose numbers end at 65535.']);
});
