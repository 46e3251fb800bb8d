/** Swin's window attention from q, k, v to mixed values in one dispatch, shift and windows by indexing alone. */
import * as tf from '@tensorflow/tfjs-core';
import { type Kernel, onWebGpu, runKernel } from './run';
import { valuesOf } from './valuesOf';
import { windowAttentionReference } from './windowAttention.reference';
import wgsl from './windowAttention.wgsl?raw';

const kernel: Kernel = {
  name: 'windowAttention',
  wgsl,
  inputs: ['qkv', 'bias'],
  uniforms: 'mapSize : i32, window : i32, shift : i32,',
};

/** The kernel keeps a window's scores in registers. */
const MOST_MEMBERS = 25;

/** What the arguments are stands at windowAttentionReference; window <= 5. -> [B, size * size, C]. */
export function windowAttention(qkv: tf.Tensor3D, bias: tf.Tensor4D, size: number, shift: number): tf.Tensor3D {
  const [batch, tokens, triple] = qkv.shape;
  const [kinds, heads, members] = bias.shape;
  if (members > MOST_MEMBERS) throw new Error(`windows of ${members} px do not fit the attention kernel`);
  const window = Math.sqrt(members);
  const shape: [number, number, number] = [batch, tokens, triple / 3];
  if (!onWebGpu()) {
    const sizes = { batch, size, channels: triple / 3, heads, window, shift };
    const values = windowAttentionReference(valuesOf(qkv), valuesOf(bias), kinds, sizes);
    return tf.tensor3d(values, shape);
  }
  const uniforms = [size, window, shift].map((value) => ({ type: 'int32' as const, data: [value] }));
  return runKernel(kernel, [qkv, bias], shape, uniforms) as tf.Tensor3D;
}
