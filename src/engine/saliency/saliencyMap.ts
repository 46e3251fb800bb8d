/** White-pointed px -> how cell-like each is: analytic cues, then the small learned head. */
import * as tf from '@tensorflow/tfjs-core';
import { convolve } from '../kernels/convolve';
import { cues } from '../kernels/cues';
import type { CueConstants } from '../manifest';

/** Gives an array of the model by name. */
export interface ArraySource {
  get<T extends tf.Tensor = tf.Tensor>(name: string): T;
}

const LEVELS = 5;

/**
 * rgb [B, H, W, 3] in [0, 1], H and W multiples of 16 -> cues [B, H, W, 6] and maps [B, H, W, 2]:
 * probability of white cell, and of the inner half of one.
 */
export function saliencyMap(
  w: ArraySource,
  constants: CueConstants,
  rgb: tf.Tensor4D,
): { cues: tf.Tensor4D; maps: tf.Tensor4D } {
  return tf.tidy(() => {
    const arrays = (name: string) => [w.get<tf.Tensor4D>(`saliency.${name}.w`), w.get(`saliency.${name}.b`)] as const;
    const cueMaps = cues(rgb, constants);
    const levels: tf.Tensor4D[] = [];
    let x = cueMaps;
    for (let k = 0; k < LEVELS; k++) {
      x = convolve(x, ...arrays(`down${k}`), { activation: 'relu', stride: k === 0 ? 1 : 2 });
      levels.push(x);
    }
    for (let k = LEVELS - 2; k >= 0; k--) {
      const skip = levels[k] as tf.Tensor4D;
      const up = tf.image.resizeBilinear(convolve(x, ...arrays(`up${k}`)), [skip.shape[1], skip.shape[2]], false, true);
      x = tf.relu(tf.add(up, skip));
    }
    const last = convolve(x, ...arrays('last'), { activation: 'relu' });
    return { cues: cueMaps, maps: convolve(last, ...arrays('out'), { activation: 'sigmoid' }) };
  });
}
