/** The small learned head that says how cell-like each px is, on tfjs. */
import * as tf from '@tensorflow/tfjs-core';
import { convolve } from '../kernels/convolve';
import type { LayerOf } from '../plan/layers';

/** Gives an array of the model by name. */
export interface ArraySource {
  get<T extends tf.Tensor = tf.Tensor>(name: string): T;
}

/** Cues [B, H, W, 6] -> probability of white cell, and of the inner half of one [B, H, W, 2]; H and W multiples of 16. */
export function saliencyHead(w: ArraySource, layer: LayerOf<'unet'>, cueMaps: tf.Tensor4D): tf.Tensor4D {
  const arrays = (name: string) => [w.get<tf.Tensor4D>(`${name}.w`), w.get(`${name}.b`)] as const;
  const levels: tf.Tensor4D[] = [];
  let x = cueMaps;
  layer.down.forEach((name, k) => {
    x = convolve(x, ...arrays(name), { activation: 'relu', stride: k === 0 ? 1 : 2 });
    levels.push(x);
  });
  for (let k = layer.up.length - 1; k >= 0; k--) {
    const skip = levels[k] as tf.Tensor4D;
    const low = convolve(x, ...arrays(layer.up[k] as string));
    const up = tf.image.resizeBilinear(low, [skip.shape[1], skip.shape[2]], false, true);
    x = tf.relu(tf.add(up, skip));
  }
  const last = convolve(x, ...arrays(layer.last), { activation: 'relu' });
  return convolve(last, ...arrays(layer.out), { activation: 'sigmoid' });
}
