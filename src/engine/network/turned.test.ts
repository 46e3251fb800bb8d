/** Half a turn and back. */
import { expect, test } from 'vitest';
import type { CropOutput } from './network';
import { shown } from './shown';
import { meanOf, turned } from './turned';

test('a turned window shows the same px in reverse order, also where it is reduced and leaves the image', () => {
  const [width, height] = [23, 17];
  const data = Uint8ClampedArray.from({ length: width * height * 4 }, (_, i) => (i * 37 + (i >> 4) * 11) % 256);
  const white = { constant: [0.9, 0.95, 1], surface: null };
  for (const box of [
    { x0: -3.5, y0: 2.25, x1: 20.5, y1: 26.25 },
    { x0: 4.2, y0: 3.1, x1: 9.2, y1: 8.1 },
  ]) {
    const window = { pixels: { data, width, height }, white, box };
    const upright = shown(window, 8, 8);
    const upside = shown({ ...window, box: turned(box) }, 8, 8);
    for (let i = 0; i < 64; i++) {
      for (let c = 0; c < 3; c++) {
        expect(upside[(63 - i) * 3 + c]).toBeCloseTo(upright[i * 3 + c] as number, 5);
      }
    }
  }
});

test('outputs are meant px upon px', () => {
  const of = (...values: number[]) => Float32Array.from(values);
  const upright: CropOutput = {
    segmentation: of(1, 2, 3, 4, 5, 0),
    classes: Uint8Array.of(2, 1),
    types: of(1, 0),
    features: of(2, 4),
    saliency: of(0, 1),
    cams: of(1, 0, 4, 8),
  };
  const upside: CropOutput = {
    // The px the other way round, their classes as they are.
    segmentation: of(4, 5, 8, 1, 2, 3),
    classes: Uint8Array.of(2, 2),
    types: of(0, 1),
    features: of(0, 0),
    saliency: of(1, 0),
    cams: of(0, 1, 8, 4),
  };
  const mean = meanOf(upright, upside);
  expect([...mean.segmentation]).toEqual([1, 2, 3, 4, 5, 4]);
  expect([...mean.classes]).toEqual([2, 1]);
  expect([...mean.types]).toEqual([0.5, 0.5]);
  expect([...mean.features]).toEqual([1, 2]);
  expect([...mean.saliency]).toEqual([0, 1]);
  expect([...mean.cams]).toEqual([1, 0, 4, 8]);
});
