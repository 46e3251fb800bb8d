/** The cross-layer step of CLDFF: resample four scales to the finest, sum, bias, ReLU; one dispatch. */
import * as tf from '@tensorflow/tfjs-core';
import wgsl from './crossLayerSum.wgsl?raw';
import { type Kernel, onWebGpu, runKernel } from './run';

const kernel: Kernel = { name: 'crossLayerSum', wgsl, inputs: ['a', 'b', 'c', 'd', 'bias'] };

/** Four projected maps [B, h, w, C], finest first, and bias [C] -> [B, H, W, C] of the finest. On wasm composed of tfjs's own. */
export function crossLayerSum(
  maps: [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D, tf.Tensor4D],
  bias: tf.Tensor,
): tf.Tensor4D {
  const shape = maps[0].shape;
  if (!onWebGpu()) {
    return tf.tidy(() => {
      const [finest, ...coarse] = maps;
      const size: [number, number] = [shape[1], shape[2]];
      const resized = coarse.map((map) => tf.image.resizeBilinear(map, size, false, true));
      return tf.relu(resized.reduce((sum, map) => tf.add(sum, map), tf.add(finest, bias) as tf.Tensor4D));
    });
  }
  return runKernel(kernel, [...maps, bias], shape) as tf.Tensor4D;
}
