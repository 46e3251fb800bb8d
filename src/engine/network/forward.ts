/** One forward pass of SG-CLDFF: white-pointed crops in, masks, types and all Grad-CAMs out. */
import * as tf from '@tensorflow/tfjs-core';
import { gradCam } from '../kernels/gradCam';
import { saliencyMap } from '../saliency/saliencyMap';
import { backbone } from './backbone';
import { fusion } from './fusion';
import { classify, poolingWeights, segment } from './heads';
import { conv, upsample2 } from './layers';
import type { Model } from './weights';

/** Every stage's tensor; a caller reads what it needs and disposes of all. */
export interface Stages {
  [name: string]: tf.Tensor;
  cues: tf.Tensor4D;
  saliency: tf.Tensor4D;
  fused: tf.Tensor4D;
  evidence: tf.Tensor4D;
  segmentation: tf.Tensor4D;
  weights: tf.Tensor3D;
  features: tf.Tensor2D;
  types: tf.Tensor2D;
  cams: tf.Tensor4D;
}

/** crops [B, 128, 128, 3] in [0, 1], white-pointed -> all stages (goldens.py names the same). */
export function forward({ manifest, weights: w }: Model, crops: tf.Tensor4D): Stages {
  return tf.tidy(() => {
    const half = tf.avgPool(crops, 2, 2, 'valid');
    const { cues, maps } = saliencyMap(w, manifest.cues, half);
    const saliency = tf.slice(maps, [0, 0, 0, 0], [-1, -1, -1, 1]) as tf.Tensor4D;
    const input = tf.concat([tf.sub(tf.mul(crops, 2), 1), upsample2(saliency)], 3) as tf.Tensor4D;
    const gate = tf.add(saliency, w.get('gate'));
    const stem = tf.mul(conv(w, 'stem', input, 'relu', { stride: 2 }), gate) as tf.Tensor4D;
    const scales = backbone(w, stem);
    const fused = fusion(w, scales);
    const segmentation = segment(w, fused, stem);
    const evidence = conv(w, 'evidence', fused, 'relu');
    const weights = poolingWeights(segmentation, saliency, manifest.poolFloor);
    const { features, types } = classify(w, evidence, weights, scales[3]);
    const cams = gradCam(evidence, w.get<tf.Tensor2D>('classify.w'));
    const [scale1, scale2, scale3, scale4] = scales;
    return {
      cues,
      saliency,
      scale1,
      scale2,
      scale3,
      scale4,
      fused,
      evidence,
      segmentation,
      weights,
      features,
      types,
      cams,
    };
  });
}
