/** The few layers the network is made of, over tfjs ops. Maps are [B, H, W, C]; sizes halve at stride 2. */
import * as tf from '@tensorflow/tfjs-core';
import type { Weights } from './weights';

type Activation = 'relu' | 'linear';

/** Convolution + bias + activation, one fused op; padding 1 for 3x3 kernels (PyTorch's, also at stride 2). */
export function conv(w: Weights, name: string, x: tf.Tensor4D, activation: Activation, stride = 1): tf.Tensor4D {
  const filter = w.get<tf.Tensor4D>(`${name}.w`);
  return tf.fused.conv2d({
    x,
    filter,
    strides: stride,
    pad: filter.shape[0] === 3 ? 1 : 0,
    dimRoundingMode: 'floor',
    bias: w.get(`${name}.b`),
    activation,
  }) as tf.Tensor4D;
}

/** Depthwise 3x3 convolution + bias + activation, padding 1. */
export function depthwise(w: Weights, name: string, x: tf.Tensor4D, activation: Activation, stride = 1): tf.Tensor4D {
  return tf.fused.depthwiseConv2d({
    x,
    filter: w.get<tf.Tensor4D>(`${name}.w`),
    strides: stride,
    pad: 1,
    dimRoundingMode: 'floor',
    bias: w.get(`${name}.b`),
    activation,
  }) as tf.Tensor4D;
}

/** Inverted residual: expand, depthwise, project; residual where shape is kept. */
export function mbconv(w: Weights, name: string, x: tf.Tensor4D, stride: number): tf.Tensor4D {
  const wide = depthwise(w, `${name}.depthwise`, conv(w, `${name}.expand`, x, 'relu'), 'relu', stride);
  const y = conv(w, `${name}.project`, wide, 'linear');
  return stride === 1 && y.shape[3] === x.shape[3] ? tf.add(x, y) : y;
}

/** Linear layer over the last axis of [N, T, C]. */
export function linear(w: Weights, name: string, x: tf.Tensor3D, activation: Activation = 'linear'): tf.Tensor3D {
  const [batch, tokens, channels] = x.shape;
  const b = w.get<tf.Tensor2D>(`${name}.w`);
  const flat = tf.reshape(x, [batch * tokens, channels]);
  const y = tf.fused.matMul({ a: flat, b, transposeA: false, transposeB: false, bias: w.get(`${name}.b`), activation });
  return tf.reshape(y, [batch, tokens, b.shape[1]]);
}

/** Layer norm without its affine part, which conversion folded into the layer that follows. */
export function layerNorm(x: tf.Tensor3D): tf.Tensor3D {
  const { mean, variance } = tf.moments(x, -1, true);
  return tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, 1e-5)));
}

/** Bilinear x2 upsampling with half-pixel centres. */
export function upsample2(x: tf.Tensor4D): tf.Tensor4D {
  return tf.image.resizeBilinear(x, [x.shape[1] * 2, x.shape[2] * 2], false, true);
}
