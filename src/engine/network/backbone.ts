/** EfficientSwin: convolution stages at strides 4 and 8, Swin stages at 16 and 32. */
import * as tf from '@tensorflow/tfjs-core';
import { mbconv } from './layers';
import { shiftOf, swinBlock } from './swin';
import type { Weights } from './weights';

function swinStage(w: Weights, name: string, x: tf.Tensor4D): tf.Tensor4D {
  const down = mbconv(w, `${name}.down`, x, 2);
  const [batch, size, , channels] = down.shape;
  let tokens = tf.reshape(down, [batch, size * size, channels]) as tf.Tensor3D;
  for (let k = 0; k < 2; k++) tokens = swinBlock(w, `${name}.${k}`, tokens, size, shiftOf(k, size));
  return tf.reshape(tokens, down.shape);
}

/** Stem features [B, 64, 64, 24] -> maps at strides 4, 8, 16 and 32. */
export function backbone(w: Weights, stem: tf.Tensor4D): [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D, tf.Tensor4D] {
  const stage1 = mbconv(w, 'stage1.1', mbconv(w, 'stage1.0', stem, 2), 1);
  const stage2 = mbconv(w, 'stage2.2', mbconv(w, 'stage2.1', mbconv(w, 'stage2.0', stage1, 2), 1), 1);
  const stage3 = swinStage(w, 'stage3', stage2);
  return [stage1, stage2, stage3, swinStage(w, 'stage4', stage3)];
}
