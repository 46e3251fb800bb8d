/** cues and blurRows on the GPU against plain loops: odd sizes, several images, black and white px. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { maxDifference, noise, requireWebGpu } from './agree.fixture';
import { blurRows } from './blurRows';
import { blurRowsReference } from './blurRows.reference';
import { cues } from './cues';
import { cuesReference } from './cues.reference';

const constants = {
  unmixing: [
    [1.9, 2.1, -3.4],
    [-0.7, 0.4, 1.8],
  ],
  sigmas: [2, 8] as [number, number],
  scales: [2, 1, 1, 1.5, 4, 6],
};

beforeAll(requireWebGpu);

/** Values with exact 0 and 1 among them: empty background, and px darker than the floor. */
function picture(length: number): Float32Array {
  return noise(length, 7, -0.2, 1.2).map((v) => Math.min(1, Math.max(0, v)));
}

test.each([
  [1, 5, 3],
  [2, 17, 33],
  [3, 1, 40],
])('blurRows agrees for %i images of %i x %i', async (batch, height, width) => {
  const rgb = picture(batch * height * width * 3);
  const got = await blurRows(tf.tensor4d(rgb, [batch, height, width, 3]), [2, 8]).data();
  expect(maxDifference(got, blurRowsReference(rgb, batch * height, width, [2, 8]))).toBeLessThan(1e-5);
});

test.each([
  [1, 4, 7],
  [2, 19, 31],
])('cues agree for %i images of %i x %i', async (batch, height, width) => {
  const rgb = picture(batch * height * width * 3);
  const got = await cues(tf.tensor4d(rgb, [batch, height, width, 3]), constants).data();
  expect(maxDifference(got, cuesReference(rgb, batch, height, width, constants))).toBeLessThan(1e-4);
});

test('an empty background has no cues', async () => {
  const got = await cues(tf.ones([1, 20, 20, 3]), constants).data();
  expect(maxDifference(got, new Float32Array(2400))).toBeLessThan(1e-5);
});
