/** A tensor's values, for loops of ours where tfjs runs on wasm. */
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';

/** On wasm a view of its memory: to be read before the next tensor is made, and never written. Else a copy. */
export function valuesOf(tensor: tf.Tensor): Float32Array {
  if (tf.getBackend() !== 'wasm') return tensor.dataSync<'float32'>();
  return (tf.backend() as BackendWasm).typedArrayFromHeap(tensor) as Float32Array;
}
