/**
 * Grad-CAM (Selvaraju et al. 2017) of every type in one dispatch, in closed form: the type logits are
 * linear in the evidence map, so its gradient's spatial mean is the class's weights up to a constant.
 */
import * as tf from '@tensorflow/tfjs-core';
import wgsl from './gradCam.wgsl?raw';
import { type Kernel, onWebGpu, runKernel } from './run';

const kernel: Kernel = { name: 'gradCam', wgsl, inputs: ['evidence', 'rows'] };

/** evidence [B, H, W, K], rows [>= K, T] (classifier weights, evidence first) -> [B, T, H, W] >= 0. On wasm composed of tfjs's own. */
export function gradCam(evidence: tf.Tensor4D, rows: tf.Tensor2D): tf.Tensor4D {
  const [batch, height, width] = evidence.shape;
  const shape: [number, number, number, number] = [batch, rows.shape[1], height, width];
  if (!onWebGpu()) {
    return tf.tidy(() => {
      const [channels, types] = [evidence.shape[3], rows.shape[1]];
      const filter = tf.reshape(tf.slice(rows, [0, 0], [channels, types]), [1, 1, channels, types]) as tf.Tensor4D;
      const maps = tf.fused.conv2d({ x: evidence, filter, strides: 1, pad: 0, activation: 'relu' });
      return tf.transpose(maps, [0, 3, 1, 2]) as tf.Tensor4D;
    });
  }
  return runKernel(kernel, [evidence, rows], shape) as tf.Tensor4D;
}
