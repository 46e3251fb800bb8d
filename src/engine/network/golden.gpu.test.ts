/** The network's plain path on WebGPU and on wasm, stage by stage, against what PyTorch computed. */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import plain from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm.wasm?url';
import simd from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-simd.wasm?url';
import threaded from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-threaded-simd.wasm?url';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Window } from '../../domain/pixels';
import { maxDifference, requireWebGpu } from '../kernels/agree.fixture';
import { isRelaxed } from '../simd/kernels';
import { agreement, asWindow, modelFolder, readStages } from './agreeGoldens.fixture';
import { forward, type Stages } from './forward';
import { classesOf } from './network';
import { PlainNetwork } from './plainNetwork';
import { SimdNetwork } from './simdNetwork';
import { loadModel } from './weights';

const STAGES = [
  ...['cues', 'saliency', 'scale1', 'scale2', 'scale3', 'scale4', 'fused', 'evidence', 'segmentation', 'weights'],
  ...['features', 'types', 'cams'],
];

let want: Awaited<ReturnType<typeof readStages>>;

beforeAll(async () => {
  want = await readStages();
});

async function start(backend: 'webgpu' | 'wasm'): Promise<void> {
  if (backend === 'webgpu') return requireWebGpu();
  setWasmPaths({
    'tfjs-backend-wasm.wasm': plain,
    'tfjs-backend-wasm-simd.wasm': simd,
    'tfjs-backend-wasm-threaded-simd.wasm': threaded,
  });
  await tf.setBackend('wasm');
  expect(tf.getBackend()).toBe('wasm');
}

/** A stage's values; of saliency the channel that the goldens have. */
async function valuesOf(stages: Stages, name: string): Promise<Float32Array> {
  const values = (await stages[name]?.data()) as Float32Array;
  return name === 'saliency' ? values.filter((_, i) => i % 2 === 0) : values;
}

describe.each(['webgpu', 'wasm'] as const)('on %s', (backend) => {
  let stages: Stages;
  let batch: Stages;

  beforeAll(async () => {
    await start(backend);
    const model = await loadModel(modelFolder());
    const size = model.manifest.cropSize;
    const first = tf.tensor4d(want(0, 'input'), [1, size, size, 3]);
    const second = tf.tensor4d(want(1, 'input'), [1, size, size, 3]);
    stages = forward(model, first, STAGES);
    batch = forward(model, tf.concat([first, second]), ['segmentation', 'types', 'cams']);
  });

  test.each(STAGES)('%s matches its golden to 2e-3', async (name) => {
    expect(maxDifference(await valuesOf(stages, name), want(0, name))).toBeLessThanOrEqual(2e-3);
  });

  test('masks agree on at least 99.9 % of px, for both crops of a batch', async () => {
    const got = await valuesOf(batch, 'segmentation');
    const half = got.length / 2;
    for (const crop of [0, 1]) {
      const part = got.subarray(crop * half, (crop + 1) * half);
      expect(agreement(classesOf(part), classesOf(want(crop, 'segmentation')))).toBeGreaterThanOrEqual(0.999);
    }
  });

  test('types and Grad-CAMs of the second crop match in a batch of two', async () => {
    for (const name of ['types', 'cams']) {
      const got = await valuesOf(batch, name);
      expect(maxDifference(got.subarray(got.length / 2), want(1, name))).toBeLessThanOrEqual(2e-3);
    }
  });
});

describe.each([false, true])('our WebAssembly kernels, relaxed: %s', (relaxed) => {
  let network: SimdNetwork;

  beforeAll(async () => {
    await start('wasm');
    expect(isRelaxed(), 'this Chromium multiplies and adds in one step').toBe(true);
    network = await SimdNetwork.open(await loadModel(modelFolder()), { relaxed, helpers: 0 });
  });

  test.each([0, 1])('masks, types and Grad-CAMs of crop %i match their goldens to 1e-3', (crop) => {
    const outputs = network.inferCrop(want(crop, 'input'));
    for (const name of ['segmentation', 'types', 'cams'] as const) {
      expect(maxDifference(outputs[name], want(crop, name)), name).toBeLessThan(1e-3);
    }
    expect(agreement(outputs.classes, classesOf(want(crop, 'segmentation')))).toBeGreaterThanOrEqual(0.999);
  });

  test('what goes with them matches its golden', () => {
    const outputs = network.inferCrop(want(0, 'input'));
    for (const name of ['saliency', 'features'] as const) {
      expect(maxDifference(outputs[name], want(0, name)), name).toBeLessThan(1e-3);
    }
  });

  test('they agree with the plain path on tfjs, on crops and on fields of any size, in any order', async () => {
    expect(tf.getBackend()).toBe('wasm');
    const plainly = new PlainNetwork(await loadModel(modelFolder()), 2);
    const windows = [0, 1].map((crop) => asWindow(want(crop, 'input')));
    const [got, known] = [await network.infer(windows), await plainly.infer(windows)];
    for (const crop of [0, 1]) {
      for (const name of ['segmentation', 'types', 'cams', 'saliency', 'features'] as const) {
        expect(maxDifference(got[crop]?.[name] ?? [], known[crop]?.[name] ?? []), name).toBeLessThan(1e-3);
      }
    }
    for (const [height, width] of [
      ...[
        [16, 16],
        [16, 48],
        [176, 32],
        [96, 160],
        [304, 208],
      ],
      // Seen before, after the memory was given to others.
      ...[
        [16, 16],
        [176, 32],
      ],
    ] as [number, number][]) {
      const field = { ...(windows[0] as Window), box: { x0: 0, y0: 0, x1: 160, y1: 160 } };
      const [a, b] = [await network.saliency(field, height, width), await plainly.saliency(field, height, width)];
      expect(maxDifference(a.cell, b.cell), `${height} x ${width}`).toBeLessThan(1e-3);
      expect(maxDifference(a.core, b.core), `${height} x ${width}`).toBeLessThan(1e-3);
    }
  });
});
