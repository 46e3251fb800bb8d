/**
 * Layers of the plan put together for WebAssembly, where tfjs parts, joins and reorders channels px by px: each here does
 * what its one-kernel form on WebGPU does, by convolutions with parts of the filters.
 */
import * as tf from '@tensorflow/tfjs-core';
import { convolve } from '../kernels/convolve';
import { depthwise } from '../kernels/depthwise';
import { onWebGpu } from '../kernels/run';
import { upsample2 } from './layers';
import type { Weights } from './weights';

/** relu(conv3x3([seen, saliency], stride 2)): seen [B, H, W, 3], saliency [B, H / 2, W / 2, 1]. */
export function stemInParts(w: Weights, name: string, seen: tf.Tensor4D, saliency: tf.Tensor4D): tf.Tensor4D {
  const filter = (from: number, to: number) => w.range<tf.Tensor4D>(`${name}.w`, 2, from, to);
  const bias = w.get<tf.Tensor1D>(`${name}.b`);
  const guided = convolve(upsample2(saliency), filter(3, 4), w.zeros(bias.size), { stride: 2 });
  return convolve(seen, filter(0, 3), bias, { stride: 2, activation: 'relu', residual: guided });
}

/** Reduce, grouped 3x3, expand, of x [B, H, W, C]: each group is carried through apart, and adds its share to the sum. */
export function resnextInGroups(w: Weights, name: string, x: tf.Tensor4D): tf.Tensor4D {
  const [, , width = 1, channels = 1] = w.array(`${name}.grouped.w`).shape;
  let sum = x;
  for (let from = 0; from < channels; from += width) {
    const own = (layer: string) =>
      [
        w.range<tf.Tensor4D>(`${name}.${layer}.w`, 3, from, from + width),
        w.range(`${name}.${layer}.b`, 0, from, from + width),
        { activation: 'relu' },
      ] as const;
    const group = convolve(convolve(x, ...own('reduce')), ...own('grouped'));
    const bias = from === 0 ? w.get(`${name}.expand.b`) : w.zeros(x.shape[3]);
    sum = convolve(group, w.range(`${name}.expand.w`, 2, from, from + width), bias, { residual: sum });
  }
  return tf.relu(sum);
}

/** Depthwise 3x3, pointwise and ReLU over the channels of several maps of one size, which are not joined. */
export function separableInParts(w: Weights, depth: string, point: string, maps: tf.Tensor4D[]): tf.Tensor4D {
  let from = 0;
  let sum: tf.Tensor4D | undefined;
  for (const x of maps) {
    const to = from + x.shape[3];
    const mixed = depthwise(x, w.range(`${depth}.w`, 2, from, to), w.range(`${depth}.b`, 0, from, to), {});
    const filter = w.range<tf.Tensor4D>(`${point}.w`, 2, from, to);
    const bias = from === 0 ? w.get(`${point}.b`) : w.zeros(filter.shape[3]);
    sum = convolve(mixed, filter, bias, sum ? { residual: sum } : {});
    from = to;
  }
  return tf.relu(sum as tf.Tensor4D);
}

/** The first of two channels, on either backend: x [B, H, W, 2] -> [B, H, W, 1]. */
export function firstOfTwo(w: Weights, x: tf.Tensor4D): tf.Tensor4D {
  if (onWebGpu()) return tf.slice(x, [0, 0, 0, 0], [-1, -1, -1, 1]);
  return convolve(x, w.constant([1, 0], [1, 1, 2, 1]), w.zeros(1));
}

/** Depth to space by 2: x [B, H, W, 4 C] -> [B, 2 H, 2 W, C]. */
export function toSpace(x: tf.Tensor4D): tf.Tensor4D {
  const [batch, height, width, depth] = x.shape;
  const rows = tf.transpose(tf.reshape(x, [batch * height, width, 2, depth / 2]), [0, 2, 1, 3]);
  return tf.reshape(rows, [batch, height * 2, width * 2, depth / 4]);
}
