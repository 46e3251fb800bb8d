/** Grouped 3x3 convolution with bias and ReLU in one dispatch; tfjs has none with groups. */
import type * as tf from '@tensorflow/tfjs-core';
import wgsl from './groupedConv.wgsl?raw';
import { type Kernel, runKernel } from './run';

const kernel: Kernel = { name: 'groupedConv', wgsl, inputs: ['x', 'weights', 'bias'] };

/** x [B, H, W, C], weights [3, 3, C / groups, C], bias [C] -> [B, H, W, C]. On wasm composed.ts carries the groups apart. */
export function groupedConv(x: tf.Tensor4D, weights: tf.Tensor4D, bias: tf.Tensor1D): tf.Tensor4D {
  return runKernel(kernel, [x, weights, bias], x.shape) as tf.Tensor4D;
}
