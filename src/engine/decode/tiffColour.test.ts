/** Samples to bytes, for what the fixtures do not hold. */
import { expect, test } from 'vitest';
import { coloursOf, type Layout, toRgba } from './tiffColour';

const LAYOUT: Layout = {
  width: 1,
  height: 1,
  tileHeight: 1,
  samples: 4,
  bits: 16,
  photometric: 2,
  extra: 2,
  map: null,
};

function bytesOf(values: number[], layout: Layout, peak: number): number[] {
  const into = new Uint8ClampedArray((values.length / layout.samples) * 4);
  toRgba({ values, samples: layout.samples, rgb: false }, layout, { peak, full: 65535 }, into);
  return [...into];
}

test('colour of 12 bits beside an alpha of 16 is as bright as it was', () => {
  expect(bytesOf([4095, 2048, 0, 65535], LAYOUT, 4095)).toEqual([255, 128, 0, 255]);
  expect(bytesOf([0, 0, 0, 0], LAYOUT, 4095)).toEqual([255, 255, 255, 255]);
});

test('which samples are colour', () => {
  const raster = { values: [], samples: 4, rgb: false };
  expect(coloursOf(raster, LAYOUT)).toBe(3);
  expect(coloursOf({ ...raster, samples: 2 }, { ...LAYOUT, photometric: 1 })).toBe(1);
  expect(coloursOf({ ...raster, samples: 3 }, { ...LAYOUT, photometric: 1, extra: 0 })).toBe(3);
  expect(bytesOf([2048, 32768], { ...LAYOUT, samples: 2, photometric: 1 }, 4095)).toEqual([191, 191, 191, 255]);
});
