/** The few layers the network is made of, by the names conversion gave their arrays. Maps are [B, H, W, C]. */
import * as tf from '@tensorflow/tfjs-core';
import { convolve } from '../kernels/convolve';
import { depthwise } from '../kernels/depthwise';
import type { Weights } from './weights';

type Activation = 'relu' | 'linear';

/** Convolution + bias + residual + activation; padding 1 for 3x3 kernels (PyTorch's, also at stride 2). */
export function conv(
  w: Weights,
  name: string,
  x: tf.Tensor4D,
  activation: Activation,
  options: { stride?: number; residual?: tf.Tensor4D } = {},
): tf.Tensor4D {
  return convolve(x, w.get<tf.Tensor4D>(`${name}.w`), w.get(`${name}.b`), { activation, ...options });
}

/** Depthwise 3x3 convolution + bias + activation. */
export function depthwiseConv(
  w: Weights,
  name: string,
  x: tf.Tensor4D,
  activation: Activation,
  stride = 1,
): tf.Tensor4D {
  return depthwise(x, w.get<tf.Tensor4D>(`${name}.w`), w.get(`${name}.b`), { stride, relu: activation === 'relu' });
}

/** Inverted residual: expand, depthwise, project. */
export function mbconv(w: Weights, name: string, x: tf.Tensor4D, stride: number, residual: boolean): tf.Tensor4D {
  const wide = depthwiseConv(w, `${name}.depthwise`, conv(w, `${name}.expand`, x, 'relu'), 'relu', stride);
  return conv(w, `${name}.project`, wide, 'linear', residual ? { residual: x } : {});
}

/** Linear layer over the last axis of [N, T, C]: a 1x1 convolution over tokens. */
export function linear(
  w: Weights,
  name: string,
  x: tf.Tensor3D,
  activation: Activation = 'linear',
  residual?: tf.Tensor3D,
): tf.Tensor3D {
  const [batch, tokens, channels] = x.shape;
  const weights = w.get<tf.Tensor2D>(`${name}.w`);
  const outputs = weights.shape[1];
  const asMap = (t: tf.Tensor3D) => tf.reshape(t, [batch, tokens, 1, t.shape[2]]) as tf.Tensor4D;
  const filter = tf.reshape(weights, [1, 1, channels, outputs]) as tf.Tensor4D;
  const y = convolve(asMap(x), filter, w.get(`${name}.b`), {
    activation,
    ...(residual ? { residual: asMap(residual) } : {}),
  });
  return tf.reshape(y, [batch, tokens, outputs]);
}

/** Bilinear x2 upsampling with half-pixel centres. */
export function upsample2(x: tf.Tensor4D): tf.Tensor4D {
  return tf.image.resizeBilinear(x, [x.shape[1] * 2, x.shape[2] * 2], false, true);
}
