/** Depthwise 3x3 convolution with bias and optional ReLU in one dispatch. */
import * as tf from '@tensorflow/tfjs-core';
import wgsl from './depthwise.wgsl?raw';
import { fusedConv } from './fusedConv';
import { type Kernel, onWebGpu, runKernel } from './run';

const kernel: Kernel = {
  name: 'depthwise',
  wgsl,
  inputs: ['x', 'weights', 'bias'],
  uniforms: 'stride : i32, relu : i32,',
};

/** x [B, H, W, C], weights [3, 3, C, 1], bias [C], padding 1. On wasm tfjs's own, which is faster than loops. */
export function depthwise(
  x: tf.Tensor4D,
  weights: tf.Tensor4D,
  bias: tf.Tensor,
  { stride = 1, relu = false }: { stride?: number; relu?: boolean } = {},
): tf.Tensor4D {
  if (!onWebGpu()) return fusedConv(tf.FusedDepthwiseConv2D, x, weights, bias, stride, relu ? 'relu' : 'linear');
  const [batch, height, width, channels] = x.shape;
  const shape: [number, number, number, number] = [
    batch,
    Math.ceil(height / stride),
    Math.ceil(width / stride),
    channels,
  ];
  const uniforms = [stride, relu ? 1 : 0].map((value) => ({ type: 'int32' as const, data: [value] }));
  return runKernel(kernel, [x, weights, bias], shape, uniforms) as tf.Tensor4D;
}
