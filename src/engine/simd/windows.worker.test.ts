// Windows by our WebAssembly kernels against plain loops.
import { expect, test } from 'vitest';
import type { Box } from '../../domain/box';
import { maxDifference } from '../kernels/agree.fixture';
import { resampleWindow } from '../kernels/resampleWindow';
import { whiteRows } from '../saliency/whitePoint';
import { Windows } from './windows';

const [width, height] = [93, 61];
const pixels = {
  data: Uint8ClampedArray.from({ length: width * height * 4 }, (_, i) => (i * 7919 + (i >> 5) * 104729) % 256),
  width,
  height,
};
const even = { constant: [0.93, 0.9, 1.02], surface: null };
const uneven = {
  constant: [0.9, 0.95, 0.85],
  surface: [
    [0.9, 0.05, -0.1, 0.04, 0.03, -0.05],
    [0.95, -0.6, 0.1, -0.5, 0.2, 0.4],
    [0.85, 0, 0.2, 0.9, 0, 0.1],
  ],
};

test.each<[string, Box, number, number]>([
  ['the image as it is', { x0: 0, y0: 0, x1: width, y1: height }, width, height],
  ['reduced', { x0: 0, y0: 0, x1: 96 * 1.3, y1: 64 * 1.3 }, 32, 16],
  ['reduced to a few px, an odd number a row', { x0: 2.5, y0: 1.25, x1: 90.5, y1: 60 }, 7, 5],
  ['enlarged', { x0: 20.3, y0: 11.8, x1: 31.3, y1: 22.8 }, 24, 24],
  ['reaching out of it', { x0: -20.4, y0: -31, x1: 40.6, y1: 30 }, 40, 40],
  ['turned', { x0: 70.2, y0: 55.1, x1: 10.2, y1: -4.9 }, 32, 32],
  ['one px', { x0: 40, y0: 30, x1: 41, y1: 31 }, 1, 1],
  ['all outside', { x0: 200, y0: 10, x1: 220, y1: 30 }, 8, 8],
])('%s is what plain loops show, with and without relaxed SIMD', async (_, box, w, h) => {
  for (const white of [even, uneven]) {
    const known = resampleWindow(pixels, whiteRows(white, width, height), box, w, h);
    for (const relaxed of [false, true]) {
      const windows = await Windows.open(relaxed);
      // Its memory holds what another window left.
      windows.shown({ pixels, white, box: { x0: 3, y0: 3, x1: 80, y1: 50 } }, 50, 30);
      const got = windows.shown({ pixels, white, box }, w, h);
      expect(got).toHaveLength(w * h * 3);
      expect(maxDifference(got, known)).toBeLessThanOrEqual(2e-6);
    }
  }
});

test('a dark image on a bright white is no darker than black', async () => {
  const black = { data: new Uint8ClampedArray(16 * 16 * 4), width: 16, height: 16 };
  const windows = await Windows.open(false);
  const got = windows.shown({ pixels: black, white: even, box: { x0: 4, y0: 4, x1: 12, y1: 12 } }, 4, 4);
  expect(Math.max(...got.map(Math.abs))).toBeLessThanOrEqual(1e-6);
});
