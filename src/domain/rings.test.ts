// Polygons and run lengths give the mask again, whatever its shape.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeMask } from './mask';
import { areaOf, polygons, rasterise } from './rings';
import { cocoCounts, fromCounts, packCounts, unpackCounts } from './rle';

const masks = fc
  .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }))
  .chain(([width, height]) =>
    fc.array(fc.nat(2), { minLength: width * height, maxLength: width * height }).map((px) => ({ width, height, px })),
  );

test('polygons rasterise to the mask; no ring meets itself, holes are inside their polygon', () => {
  fc.assert(
    fc.property(masks, fc.constantFrom(1 as const, 2 as const), ({ width, height, px }, atLeast) => {
      const found = polygons(encodeMask(px, width, height), atLeast);
      const into = new Uint8Array(width * height);
      rasterise(found.flat(), into, width, height);
      expect([...into]).toEqual(px.map((value) => (value >= atLeast ? 1 : 0)));
      let area = 0;
      for (const polygon of found) {
        polygon.forEach((ring, i) => {
          expect(Math.sign(areaOf(ring))).toBe(i === 0 ? 1 : -1);
          expect(new Set(ring.map(String)).size).toBe(ring.length);
          area += areaOf(ring);
        });
      }
      expect(area).toBe(px.filter((value) => value >= atLeast).length);
    }),
    { numRuns: 500, seed: 6 },
  );
});

test('a ring has its hole with it', () => {
  const [polygon] = polygons(encodeMask([1, 1, 1, 1, 0, 1, 1, 1, 1], 3, 3));
  expect(polygon).toEqual([
    [
      [0, 0],
      [3, 0],
      [3, 3],
      [0, 3],
    ],
    [
      [1, 1],
      [1, 2],
      [2, 2],
      [2, 1],
    ],
  ]);
});

test('run lengths and their text give the px again', () => {
  fc.assert(
    fc.property(masks, fc.nat(4), fc.nat(4), ({ width, height, px }, left, top) => {
      const [w, h] = [width + left + 2, height + top + 1];
      const box = { x0: left, y0: top, x1: left + width, y1: top + height };
      const counts = cocoCounts(box, encodeMask(px, width, height), w, h);
      expect(unpackCounts(packCounts(counts))).toEqual(counts);
      const found = fromCounts(counts, w, h);
      const set = px.flatMap((value, i) => (value > 0 ? [[i % width, Math.floor(i / width)] as const] : []));
      if (set.length === 0) {
        expect(found).toBeNull();
        return;
      }
      const [xs, ys] = [set.map(([x]) => x), set.map(([, y]) => y)];
      const extent = { x0: Math.min(...xs), y0: Math.min(...ys), x1: Math.max(...xs) + 1, y1: Math.max(...ys) + 1 };
      const cut = new Uint8Array((extent.x1 - extent.x0) * (extent.y1 - extent.y0));
      for (const [x, y] of set) cut[(y - extent.y0) * (extent.x1 - extent.x0) + x - extent.x0] = 1;
      const { x0, y0, x1, y1 } = extent;
      expect(found?.box).toEqual({ x0: x0 + left, y0: y0 + top, x1: x1 + left, y1: y1 + top });
      expect(found?.mask).toEqual(encodeMask(cut, x1 - x0, y1 - y0));
    }),
    { numRuns: 300, seed: 6 },
  );
});

test('long runs are packed too, and what is no text of runs is refused', () => {
  const counts = [123456, 1, 99999, 40, 7, 1000000];
  expect(unpackCounts(packCounts(counts))).toEqual(counts);
  expect(() => unpackCounts('\u00ff')).toThrow(RangeError);
  expect(fromCounts([5], 2, 2)).toBeNull();
  expect(fromCounts([1, 1], 2, 2)).toBeNull();
});

test('runs go on from one column in the next, and runs of nothing are nothing', () => {
  const whole = { x0: 0, y0: 0, x1: 2, y1: 3 };
  expect(fromCounts([2, 2, 2], 2, 3)).toEqual({ box: whole, mask: encodeMask([0, 1, 0, 0, 1, 0], 2, 3) });
  expect(fromCounts([0, 0, 4, 1, 1, 0], 2, 3)?.box).toEqual({ x0: 1, y0: 1, x1: 2, y1: 2 });
});

test('a cell of a large image takes the room of its own box', () => {
  const [side, of] = [120_000, { x0: 70_000, y0: 5, x1: 70_003, y1: 7 }];
  // Px of the whole image would be 14 GB.
  const counts = cocoCounts(of, encodeMask([1, 1, 1, 0, 1, 1], 3, 2), side, side);
  expect(fromCounts(counts, side, side)).toEqual({ box: of, mask: encodeMask([1, 1, 1, 0, 1, 1], 3, 2) });
});
