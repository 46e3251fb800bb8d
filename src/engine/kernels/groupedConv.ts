/** Grouped 3x3 convolution with bias and ReLU in one dispatch; tfjs has none with groups. */
import * as tf from '@tensorflow/tfjs-core';
import { groupedConvReference } from './groupedConv.reference';
import wgsl from './groupedConv.wgsl?raw';
import { type Kernel, onWebGpu, runKernel } from './run';

const kernel: Kernel = { name: 'groupedConv', wgsl, inputs: ['x', 'weights', 'bias'] };

/** x [B, H, W, C], weights [3, 3, C / groups, C], bias [C] -> [B, H, W, C]. */
export function groupedConv(x: tf.Tensor4D, weights: tf.Tensor4D, bias: tf.Tensor): tf.Tensor4D {
  if (!onWebGpu()) {
    const map = { values: x.dataSync<'float32'>(), shape: x.shape };
    const values = groupedConvReference(
      map,
      weights.dataSync<'float32'>(),
      weights.shape[2],
      bias.dataSync<'float32'>(),
    );
    return tf.tensor4d(values, x.shape);
  }
  return runKernel(kernel, [x, weights, bias], x.shape) as tf.Tensor4D;
}
