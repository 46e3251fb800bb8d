/** Channel gates of the fusion's ECA attention, in one dispatch. */
import * as tf from '@tensorflow/tfjs-core';
import { ecaGateReference } from './ecaGate.reference';
import wgsl from './ecaGate.wgsl?raw';
import { type Kernel, onWebGpu, runKernel } from './run';
import { valuesOf } from './valuesOf';

const kernel: Kernel = { name: 'ecaGate', wgsl, inputs: ['x', 'taps'] };

/** x [B, H, W, C], taps [3] -> gates [B, C] in (0, 1). */
export function ecaGate(x: tf.Tensor4D, taps: tf.Tensor): tf.Tensor2D {
  const shape: [number, number] = [x.shape[0], x.shape[3]];
  if (!onWebGpu()) {
    const map = { values: valuesOf(x), shape: x.shape };
    return tf.tensor2d(ecaGateReference(map, valuesOf(taps)), shape);
  }
  return runKernel(kernel, [x, taps], shape) as tf.Tensor2D;
}
