/** The network on tfjs: the reference, and what runs where the fused path cannot. */
import * as tf from '@tensorflow/tfjs-core';
import { saliencyPlan } from '../plan/layers';
import { forward } from './forward';
import type { CropOutput, Network, SaliencyOutput } from './network';
import { runPlain } from './plain';
import type { Model } from './weights';

const OUTPUTS = ['segmentation', 'types', 'cams', 'saliency', 'features'] as const;

export class PlainNetwork implements Network {
  readonly batch: number;
  private readonly model: Model;

  constructor(model: Model, batch: number) {
    this.model = model;
    this.batch = batch;
  }

  /** One readback a batch. */
  async infer(crops: Float32Array, count: number): Promise<CropOutput[]> {
    const size = this.model.manifest.cropSize;
    const lengths: number[] = [];
    const joined = tf.tidy(() => {
      const maps = forward(this.model, tf.tensor4d(crops, [count, size, size, 3]), [...OUTPUTS]);
      const cell = tf.slice(maps.saliency as tf.Tensor4D, [0, 0, 0, 0], [-1, -1, -1, 1]);
      const parts = OUTPUTS.map((name) =>
        tf.reshape((name === 'saliency' ? cell : maps[name]) as tf.Tensor, [count, -1]),
      );
      lengths.push(...parts.map((part) => part.shape[1] as number));
      return tf.concat(parts, 1);
    });
    const data = (await joined.data<'float32'>().finally(() => joined.dispose())) as Float32Array;
    const stride = lengths.reduce((a, b) => a + b, 0);
    return Array.from({ length: count }, (_, i) => {
      let at = i * stride;
      const parts = lengths.map((length) => {
        at += length;
        return data.slice(at - length, at);
      });
      const [segmentation, types, cams, saliency, features] = parts as [...Float32Array[]] &
        Record<0 | 1 | 2 | 3 | 4, Float32Array>;
      return { segmentation, types, cams, saliency, features };
    });
  }

  async saliency(rgb: Float32Array, height: number, width: number): Promise<SaliencyOutput> {
    const { weights, manifest } = this.model;
    const maps = tf.tidy(() => {
      const found = runPlain(
        saliencyPlan(height, width),
        weights,
        manifest.cues,
        tf.tensor4d(rgb, [1, height, width, 3]),
      );
      return found.get('saliency') as tf.Tensor;
    });
    const both = (await maps.data<'float32'>().finally(() => maps.dispose())) as Float32Array;
    const n = height * width;
    const channel = (c: number) => Float32Array.from({ length: n }, (_, i) => both[i * 2 + c] as number);
    return { cell: channel(0), core: channel(1) };
  }
}
