/** Segmentation head, evidence map, and saliency-weighted type head. */
import * as tf from '@tensorflow/tfjs-core';
import { poolWeights } from '../kernels/poolWeights';
import { conv, depthwiseConv, upsample2 } from './layers';
import type { Weights } from './weights';

/** Fused map and stem features -> class logits [B, 128, 128, 3] (background, cytoplasm, nucleus). */
export function segment(w: Weights, fused: tf.Tensor4D, stem: tf.Tensor4D): tf.Tensor4D {
  const joined = tf.concat([upsample2(conv(w, 'segment.lateral', fused, 'relu')), stem], 3);
  const first = conv(w, 'segment.point1', depthwiseConv(w, 'segment.depth1', joined, 'linear'), 'relu');
  const second = conv(w, 'segment.point2', depthwiseConv(w, 'segment.depth2', first, 'linear'), 'relu');
  return tf.depthToSpace(conv(w, 'segment.logits', second, 'linear'), 2, 'NHWC');
}

/** Share of each evidence px in the pooled features, [B, 32, 32]; sums to 1: cell probability times saliency, plus a floor. */
export function poolingWeights(segmentation: tf.Tensor4D, saliency: tf.Tensor4D, floor: number): tf.Tensor3D {
  const raw = poolWeights(segmentation, saliency, floor);
  return tf.div(raw, tf.sum(raw, [1, 2], true));
}

/** Type logits [B, 8] of the evidence map, pooled by weights, joined with the deepest scale's mean. */
export function classify(
  w: Weights,
  evidence: tf.Tensor4D,
  weights: tf.Tensor3D,
  deep: tf.Tensor4D,
): { features: tf.Tensor2D; types: tf.Tensor2D } {
  const [batch, height, width, channels] = evidence.shape;
  const pooled = tf.reshape(
    tf.matMul(tf.reshape(weights, [batch, 1, height * width]), tf.reshape(evidence, [batch, height * width, channels])),
    [batch, channels],
  );
  const features = tf.concat([pooled, tf.mean(deep, [1, 2])], 1) as tf.Tensor2D;
  const types = tf.add(tf.matMul(features, w.get<tf.Tensor2D>('classify.w')), w.get('classify.b')) as tf.Tensor2D;
  return { features, types };
}
