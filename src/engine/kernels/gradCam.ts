/**
 * Grad-CAM (Selvaraju et al. 2017) of every type in one dispatch, in closed form: the type logits are
 * linear in the evidence map, so its gradient's spatial mean is the class's weights up to a constant.
 */
import * as tf from '@tensorflow/tfjs-core';
import { gradCamReference } from './gradCam.reference';
import wgsl from './gradCam.wgsl?raw';
import { type Kernel, onWebGpu, runKernel } from './run';

const kernel: Kernel = { name: 'gradCam', wgsl, inputs: ['evidence', 'rows'] };

/** evidence [B, H, W, K], rows [>= K, T] (classifier weights, evidence first) -> [B, T, H, W] >= 0. */
export function gradCam(evidence: tf.Tensor4D, rows: tf.Tensor2D): tf.Tensor4D {
  const [batch, height, width] = evidence.shape;
  const shape: [number, number, number, number] = [batch, rows.shape[1], height, width];
  if (!onWebGpu()) {
    const map = { values: evidence.dataSync<'float32'>(), shape: evidence.shape };
    return tf.tensor4d(gradCamReference(map, rows.dataSync<'float32'>(), rows.shape[1]), shape);
  }
  return runKernel(kernel, [evidence, rows], shape) as tf.Tensor4D;
}
