/** Tests of words. */
import { expect, test } from 'vitest';
import { describe } from './words';

const attributes = [
  { name: 'vacuole', values: ['no', 'yes'], shares: [[0.9, 0.1], []] },
  { name: 'colour', values: ['pink', 'red', 'nil'], shares: [[0.2, 0.3, 0.5], []] },
];
const arrays = {
  w: new Float32Array([1, -1, 0, 2, 0, 0, 3, 0, 0, 1]),
  b: new Float32Array([0, 0.5, 0, 0, 0]),
};

test('each attribute takes its own columns of the layer', () => {
  // Features (1, 0): vacuole 1 against -0.5, colour 0, 2, 0.
  const [vacuole, colour] = describe([1, 0], arrays, attributes, 1, 0);
  expect(vacuole).toMatchObject({ name: 'vacuole', value: 'no', share: 0.9 });
  expect(vacuole?.probability).toBeCloseTo(1 / (1 + Math.exp(-1.5)), 6);
  expect(colour).toMatchObject({ name: 'colour', value: 'red', share: 0.3 });
  expect(colour?.probability).toBeCloseTo(1 / (1 + 2 * Math.exp(-2)), 6);
});

test('the temperature softens, and a type nobody described has no shares', () => {
  const [vacuole] = describe([0, 1], arrays, attributes, 2, 1);
  // 0 against 3.5.
  expect(vacuole).toMatchObject({ value: 'yes', share: null });
  expect(vacuole?.probability).toBeCloseTo(1 / (1 + Math.exp(-3.5 / 2)), 6);
});
