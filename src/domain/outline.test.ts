// Tests of mask outlines.
import { expect, test } from 'vitest';
import { encodeMask } from './mask';
import { outlines } from './outline';

/** Area inside a ring by the shoelace formula; negative for holes. */
const area = (ring: number[]) => {
  let twice = 0;
  for (let i = 0; i < ring.length; i += 2) {
    const j = (i + 2) % ring.length;
    twice += ring[i]! * ring[j + 1]! - ring[j]! * ring[i + 1]!;
  }
  return twice / 2;
};

test('a single px is a diamond around its centre', () => {
  expect(outlines(encodeMask([0, 0, 0, 0, 1, 0, 0, 0, 0], 3, 3))).toEqual([[1.5, 1, 2, 1.5, 1.5, 2, 1, 1.5]]);
});

test('a block keeps its area but for the cut corners', () => {
  const rings = outlines(encodeMask(new Uint8Array(100).fill(1), 10, 10));
  expect(rings).toHaveLength(1);
  expect(rings[0]).toHaveLength(16);
  expect(area(rings[0]!)).toBeCloseTo(100 - 4 / 8, 6);
});

test('holes and separate parts are rings of their own', () => {
  // biome-ignore format: a picture
  const picture = [
    1, 1, 1, 0, 0,
    1, 0, 1, 0, 1,
    1, 1, 1, 0, 0,
  ];
  expect(outlines(encodeMask(picture, 5, 3)).map((ring) => Math.sign(area(ring)))).toEqual([1, -1, 1]);
});

test('parts that touch at a corner are all followed', () => {
  const total = outlines(encodeMask([1, 0, 0, 1], 2, 2)).reduce((sum, ring) => sum + area(ring), 0);
  expect(total).toBeGreaterThan(0.9);
});

test('the nucleus has its own outline', () => {
  const mask = encodeMask([1, 1, 1, 1, 2, 1, 1, 1, 1], 3, 3);
  expect(outlines(mask, 2)).toEqual([[1.5, 1, 2, 1.5, 1.5, 2, 1, 1.5]]);
});

test('an empty mask has no outline', () => {
  expect(outlines(encodeMask(new Uint8Array(4), 2, 2))).toEqual([]);
});
