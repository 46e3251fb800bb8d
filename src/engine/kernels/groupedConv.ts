/** Grouped 3x3 convolution with bias and ReLU in one dispatch; tfjs has none with groups. */
import * as tf from '@tensorflow/tfjs-core';
import wgsl from './groupedConv.wgsl?raw';
import { type Kernel, onWebGpu, runKernel } from './run';

const kernel: Kernel = { name: 'groupedConv', wgsl, inputs: ['x', 'weights', 'bias'] };

/** x [B, H, W, C], weights [3, 3, C / groups, C], bias [C] -> [B, H, W, C]. On wasm a convolution a group, which is faster than loops. */
export function groupedConv(x: tf.Tensor4D, weights: tf.Tensor4D, bias: tf.Tensor1D): tf.Tensor4D {
  if (!onWebGpu()) return tf.tidy(() => composed(x, weights, bias));
  return runKernel(kernel, [x, weights, bias], x.shape) as tf.Tensor4D;
}

function composed(x: tf.Tensor4D, weights: tf.Tensor4D, bias: tf.Tensor1D): tf.Tensor4D {
  const groups = x.shape[3] / weights.shape[2];
  const filters = tf.split(weights, groups, 3);
  const biases = tf.split(bias, groups);
  const parts = tf.split(x, groups, 3).map((part, g) =>
    tf.fused.conv2d({
      x: part as tf.Tensor4D,
      filter: filters[g] as tf.Tensor4D,
      strides: 1,
      pad: 1,
      dimRoundingMode: 'floor',
      bias: biases[g] as tf.Tensor1D,
      activation: 'relu',
    }),
  );
  return tf.concat(parts, 3) as tf.Tensor4D;
}
