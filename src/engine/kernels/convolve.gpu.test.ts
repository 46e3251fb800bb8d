/** convolve and depthwise on the GPU against plain loops, and against tfjs's own convolutions. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { maxDifference, noise, requireWebGpu } from './agree.fixture';
import { convolve } from './convolve';
import { type Activation, convolveReference } from './convolve.reference';
import { depthwise } from './depthwise';
import { depthwiseReference } from './depthwise.reference';

type Shape = [number, number, number, number];

beforeAll(requireWebGpu);

const count = (shape: number[]) => shape.reduce((a, b) => a * b, 1);

test.each<{ shape: Shape; side: number; outputs: number; stride: number; activation: Activation; add: boolean }>([
  { shape: [1, 1, 1, 1], side: 1, outputs: 1, stride: 1, activation: 'linear', add: false },
  { shape: [2, 5, 7, 3], side: 1, outputs: 6, stride: 1, activation: 'relu', add: true },
  { shape: [1, 6, 6, 5], side: 3, outputs: 2, stride: 1, activation: 'sigmoid', add: false },
  { shape: [3, 9, 5, 4], side: 3, outputs: 8, stride: 2, activation: 'relu', add: true },
  { shape: [1, 16, 16, 24], side: 1, outputs: 72, stride: 1, activation: 'relu', add: false },
])('convolve agrees for $shape, $side x $side, stride $stride, $activation', async (c) => {
  const x = noise(count(c.shape), 1);
  const weights = noise(c.side ** 2 * c.shape[3] * c.outputs, 2);
  const bias = noise(c.outputs, 3);
  const out: Shape = [c.shape[0], Math.ceil(c.shape[1] / c.stride), Math.ceil(c.shape[2] / c.stride), c.outputs];
  const residual = c.add ? noise(count(out), 4) : undefined;
  const filter = { values: weights, side: c.side, inputs: c.shape[3], outputs: c.outputs };
  const got = convolve(
    tf.tensor4d(x, c.shape),
    tf.tensor4d(weights, [c.side, c.side, c.shape[3], c.outputs]),
    tf.tensor1d(bias),
    {
      stride: c.stride,
      activation: c.activation,
      ...(residual ? { residual: tf.tensor4d(residual, out) } : {}),
    },
  );
  expect(got.shape).toEqual(out);
  const want = convolveReference({ values: x, shape: c.shape }, filter, bias, c.stride, c.activation, residual);
  expect(maxDifference(await got.data(), want)).toBeLessThan(1e-5);
});

test('convolve at stride 2 equals tfjs with padding 1', async () => {
  const x = tf.tensor4d(noise(2 * 8 * 8 * 4, 5), [2, 8, 8, 4]);
  const weights = tf.tensor4d(noise(9 * 4 * 8, 6), [3, 3, 4, 8]);
  const want = await tf.conv2d(x, weights, 2, 1, 'NHWC', 1, 'floor').data();
  const got = await convolve(x, weights, tf.zeros([8]), { stride: 2 }).data();
  expect(maxDifference(got, want)).toBeLessThan(1e-5);
});

test.each<{ shape: Shape; stride: number; relu: boolean }>([
  { shape: [1, 1, 1, 1], stride: 1, relu: false },
  { shape: [2, 7, 5, 3], stride: 2, relu: true },
  { shape: [1, 12, 12, 40], stride: 1, relu: false },
])('depthwise agrees for $shape, stride $stride', async ({ shape, stride, relu }) => {
  const x = noise(count(shape), 1);
  const weights = noise(9 * shape[3], 2);
  const bias = noise(shape[3], 3);
  const got = await depthwise(tf.tensor4d(x, shape), tf.tensor4d(weights, [3, 3, shape[3], 1]), tf.tensor1d(bias), {
    stride,
    relu,
  }).data();
  expect(maxDifference(got, depthwiseReference({ values: x, shape }, weights, bias, stride, relu))).toBeLessThan(1e-5);
});
