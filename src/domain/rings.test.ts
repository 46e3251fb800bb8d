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
      const out = fromCounts(counts, w, h)!;
      const expected = Array.from({ length: w * h }, (_, i) => {
        const [x, y] = [(i % w) - left, Math.floor(i / w) - top];
        return x >= 0 && y >= 0 && x < width && y < height && px[y * width + x]! > 0 ? 1 : 0;
      });
      expect([...out]).toEqual(expected);
    }),
    { numRuns: 300, seed: 6 },
  );
});

test('long runs are packed too, and what is no text of runs is refused', () => {
  const counts = [123456, 1, 99999, 40, 7, 1000000];
  expect(unpackCounts(packCounts(counts))).toEqual(counts);
  expect(() => unpackCounts('\u00ff')).toThrow(RangeError);
  expect(fromCounts([5], 2, 2)).toBeNull();
});
