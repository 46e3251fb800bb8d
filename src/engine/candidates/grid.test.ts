// Tiles of a large grid: every px is some tile's own once, and none is over the limit.
import { expect, test } from 'vitest';
import type { DetectorConstants } from '../manifest';
import { gridOf, tilesOf } from './grid';

const constants = { longSide: 160, maxReduction: 4.5, maxPixels: 2e6, stride: 16 } as DetectorConstants;

test('a field of ordinary size is one tile', () => {
  const grid = gridOf(1440, 900, constants);
  expect(grid).toEqual({ factor: 4.5, width: 320, height: 208 });
  expect(tilesOf(grid, constants)).toHaveLength(1);
});

test.each([
  [12_000, 9_000],
  [40_000, 2_500],
  [9_001, 11_003],
])('%i x %i px: tiles cover the grid once, within the limit, aligned to the stride', (width, height) => {
  const grid = gridOf(width, height, constants);
  expect(grid.factor, 'not reduced further than the head is used to').toBe(4.5);
  const tiles = tilesOf(grid, constants);
  expect(tiles.length).toBeGreaterThan(1);
  const seen = new Uint8Array(grid.width * grid.height);
  for (const { outer, inner } of tiles) {
    expect((outer.x1 - outer.x0) * (outer.y1 - outer.y0)).toBeLessThanOrEqual(constants.maxPixels);
    for (const edge of [outer.x0, outer.y0, inner.x0, inner.y0]) expect(edge % 16).toBe(0);
    for (const side of [outer.x1 - outer.x0, outer.y1 - outer.y0]) expect(side % 16).toBe(0);
    for (let y = inner.y0; y < inner.y1; y++) {
      for (let x = inner.x0; x < inner.x1; x++) seen[y * grid.width + x] = (seen[y * grid.width + x] ?? 0) + 1;
    }
  }
  expect(seen.every((times) => times === 1)).toBe(true);
});
