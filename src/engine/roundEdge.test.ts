// A cell that a round field ends in the middle of is told from one beside its edge.
import { expect, test } from 'vitest';
import { disc } from '../domain/review/shape';
import { meetsRoundEdge } from './roundEdge';

const pixels = { data: new Uint8ClampedArray(0), width: 200, height: 200 };
/** Painted beyond a circle in the middle. */
const field = { pixels, x: 0, y: 0, isPainted: (x: number, y: number) => Math.hypot(x - 100, y - 100) > 80 };
const cell = (x: number, radius = 12) => disc(x, 100, radius, 200, 200)!;

test('what reaches the painted px is cut, what ends before them is not', () => {
  expect(meetsRoundEdge(cell(170), field)).toBe(true);
  expect(meetsRoundEdge(cell(158), field)).toBe(false);
  expect(meetsRoundEdge(cell(100), field)).toBe(false);
});

test('of a field that is all of its image nothing is cut so, nor by what is beyond the image', () => {
  const { isPainted: _, ...whole } = field;
  expect(meetsRoundEdge(cell(170), whole)).toBe(false);
  expect(meetsRoundEdge(cell(190), { ...field, isPainted: (x) => x > 199 })).toBe(false);
});
