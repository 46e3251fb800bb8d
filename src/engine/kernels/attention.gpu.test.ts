/** The kernels of the Swin blocks and of pooling (layerNorm, windowAttention, poolWeights) against plain loops. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { maxDifference, noise, requireWebGpu } from './agree.fixture';
import { layerNorm } from './layerNorm';
import { layerNormReference } from './layerNorm.reference';
import { poolWeights } from './poolWeights';
import { poolWeightsReference } from './poolWeights.reference';
import { windowAttention } from './windowAttention';
import { tokenOf, windowAttentionReference } from './windowAttention.reference';

beforeAll(requireWebGpu);

test.each([
  [1, 1, 1],
  [3, 5, 7],
  [2, 64, 112],
])('layerNorm agrees for [%i, %i, %i]', async (n, t, c) => {
  const x = noise(n * t * c, 1, -3, 5);
  const got = await layerNorm(tf.tensor3d(x, [n, t, c])).data();
  expect(maxDifference(got, layerNormReference(x, c))).toBeLessThan(1e-5);
});

test('layerNorm of a constant row is zero, not infinite', async () => {
  const got = await layerNorm(tf.fill([1, 2, 8], 3)).data();
  expect([...got]).toEqual(new Array(16).fill(0));
});

test.each([
  { batch: 1, size: 4, channels: 8, heads: 4, window: 4, shift: 0, kinds: 1 },
  { batch: 2, size: 8, channels: 12, heads: 4, window: 4, shift: 2, kinds: 4 },
  { batch: 3, size: 6, channels: 6, heads: 2, window: 2, shift: 1, kinds: 9 },
  { batch: 2, size: 10, channels: 8, heads: 2, window: 5, shift: 2, kinds: 4 },
])('windowAttention agrees for $size px, shift $shift', async ({ kinds, ...shape }) => {
  const { batch, size, channels, heads, window, shift } = shape;
  const qkv = noise(batch * size * size * 3 * channels, 2);
  const bias = noise(kinds * heads * window ** 4, 3, -4, 1);
  const got = await windowAttention(
    tf.tensor3d(qkv, [batch, size * size, 3 * channels]),
    tf.tensor4d(bias, [kinds, heads, window ** 2, window ** 2]),
    size,
    shift,
  ).data();
  expect(maxDifference(got, windowAttentionReference(qkv, bias, kinds, shape))).toBeLessThan(1e-5);
});

test('the windows of a shifted map cover every token once', () => {
  const shape = { batch: 1, size: 8, channels: 4, heads: 1, window: 4, shift: 2 };
  const seen = Array.from({ length: 64 }, (_, i) => tokenOf(shape, Math.floor(i / 16), i % 16));
  expect([...seen].sort((a, b) => a - b)).toEqual(Array.from({ length: 64 }, (_, i) => i));
  // The first window starts two px in from the corner.
  expect(seen[0]).toBe(2 * 8 + 2);
});

test.each([
  [1, 4, 8],
  [3, 16, 12],
])('poolWeights agrees for %i maps of %i x %i', async (batch, height, width) => {
  const logits = noise(batch * height * width * 3, 4, -6, 6);
  const saliency = noise((batch * height * width) / 4, 5, 0, 1);
  const got = await poolWeights(
    tf.tensor4d(logits, [batch, height, width, 3]),
    tf.tensor4d(saliency, [batch, height / 2, width / 2, 1]),
    0.02,
  ).data();
  expect(maxDifference(got, poolWeightsReference(logits, saliency, [batch, height, width], 0.02))).toBeLessThan(1e-5);
});
