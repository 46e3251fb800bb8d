/** Swin blocks: (shifted-)window attention and MLP on small maps. */
import * as tf from '@tensorflow/tfjs-core';
import { layerNorm, linear } from './layers';
import type { Weights } from './weights';

const WINDOW = 4;
const HEADS = 4;

/**
 * Order of the tokens of a size x size map, window by window, after a cyclic shift: cuts the map
 * into windows with one gather. inverse undoes it.
 */
export function windowOrder(size: number, shift: number): { order: Int32Array; inverse: Int32Array } {
  const order = new Int32Array(size * size);
  const inverse = new Int32Array(size * size);
  const across = size / WINDOW;
  for (let i = 0; i < order.length; i++) {
    const window = Math.floor(i / (WINDOW * WINDOW));
    const inside = i % (WINDOW * WINDOW);
    const y = Math.floor(window / across) * WINDOW + Math.floor(inside / WINDOW);
    const x = (window % across) * WINDOW + (inside % WINDOW);
    order[i] = ((y + shift) % size) * size + ((x + shift) % size);
    inverse[order[i] as number] = i;
  }
  return { order, inverse };
}

function attention(w: Weights, name: string, x: tf.Tensor3D): tf.Tensor3D {
  const [windows, tokens, channels] = x.shape;
  const qkv = tf.reshape(linear(w, `${name}.qkv`, x), [windows, tokens, 3, HEADS, channels / HEADS]);
  const [q, k, v] = tf.unstack(tf.transpose(qkv, [2, 0, 3, 1, 4])) as [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D];
  const bias = w.get<tf.Tensor4D>(`${name}.bias`);
  const kinds = bias.shape[0];
  // Conversion put the 1/sqrt(d) of attention into q.
  const scores = tf.reshape(tf.matMul(q, k, false, true), [windows / kinds, kinds, HEADS, tokens, tokens]);
  const weights = tf.reshape(tf.softmax(tf.add(scores, bias)), [windows, HEADS, tokens, tokens]);
  const mixed = tf.transpose(tf.matMul(weights, v), [0, 2, 1, 3]);
  return linear(w, `${name}.out`, tf.reshape(mixed, [windows, tokens, channels]));
}

/** One block on [B, size * size, C]; shift 0 or WINDOW / 2. */
export function swinBlock(w: Weights, name: string, x: tf.Tensor3D, size: number, shift: number): tf.Tensor3D {
  const [batch, tokens, channels] = x.shape;
  let y = layerNorm(x);
  if (size === WINDOW) {
    y = attention(w, name, y);
  } else {
    const { order, inverse } = windowOrder(size, shift);
    const windows = tf.reshape(tf.gather(y, tf.tensor1d(order, 'int32'), 1), [
      -1,
      WINDOW * WINDOW,
      channels,
    ]) as tf.Tensor3D;
    const attended = tf.reshape(attention(w, name, windows), [batch, tokens, channels]);
    y = tf.gather(attended, tf.tensor1d(inverse, 'int32'), 1) as tf.Tensor3D;
  }
  const z = tf.add(x, y) as tf.Tensor3D;
  return tf.add(z, linear(w, `${name}.mlp2`, linear(w, `${name}.mlp1`, layerNorm(z), 'relu')));
}

/** The shift of the k-th block on a map of this size: every second block, where there is more than one window. */
export function shiftOf(k: number, size: number): number {
  return k % 2 === 1 && size > WINDOW ? WINDOW / 2 : 0;
}
