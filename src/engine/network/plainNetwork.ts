/** The network on tfjs: the reference, and what runs where neither the fused path nor our WebAssembly kernels can. */
import * as tf from '@tensorflow/tfjs-core';
import type { Window } from '../../domain/pixels';
import { saliencyPlan } from '../plan/layers';
import { classesOf } from '../plan/outputs';
import { firstOfTwo } from './composed';
import { forward } from './forward';
import type { CropOutput, Network, SaliencyOutput } from './network';
import { runPlain } from './plain';
import { shown } from './shown';
import type { Model } from './weights';

const OUTPUTS = ['segmentation', 'types', 'cams', 'saliency', 'features'] as const;

export class PlainNetwork implements Network {
  readonly batch: number;
  private readonly model: Model;

  constructor(model: Model, batch: number) {
    this.model = model;
    this.batch = batch;
  }

  async infer(windows: Window[]): Promise<CropOutput[]> {
    const size = this.model.manifest.cropSize;
    const crops = new Float32Array(windows.length * size * size * 3);
    windows.forEach((window, i) => {
      crops.set(shown(window, size, size), i * size * size * 3);
    });
    return this.inferCrops(crops, windows.length);
  }

  /** crops: [count, size, size, 3] white-pointed, in [0, 1]. */
  async inferCrops(crops: Float32Array, count: number): Promise<CropOutput[]> {
    const size = this.model.manifest.cropSize;
    const outputs = tf.tidy(() => {
      const maps = forward(this.model, tf.tensor4d(crops, [count, size, size, 3]), [...OUTPUTS]);
      const cell = firstOfTwo(this.model.weights, maps.saliency as tf.Tensor4D);
      return OUTPUTS.map((name) => tf.reshape((name === 'saliency' ? cell : maps[name]) as tf.Tensor, [count, -1]));
    });
    const values = await (tf.getBackend() === 'webgpu' ? readAtOnce(outputs) : readEach(outputs));
    return Array.from({ length: count }, (_, i) => {
      const part = (name: (typeof OUTPUTS)[number]) => {
        const all = values[OUTPUTS.indexOf(name)] as Float32Array;
        const length = all.length / count;
        // Read for this call alone: what one crop is all of needs no copy.
        if (count === 1) return all;
        return all.slice(i * length, (i + 1) * length);
      };
      const segmentation = part('segmentation');
      return {
        segmentation,
        classes: classesOf(segmentation),
        types: part('types'),
        cams: part('cams'),
        saliency: part('saliency'),
        features: part('features'),
      };
    });
  }

  async saliency(field: Window, height: number, width: number): Promise<SaliencyOutput> {
    const { weights, manifest } = this.model;
    const rgb = shown(field, width, height);
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

/** Reads and disposes of tensors [count, n]; each is at hand, so that joining them would only copy. */
async function readEach(tensors: tf.Tensor[]): Promise<Float32Array[]> {
  const values = tensors.map((tensor) => tensor.dataSync<'float32'>());
  tf.dispose(tensors);
  return values;
}

/** Reads and disposes of tensors [count, n] with a single readback. */
async function readAtOnce(tensors: tf.Tensor[]): Promise<Float32Array[]> {
  const joined = tf.tidy(() =>
    tf.concat(
      tensors.map((tensor) => tf.reshape(tensor, [-1])),
      0,
    ),
  );
  const lengths = tensors.map(({ size }) => size);
  tf.dispose(tensors);
  const data = (await joined.data<'float32'>().finally(() => joined.dispose())) as Float32Array;
  let at = 0;
  return lengths.map((length) => {
    at += length;
    return data.subarray(at - length, at);
  });
}
