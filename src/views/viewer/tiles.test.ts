// Which tiles of a large image are shown at which zoom.
import { expect, test } from 'vitest';
import { type Pyramid, TILE } from '../../domain/pyramid';
import { levelFor, tilesInView } from './tiles';

const level = (factor: number) => ({
  factor,
  columns: Math.ceil(12_000 / factor / TILE),
  rows: Math.ceil(9000 / factor / TILE),
  tiles: [],
});
const pyramid: Pyramid = { width: 12_000, height: 9000, levels: [1, 2, 4, 8, 16].map(level) };
const view = { width: 800, height: 600 };

test('the level has a px for every px of the screen, and no more than it needs', () => {
  expect(levelFor(pyramid, 1)).toBe(0);
  expect(levelFor(pyramid, 4)).toBe(0);
  expect(levelFor(pyramid, 0.5)).toBe(1);
  expect(levelFor(pyramid, 0.3)).toBe(1);
  expect(levelFor(pyramid, 1 / 15)).toBe(3);
  expect(levelFor(pyramid, 0.001)).toBe(4);
});

test('only tiles in view are asked for; those at the edge end with the image', () => {
  const camera = { scale: 1, x: -1000, y: -2000 };
  expect(tilesInView(pyramid, 0, camera, view).map(({ index }) => index)).toEqual([
    73, 74, 75, 97, 98, 99, 121, 122, 123,
  ]);
  const corner = { scale: 1, x: -11_500, y: -8600 };
  expect(tilesInView(pyramid, 0, corner, view).at(-1)).toEqual({
    index: 431,
    x: 11_776,
    y: 8704,
    width: 224,
    height: 296,
  });
});

test('far out, the whole image is a handful of tiles', () => {
  const camera = { scale: 1 / 15, x: 0, y: 0 };
  expect(tilesInView(pyramid, 3, camera, view)).toHaveLength(9);
});
