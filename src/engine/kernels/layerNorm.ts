/** Layer norm in one dispatch (tfjs composes it of nine); its affine part is folded into the layer that follows. */
import * as tf from '@tensorflow/tfjs-core';
import { layerNormReference } from './layerNorm.reference';
import wgsl from './layerNorm.wgsl?raw';
import { type Kernel, onWebGpu, runKernel } from './run';
import { valuesOf } from './valuesOf';

const kernel: Kernel = { name: 'layerNorm', wgsl, inputs: ['x'] };

/** x [N, T, C] -> the same shape, mean 0 and variance 1 over C. */
export function layerNorm(x: tf.Tensor3D): tf.Tensor3D {
  if (!onWebGpu()) return tf.tensor3d(layerNormReference(valuesOf(x), x.shape[2]), x.shape);
  return runKernel(kernel, [x], x.shape) as tf.Tensor3D;
}
