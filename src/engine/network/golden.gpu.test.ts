/** The network on WebGPU and on wasm, stage by stage, against what PyTorch computed with the same float16 weights. */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import plain from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm.wasm?url';
import simd from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-simd.wasm?url';
import threaded from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-threaded-simd.wasm?url';
import { beforeAll, describe, expect, test } from 'vitest';
import { maxDifference, requireWebGpu } from '../kernels/agree';
import { argmax3 } from '../results/segment';
import { forward, type Stages } from './forward';
import { loadModel } from './weights';

interface Entry {
  crop: number;
  name: string;
  shape: number[];
  offset: number;
}

const folder = new URL('/models/sg-cldff-v2/', location.href).href;
const golden = new Map<string, { shape: number[]; values: Float32Array }>();

beforeAll(async () => {
  const entries: Entry[] = await (await fetch(`${folder}golden/golden.json`)).json();
  const bytes = await (await fetch(`${folder}golden/golden.bin`)).arrayBuffer();
  for (const { crop, name, shape, offset } of entries) {
    const length = shape.reduce((a, b) => a * b, 1);
    golden.set(`${crop}.${name}`, { shape, values: new Float32Array(bytes, offset, length) });
  }
});

function want(crop: number, name: string): Float32Array {
  const found = golden.get(`${crop}.${name}`);
  if (!found) throw new Error(`no golden ${name} of crop ${crop}`);
  return found.values;
}

/** Share of px whose most probable class is the same. */
function argmaxAgreement(a: Float32Array, b: Float32Array): number {
  let same = 0;
  for (let i = 0; i < a.length; i += 3) {
    const of = (v: Float32Array) => argmax3(v[i] as number, v[i + 1] as number, v[i + 2] as number);
    if (of(a) === of(b)) same++;
  }
  return same / (a.length / 3);
}

const STAGES = [
  'cues',
  'saliency',
  'scale1',
  'scale2',
  'scale3',
  'scale4',
  'fused',
  'evidence',
  'segmentation',
  'weights',
  'features',
  'types',
  'cams',
];

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

describe.each(['webgpu', 'wasm'] as const)('on %s', (backend) => {
  let stages: Stages;
  let batch: Stages;

  beforeAll(async () => {
    await start(backend);
    const model = await loadModel(folder);
    const size = model.manifest.cropSize;
    const first = tf.tensor4d(want(0, 'input'), [1, size, size, 3]);
    const second = tf.tensor4d(want(1, 'input'), [1, size, size, 3]);
    stages = forward(model, first);
    batch = forward(model, tf.concat([first, second]));
  });

  test.each(STAGES)('%s matches its golden to 2e-3', async (name) => {
    const got = (await stages[name]?.data()) as Float32Array;
    expect(maxDifference(got, want(0, name))).toBeLessThanOrEqual(2e-3);
  });

  test('masks agree on at least 99.9 % of px, for both crops of a batch', async () => {
    const got = (await batch.segmentation.data()) as Float32Array;
    const half = got.length / 2;
    for (const crop of [0, 1]) {
      const part = got.subarray(crop * half, (crop + 1) * half);
      expect(argmaxAgreement(part, want(crop, 'segmentation'))).toBeGreaterThanOrEqual(0.999);
    }
  });

  test('types and Grad-CAMs of the second crop match in a batch of two', async () => {
    for (const name of ['types', 'cams']) {
      const got = (await batch[name]?.data()) as Float32Array;
      expect(maxDifference(got.subarray(got.length / 2), want(1, name))).toBeLessThanOrEqual(2e-3);
    }
  });
});
