/** One forward pass of SG-CLDFF on tfjs: white-pointed crops in, masks, types and all Grad-CAMs out. */
import * as tf from '@tensorflow/tfjs-core';
import { networkPlan } from '../plan/layers';
import { runPlain } from './plain';
import type { Model } from './weights';

/** Tensors by name; what each is stands in plan/layers.ts. */
export type Stages = Record<string, tf.Tensor>;

/** crops [B, cropSize, cropSize, 3] in [0, 1], white-pointed -> the maps that `names` asks for; the caller disposes of them. */
export function forward({ manifest, weights }: Model, crops: tf.Tensor4D, names: string[]): Stages {
  return tf.tidy(() => {
    const maps = runPlain(networkPlan(manifest), weights, manifest.cues, crops);
    return Object.fromEntries(names.map((name) => [name, maps.get(name) as tf.Tensor]));
  });
}
