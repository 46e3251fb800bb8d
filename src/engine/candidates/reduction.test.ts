// From which distance an image is searched: that of its cells, not that of the largest thing in it.
import { expect, test } from 'vitest';
import type { Candidate } from './find';
import { besides, settled, tooClose } from './reduction';

/** A grid of 320 x 208 px, and one for the same image seen from twice as far. */
const [nearer, further] = [4, 8].map((factor) => ({ factor, width: 1280 / factor, height: 832 / factor })) as [
  { factor: number; width: number; height: number },
  { factor: number; width: number; height: number },
];
/** Place and diameter in px of the image. */
const find = (x: number, diameter: number, score = 0.9): Candidate => ({ x, y: 400, diameter, score });
const cells = [find(100, 120), find(300, 130), find(500, 128)];

test('cells shown too large are better seen from further off, where they are found again', () => {
  const large = [find(300, 240), find(800, 260)];
  expect(tooClose(large, nearer)).toBe(true);
  const again = [find(305, 236), find(798, 262)];
  expect(settled(again, further, large, nearer)).toBe(true);
  expect(besides(again, large, nearer)).toEqual([]);
});

test('what is large from close by and nothing from further off does not cost the cells beside it', () => {
  const found = [...cells, find(900, 250, 0.8)];
  expect(tooClose(found, nearer)).toBe(true);
  expect(settled([find(700, 240, 0.7)], further, found, nearer)).toBe(false);
});

test('where something large is one from further off as well, the sure finds beside it are kept, specks and fragments of it are not', () => {
  const blot = find(900, 300);
  const [speck, unsure, fragment] = [find(1200, 40), find(1100, 120, 0.6), find(840, 110)];
  const again = find(896, 296, 0.8);
  const found = [...cells, blot, speck, unsure, fragment];
  expect(settled([again], further, found, nearer)).toBe(true);
  expect(besides([again], found, nearer)).toEqual(cells);
});
