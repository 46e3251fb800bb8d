/** For tests: runtimes on devices that have been altered on purpose. */
import plain from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm.wasm?url';
import simd from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-simd.wasm?url';
import threaded from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-threaded-simd.wasm?url';
import { afterEach, beforeAll, expect, vi } from 'vitest';
import { TUNING } from '../fused/tuning';
import { asWindow, modelFolder, readStages } from '../network/agreeGoldens.fixture';
import { loadModel, type Model } from '../network/weights';
import { type Goldens, readGoldens } from './gate';
import { Runtime, type RuntimeOptions } from './runtime';
import type { TrustStore } from './trust';

const wasmUrls = {
  'tfjs-backend-wasm.wasm': plain,
  'tfjs-backend-wasm-simd.wasm': simd,
  'tfjs-backend-wasm-threaded-simd.wasm': threaded,
};

// Each test opens devices of its own, and the software device compiles every pipeline anew for each: with threads that compute
// less of a layer, the texts are shorter and compiled in two thirds of the time. What the app uses is tested in network/.
vi.setConfig({ testTimeout: 600_000 });
Object.assign(TUNING.software, { px: 2, registers: 8 });

export let want: Awaited<ReturnType<typeof readStages>>;
export let goldens: Goldens;
export let model: Model;
const started: Runtime[] = [];

beforeAll(async () => {
  want = await readStages();
  model = await loadModel(modelFolder());
  if (!model.gate) throw new Error('the model came without a gate');
  goldens = readGoldens(model.gate);
});

afterEach(async () => {
  for (const runtime of started.splice(0)) await runtime.dispose();
});

/** A trust store that remembers within one test. */
export function memory(): TrustStore & { verdicts: Map<string, string> } {
  const verdicts = new Map<string, string>();
  return {
    verdicts,
    get: async (key) => verdicts.get(key),
    set: async (key, verdict) => void verdicts.set(key, verdict),
  };
}

/** Has met every device before and found it right: for tests that are not about the gate. */
export const trusting: TrustStore = { get: async () => '', set: async () => {} };

export async function start(options: Partial<RuntimeOptions> = {}, known: Goldens | null = goldens): Promise<Runtime> {
  const runtime = await Runtime.start(model, known, { backend: 'webgpu', wasmUrls, trust: memory(), ...options });
  started.push(runtime);
  return runtime;
}

/** navigator.gpu with devices that `change` has altered. */
export function altered(change: (device: GPUDevice) => void, devices: GPUDevice[] = []): GPU {
  return {
    requestAdapter: async (options?: GPURequestAdapterOptions) => {
      const adapter = await navigator.gpu.requestAdapter(options);
      if (!adapter) return null;
      const { requestDevice } = adapter;
      adapter.requestDevice = async (descriptor) => {
        const device = await requestDevice.call(adapter, descriptor);
        devices.push(device);
        change(device);
        return device;
      };
      return adapter;
    },
  } as GPU;
}

/** Both golden crops come out right, whatever they were computed on. */
export async function expectRight(runtime: Runtime): Promise<void> {
  const outputs = await runtime.infer([0, 1].map((k) => asWindow(want(k, 'input'))));
  expect(outputs).toHaveLength(2);
  outputs.forEach((output, crop) => {
    for (const name of ['types', 'segmentation', 'cams'] as const) {
      const known = want(crop, name);
      expect(output[name]).toHaveLength(known.length);
      const off = output[name].reduce((most, v, i) => Math.max(most, Math.abs(v - (known[i] as number))), 0);
      expect(off, name).toBeLessThanOrEqual(2e-3);
    }
  });
}
