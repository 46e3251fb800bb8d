/** The cross-layer step of CLDFF: resample four scales to the finest, sum, bias, ReLU; one dispatch. */
import * as tf from '@tensorflow/tfjs-core';
import { crossLayerSumReference } from './crossLayerSum.reference';
import wgsl from './crossLayerSum.wgsl?raw';
import { type Kernel, onWebGpu, runKernel } from './run';

const kernel: Kernel = { name: 'crossLayerSum', wgsl, inputs: ['a', 'b', 'c', 'd', 'bias'] };

/** Four projected maps [B, h, w, C], finest first, and bias [C] -> [B, H, W, C] of the finest. */
export function crossLayerSum(
  maps: [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D, tf.Tensor4D],
  bias: tf.Tensor,
): tf.Tensor4D {
  const shape = maps[0].shape;
  if (!onWebGpu()) {
    const plain = maps.map((m) => ({ values: m.dataSync<'float32'>(), shape: m.shape }));
    return tf.tensor4d(crossLayerSumReference(plain, bias.dataSync<'float32'>()), shape);
  }
  return runKernel(kernel, [...maps, bias], shape) as tf.Tensor4D;
}
