/** Weights of the saliency-guided pooling, from segmentation logits and saliency in one dispatch. */
import * as tf from '@tensorflow/tfjs-core';
import wgsl from './poolWeights.wgsl?raw';
import { type Kernel, onWebGpu, runKernel } from './run';

const kernel: Kernel = { name: 'poolWeights', wgsl, inputs: ['logits', 'saliency'], uniforms: 'least : f32,' };

/** logits [B, H, W, 3], saliency [B, H / 2, W / 2, 1] -> [B, H / 4, W / 4] >= least, not normalised. On wasm composed of tfjs's own. */
export function poolWeights(logits: tf.Tensor4D, saliency: tf.Tensor4D, least: number): tf.Tensor3D {
  const [batch, height, width] = logits.shape;
  const shape: [number, number, number] = [batch, height / 4, width / 4];
  if (!onWebGpu()) {
    return tf.tidy(() => {
      // Means commute with the choice of a channel and with 1 - p: both are done on the small map.
      const means = tf.avgPool(tf.softmax(logits), 4, 4, 'valid');
      const cell = tf.sub(1, tf.slice(means, [0, 0, 0, 0], [-1, -1, -1, 1]));
      const raw = tf.add(tf.mul(cell, tf.avgPool(saliency, 2, 2, 'valid')), least);
      return tf.reshape(raw, shape) as tf.Tensor3D;
    });
  }
  return runKernel(kernel, [logits, saliency], shape, [{ type: 'float32', data: [least] }]) as tf.Tensor3D;
}
