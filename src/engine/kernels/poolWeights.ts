/** Weights of the saliency-guided pooling, from segmentation logits and saliency in one dispatch. */
import * as tf from '@tensorflow/tfjs-core';
import { poolWeightsReference } from './poolWeights.reference';
import wgsl from './poolWeights.wgsl?raw';
import { type Kernel, onWebGpu, runKernel } from './run';

const kernel: Kernel = { name: 'poolWeights', wgsl, inputs: ['logits', 'saliency'], uniforms: 'least : f32,' };

/** logits [B, H, W, 3], saliency [B, H / 2, W / 2, 1] -> [B, H / 4, W / 4] >= least, not normalised. */
export function poolWeights(logits: tf.Tensor4D, saliency: tf.Tensor4D, least: number): tf.Tensor3D {
  const [batch, height, width] = logits.shape;
  const shape: [number, number, number] = [batch, height / 4, width / 4];
  if (!onWebGpu()) {
    const [a, b] = [logits.dataSync<'float32'>(), saliency.dataSync<'float32'>()];
    return tf.tensor3d(poolWeightsReference(a, b, [batch, height, width], least), shape);
  }
  return runKernel(kernel, [logits, saliency], shape, [{ type: 'float32', data: [least] }]) as tf.Tensor3D;
}
