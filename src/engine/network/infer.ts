/** Runs a batch of crops and reads everything back at once. */
import * as tf from '@tensorflow/tfjs-core';
import { CAM_STRIDE, SALIENCY_STRIDE } from '../manifest';
import { forward } from './forward';
import type { Model } from './weights';

/** Raw outputs of one crop, row-major. */
export interface CropOutput {
  /** [128 * 128 * 3] logits: background, cytoplasm, nucleus. */
  segmentation: Float32Array;
  /** [8] logits. */
  types: Float32Array;
  /** [256], pooled: what types, attributes and novelty are read from. */
  features: Float32Array;
  /** [8 * 32 * 32], raw Grad-CAM of every type. */
  cams: Float32Array;
  /** [64 * 64], 0 to 1. */
  saliency: Float32Array;
}

/** crops: [count, size, size, 3] white-pointed, in [0, 1]. One readback a batch. */
export async function infer(model: Model, crops: Float32Array, count: number): Promise<CropOutput[]> {
  const size = model.manifest.cropSize;
  const joined = tf.tidy(() => {
    const out = forward(model, tf.tensor4d(crops, [count, size, size, 3]));
    const parts = [out.segmentation, out.types, out.features, out.cams, out.saliency];
    return tf.concat(
      parts.map((t) => tf.reshape(t, [count, -1])),
      1,
    );
  });
  const data = (await joined.data<'float32'>()) as Float32Array;
  const stride = joined.shape[1] as number;
  joined.dispose();
  const types = model.manifest.types.length;
  const channels = model.reading.channels;
  return Array.from({ length: count }, (_, i) => {
    let at = i * stride;
    const next = (length: number) => {
      at += length;
      return data.slice(at - length, at);
    };
    const segmentation = next(size ** 2 * 3);
    const kinds = next(types);
    const features = next(channels);
    const cams = next(types * (size / CAM_STRIDE) ** 2);
    const saliency = next((size / SALIENCY_STRIDE) ** 2);
    return { segmentation, types: kinds, features, cams, saliency };
  });
}
