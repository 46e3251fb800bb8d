import { expect, test } from 'vitest';
import { placeOn } from './heatmap';

const box = (x0: number, y0: number, side: number) => ({ x0, y0, x1: x0 + side, y1: y0 + side });

test('a heatmap lies where its own window is, whatever window is shown', () => {
  const whole = { crop: box(10, 20, 100) };
  expect(placeOn(box(10, 20, 100), whole, 480)).toEqual({ x: 0, y: 0, width: 480, height: 480 });
  // Half of a cell that was split: a quarter of the window is seen, twice as large.
  expect(placeOn(box(60, 20, 50), whole, 480)).toEqual({ x: -480, y: 0, width: 960, height: 960 });
  // Two that were merged: the first one's map covers its part.
  expect(placeOn(box(10, 20, 200), whole, 480)).toEqual({ x: 0, y: 0, width: 240, height: 240 });
});
