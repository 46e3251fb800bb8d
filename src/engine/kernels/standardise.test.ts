/** Crops that differ in stain strength and lamp alone are the same to the network. */
import { expect, test } from 'vitest';
import { noise } from './agree.fixture';
import { levelsOf, standardiseReference } from './standardise.reference';

const standardisation = { gain: 0.5, floor: 0 };

test('every channel has mean 0 and the gain as its spread', () => {
  const seen = standardiseReference(noise(2 * 300, 3, 0, 1), 2, standardisation);
  for (const image of [0, 1]) {
    for (const c of [0, 1, 2]) {
      const values = Array.from({ length: 100 }, (_, i) => seen[image * 300 + i * 3 + c] as number);
      const mean = values.reduce((a, b) => a + b) / 100;
      expect(mean).toBeCloseTo(0, 5);
      expect(Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / 100)).toBeCloseTo(0.5, 5);
    }
  }
});

test('a gain and an offset of a channel change nothing', () => {
  const rgb = noise(300, 4, 0.2, 0.8);
  const other = rgb.map((v, i) => v * [0.5, 0.9, 0.7][i % 3]! + [0.1, 0.05, 0][i % 3]!);
  const [a, b] = [rgb, other].map((crop) => standardiseReference(crop, 1, standardisation));
  a?.forEach((v, i) => {
    expect(b?.[i]).toBeCloseTo(v, 4);
  });
});

test('an empty crop is not amplified', () => {
  const { scale, shift } = levelsOf(new Float32Array(300).fill(1), { gain: 0.5, floor: 0.02 });
  expect(scale).toEqual([25, 25, 25]);
  expect(shift).toEqual([-25, -25, -25]);
});
