/** The fusion's kernels (crossLayerSum, groupedConv, ecaGate) and gradCam on the GPU against plain loops. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { maxDifference, noise, requireWebGpu } from './agree.fixture';
import { crossLayerSum } from './crossLayerSum';
import { crossLayerSumReference } from './crossLayerSum.reference';
import { ecaGate } from './ecaGate';
import { ecaGateReference } from './ecaGate.reference';
import { gradCam } from './gradCam';
import { gradCamReference } from './gradCam.reference';
import { groupedConv } from './groupedConv';
import { groupedConvReference } from './groupedConv.reference';

type Shape = [number, number, number, number];

beforeAll(requireWebGpu);

function map(shape: Shape, seed: number) {
  const values = noise(
    shape.reduce((a, b) => a * b, 1),
    seed,
  );
  return { values, shape, tensor: tf.tensor4d(values, shape) };
}

test.each<[Shape, Shape, Shape, Shape]>([
  [
    [1, 8, 8, 5],
    [1, 4, 4, 5],
    [1, 2, 2, 5],
    [1, 1, 1, 5],
  ],
  [
    [3, 12, 20, 3],
    [3, 6, 10, 3],
    [3, 3, 5, 3],
    [3, 2, 3, 3],
  ],
])('crossLayerSum agrees from %s', async (...shapes) => {
  const maps = shapes.map((shape, i) => map(shape, i + 1));
  const bias = noise(shapes[0][3], 9);
  const [a, b, c, d] = maps.map((m) => m.tensor) as [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D, tf.Tensor4D];
  const got = await crossLayerSum([a, b, c, d], tf.tensor1d(bias)).data();
  expect(maxDifference(got, crossLayerSumReference(maps, bias))).toBeLessThan(1e-5);
});

test('crossLayerSum resamples as tfjs does (half-pixel bilinear)', async () => {
  const coarse = map([2, 4, 4, 3], 4);
  const zero = (size: number) => tf.zeros<tf.Rank.R4>([2, size, size, 3]);
  const got = await crossLayerSum([zero(8), coarse.tensor, zero(2), zero(1)], tf.zeros([3])).data();
  const want = await tf.relu(tf.image.resizeBilinear(coarse.tensor, [8, 8], false, true)).data();
  expect(maxDifference(got, want)).toBeLessThan(1e-5);
});

test.each<[Shape, number]>([
  [[1, 1, 1, 8], 1],
  [[2, 7, 5, 16], 2],
  [[1, 9, 13, 64], 8],
])('groupedConv agrees for %s with %i channels a group', async (shape, inner) => {
  const x = map(shape, 3);
  const weights = noise(9 * inner * shape[3], 5);
  const bias = noise(shape[3], 6);
  const got = await groupedConv(x.tensor, tf.tensor4d(weights, [3, 3, inner, shape[3]]), tf.tensor1d(bias)).data();
  expect(maxDifference(got, groupedConvReference(x, weights, inner, bias))).toBeLessThan(1e-5);
});

test('groupedConv with one group equals tfjs conv2d', async () => {
  const x = map([2, 6, 6, 4], 8);
  const weights = tf.tensor4d(noise(9 * 16, 2), [3, 3, 4, 4]);
  const got = await groupedConv(x.tensor, weights, tf.zeros([4])).data();
  const want = await tf.relu(tf.conv2d(x.tensor, weights, 1, 1)).data();
  expect(maxDifference(got, want)).toBeLessThan(1e-5);
});

test.each<[Shape]>([[[1, 1, 1, 1]], [[3, 5, 9, 7]], [[2, 32, 32, 64]]])('ecaGate agrees for %s', async (shape) => {
  const x = map(shape, 2);
  const taps = noise(3, 1);
  const got = await ecaGate(x.tensor, tf.tensor1d(taps)).data();
  expect(maxDifference(got, ecaGateReference(x, taps))).toBeLessThan(1e-5);
});

test.each<[Shape, number, number]>([
  [[1, 2, 3, 4], 4, 1],
  [[2, 9, 7, 12], 20, 8],
])('gradCam agrees for %s with %i rows and %i types', async (shape, rows, types) => {
  const evidence = map(shape, 4);
  const weights = noise(rows * types, 3);
  const got = await gradCam(evidence.tensor, tf.tensor2d(weights, [rows, types])).data();
  expect(maxDifference(got, gradCamReference(evidence, weights, types))).toBeLessThan(1e-5);
});
