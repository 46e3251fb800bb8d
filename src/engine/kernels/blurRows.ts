/** First of two passes from pixels to saliency cues: optical density, blurred along rows. */
import * as tf from '@tensorflow/tfjs-core';
import { blurRowsReference } from './blurRows.reference';
import wgsl from './blurRows.wgsl?raw';
import { type Kernel, onWebGpu, runKernel } from './run';
import { valuesOf } from './valuesOf';

const kernel: Kernel = { name: 'blurRows', wgsl, inputs: ['rgb'], uniforms: 'sigma0 : f32, sigma1 : f32,' };

/** rgb [B, H, W, 3] in [0, 1] -> [B, H, W, 2], mean optical density blurred along rows by each sigma (px). */
export function blurRows(rgb: tf.Tensor4D, sigmas: [number, number]): tf.Tensor4D {
  const [batch, height, width] = rgb.shape;
  const shape: [number, number, number, number] = [batch, height, width, 2];
  if (!onWebGpu()) {
    return tf.tensor4d(blurRowsReference(valuesOf(rgb), batch * height, width, sigmas), shape);
  }
  const uniforms = sigmas.map((sigma) => ({ type: 'float32' as const, data: [sigma] }));
  return runKernel(kernel, [rgb], shape, uniforms) as tf.Tensor4D;
}
