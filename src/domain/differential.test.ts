// Tests of the differential count.
import { expect, test } from 'vitest';
import { differential, share } from './differential';

test('shares are of the typed white cells only, and every cell is counted', () => {
  const types = ['neutrophil', 'neutrophil', 'neutrophil', 'lymphocyte', 'platelet', 'unidentified'] as const;
  const diff = differential(types.map((type) => ({ type })));
  expect(diff.total).toBe(6);
  expect(diff.base).toBe(4);
  expect(share(diff, 'neutrophil')).toBe(75);
  expect(share(diff, 'basophil')).toBe(0);
  expect(share(diff, 'platelet')).toBeNull();
  expect(share(diff, 'unidentified')).toBeNull();
});

test('no cells have no shares', () => {
  expect(share(differential([]), 'neutrophil')).toBeNull();
});
