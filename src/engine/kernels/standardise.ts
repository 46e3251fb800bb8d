/** Crops with every channel's mean and spread made alike; on the fused path the stem does it as it reads. */
import * as tf from '@tensorflow/tfjs-core';
import type { Standardisation } from '../manifest';
import { onWebGpu } from './run';
import { standardiseReference } from './standardise.reference';
import { valuesOf } from './valuesOf';

/** rgb [B, H, W, 3] -> the same shape. On WebGPU composed of tfjs's own. */
export function standardise(rgb: tf.Tensor4D, standardisation: Standardisation): tf.Tensor4D {
  if (!onWebGpu()) return tf.tensor4d(standardiseReference(valuesOf(rgb), rgb.shape[0], standardisation), rgb.shape);
  return tf.tidy(() => {
    const { mean, variance } = tf.moments(rgb, [1, 2], true);
    const scale = tf.div(standardisation.gain, tf.add(tf.sqrt(variance), standardisation.floor));
    return tf.mul(tf.sub(rgb, mean), scale) as tf.Tensor4D;
  });
}
