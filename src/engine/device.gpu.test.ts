// The ground every GPU test stands on: tfjs runs on WebGPU here, and its arithmetic agrees with plain loops.
import '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';

/** Row-major product of an m x k and a k x n matrix. */
function multiply(a: Float32Array, b: Float32Array, m: number, k: number, n: number): Float32Array {
  const out = new Float32Array(m * n);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let l = 0; l < k; l++) sum += (a[i * k + l] ?? Number.NaN) * (b[l * n + j] ?? Number.NaN);
      out[i * n + j] = sum;
    }
  }
  return out;
}

test('a matrix product on WebGPU agrees with plain loops at odd sizes', async () => {
  await tf.setBackend('webgpu');
  await tf.ready();
  // Without the right flags tfjs falls back without a word, and the comparison would pass on nothing.
  expect(tf.getBackend()).toBe('webgpu');

  const [m, k, n] = [5, 37, 3];
  const a = Float32Array.from({ length: m * k }, (_, i) => Math.sin(i));
  const b = Float32Array.from({ length: k * n }, (_, i) => Math.cos(3 * i));
  const product = tf.tidy(() => tf.matMul(tf.tensor2d(a, [m, k]), tf.tensor2d(b, [k, n])));
  const got = await product.data();
  product.dispose();

  const want = multiply(a, b, m, k, n);
  expect(got.length).toBe(want.length);
  want.forEach((value, i) => {
    expect(got[i]).toBeCloseTo(value, 4);
  });
});
