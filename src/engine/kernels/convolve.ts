/** Convolution, bias, residual and activation in one dispatch, with one pipeline for all layers. */
import * as tf from '@tensorflow/tfjs-core';
import type { Activation } from './convolve.reference';
import wgsl from './convolve.wgsl?raw';
import { fusedConv } from './fusedConv';
import { type Kernel, onWebGpu, runKernel } from './run';

const kernel: Kernel = {
  name: 'convolve',
  wgsl,
  inputs: ['x', 'weights', 'bias', 'residual'],
  uniforms: 'threads : i32, stride : i32, activation : i32, useResidual : i32,',
};

const CODES: Record<Activation, number> = { linear: 0, relu: 1, sigmoid: 2 };

/**
 * x [B, H, W, I], weights [K, K, I, O] (K 1, or 3 with padding 1), bias [O], residual of the output's shape
 * -> activation(x * weights + bias + residual). On wasm tfjs's own convolution, which is faster than loops.
 */
export function convolve(
  x: tf.Tensor4D,
  weights: tf.Tensor4D,
  bias: tf.Tensor,
  {
    stride = 1,
    activation = 'linear',
    residual,
  }: { stride?: number; activation?: Activation; residual?: tf.Tensor4D } = {},
): tf.Tensor4D {
  if (!onWebGpu()) return composed(x, weights, bias, stride, activation, residual);
  const [batch, height, width] = x.shape;
  const outputs = weights.shape[3];
  const shape: [number, number, number, number] = [
    batch,
    Math.ceil(height / stride),
    Math.ceil(width / stride),
    outputs,
  ];
  const threads = batch * shape[1] * shape[2] * Math.ceil(outputs / 4);
  const uniforms = [threads, stride, CODES[activation], residual ? 1 : 0].map((value) => ({
    type: 'int32' as const,
    data: [value],
  }));
  return runKernel(kernel, [x, weights, bias, residual ?? bias], shape, uniforms, 'float32', threads) as tf.Tensor4D;
}

function composed(
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  bias: tf.Tensor,
  stride: number,
  activation: Activation,
  residual: tf.Tensor4D | undefined,
): tf.Tensor4D {
  if (!residual) return fusedConv(tf.FusedConv2D, x, filter, bias, stride, activation);
  const sum = tf.add(fusedConv(tf.FusedConv2D, x, filter, bias, stride, 'linear'), residual) as tf.Tensor4D;
  return activation === 'relu' ? tf.relu(sum) : activation === 'sigmoid' ? tf.sigmoid(sum) : sum;
}
