/** Swin blocks: (shifted-)window attention and MLP on small maps. */
import type * as tf from '@tensorflow/tfjs-core';
import { layerNorm } from '../kernels/layerNorm';
import { windowAttention } from '../kernels/windowAttention';
import { linear } from './layers';
import type { Weights } from './weights';

/** One block on [B, size * size, C]; shift in px. */
export function swinBlock(w: Weights, name: string, x: tf.Tensor3D, size: number, shift: number): tf.Tensor3D {
  // Conversion put the 1/sqrt(d) of attention into q.
  const qkv = linear(w, `${name}.qkv`, layerNorm(x));
  const mixed = windowAttention(qkv, w.get<tf.Tensor4D>(`${name}.bias`), size, shift);
  const y = linear(w, `${name}.out`, mixed, 'linear', x);
  return linear(w, `${name}.mlp2`, linear(w, `${name}.mlp1`, layerNorm(y), 'relu'), 'linear', y);
}
