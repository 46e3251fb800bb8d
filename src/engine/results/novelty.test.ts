/** Tests of the novelty distance. */
import { expect, test } from 'vitest';
import { distance } from './novelty';

// Two types on the axes; the second axis counts double.
const arrays = {
  channels: 2,
  whiten: new Float32Array([1, 0, 0, 2]),
  means: new Float32Array([1, 0, 0, 2]),
};

test('features of a known kind are at distance 0, whatever their length', () => {
  expect(distance([3, 0], arrays)).toBeCloseTo(0, 6);
  expect(distance([0, 0.1], arrays)).toBeCloseTo(0, 6);
});

test('features between the kinds are as far as the nearer one says', () => {
  const h = Math.SQRT1_2;
  // Whitened to (h, 2h): nearer to (1, 0) is sqrt((1-h)^2 + 4h^2), to (0, 2) sqrt(h^2 + (2-2h)^2).
  const expected = Math.sqrt((h ** 2 + (2 - 2 * h) ** 2) / 2);
  expect(distance([5, 5], arrays)).toBeCloseTo(expected, 6);
});

test('features of no length are far from all, not NaN', () => {
  expect(distance([0, 0], arrays)).toBeCloseTo(Math.SQRT1_2, 6);
});
