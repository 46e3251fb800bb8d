/**
 * tfjs's fused convolutions on wasm, asked of its engine directly: their functions wrap every call in what gradients would
 * need, which takes as long as a small convolution does.
 */
import * as tf from '@tensorflow/tfjs-core';

/** x [B, H, W, I], filter [K, K, I, O] (or [K, K, I, 1], depthwise), bias [O]; padding of half a kernel. */
export function fusedConv(
  kind: typeof tf.FusedConv2D | typeof tf.FusedDepthwiseConv2D,
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  bias: tf.Tensor,
  stride: number,
  activation: string,
): tf.Tensor4D {
  const pad = Math.floor(filter.shape[0] / 2);
  const attributes = { strides: stride, pad, dataFormat: 'NHWC', dilations: 1, dimRoundingMode: 'floor', activation };
  return tf.engine().runKernel(kind, { x, filter, bias }, attributes) as tf.Tensor4D;
}
