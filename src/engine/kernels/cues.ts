/** White-pointed pixels -> the six analytic saliency cues, in two dispatches. */
import * as tf from '@tensorflow/tfjs-core';
import type { CueConstants } from '../manifest';
import { blurRows } from './blurRows';
import { cuesReference } from './cues.reference';
import wgsl from './cues.wgsl?raw';
import { type Kernel, onWebGpu, runKernel } from './run';
import { valuesOf } from './valuesOf';

const names = ['azureR', 'azureG', 'azureB', 'eosinR', 'eosinG', 'eosinB', 'sigma0', 'sigma1'];
const scales = ['scale0', 'scale1', 'scale2', 'scale3', 'scale4', 'scale5'];

const kernel: Kernel = {
  name: 'cues',
  wgsl,
  inputs: ['rgb', 'rows'],
  uniforms: [...names, ...scales].map((name) => `${name} : f32,`).join(' '),
};

/** rgb [B, H, W, 3] in [0, 1] -> [B, H, W, 6]; what the six are stands at cuesReference. */
export function cues(rgb: tf.Tensor4D, constants: CueConstants): tf.Tensor4D {
  const [batch, height, width] = rgb.shape;
  const shape: [number, number, number, number] = [batch, height, width, 6];
  if (!onWebGpu()) {
    return tf.tensor4d(cuesReference(valuesOf(rgb), batch, height, width, constants), shape);
  }
  const values = [...constants.unmixing.flat(), ...constants.sigmas, ...constants.scales];
  const uniforms = values.map((value) => ({ type: 'float32' as const, data: [value] }));
  return tf.tidy(() => runKernel(kernel, [rgb, blurRows(rgb, constants.sigmas)], shape, uniforms) as tf.Tensor4D);
}
