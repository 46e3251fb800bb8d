/** The ways to run the network. */
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import plainWasm from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm.wasm?url';
import simdWasm from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-simd.wasm?url';
import threadedWasm from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-threaded-simd.wasm?url';
import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import ortWebgpuUrl from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url';
import ortWasmUrl from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?url';
import * as ortWasm from 'onnxruntime-web/wasm';
import * as ortWebgpu from 'onnxruntime-web/webgpu';
import { openGpu } from '../../../src/engine/fused/gpu';
import { PlainNetwork } from '../../../src/engine/network/plainNetwork';
import { SimdNetwork } from '../../../src/engine/network/simdNetwork';
import { loadModel, type Model } from '../../../src/engine/network/weights';
import { networkPlan } from '../../../src/engine/plan/layers';
import { helpersFor } from '../../../src/engine/simd/crew';
import { toOnnx } from './onnx';
import { type Batch, fused, ofNetwork, type Runner } from './runner';

/** Those that run on any device. */
export const KINDS = ['fused', 'tfjs-webgpu', 'ort-webgpu', 'simd', 'tfjs-wasm', 'ort-wasm'] as const;
/** Asked for by name: fused-f16 where the device has 'shader-f16', and simd-threads. */
export type Kind = (typeof KINDS)[number] | 'fused-f16' | 'simd-threads';

async function onTfjs(folder: string, batch: number, backend: 'webgpu' | 'wasm'): Promise<Runner> {
  const model = await loadModel(folder);
  if (backend === 'webgpu' && !tf.findBackendFactory('webgpu')) {
    const gpu = await openGpu(navigator.gpu);
    tf.registerBackend('webgpu', () => new WebGPUBackend(gpu.device, gpu.info), 3);
  }
  setWasmPaths({
    'tfjs-backend-wasm.wasm': plainWasm,
    'tfjs-backend-wasm-simd.wasm': simdWasm,
    'tfjs-backend-wasm-threaded-simd.wasm': threadedWasm,
  });
  const select = async () => {
    if (!(await tf.setBackend(backend)) || tf.getBackend() !== backend) throw new Error(`tfjs refused ${backend}`);
  };
  await select();
  const network = new PlainNetwork(model, batch);
  const infer = ({ windows, crops }: Batch) => network.inferCrops(crops, windows.length);
  return ofNetwork(network, infer, select, () => model.weights.dispose());
}

/** One thread, as its rivals have; or, given windows to make crops of, as many as the app takes here, and a helper at least. */
async function onSimd(folder: string, threads: boolean): Promise<Runner> {
  const helpers = threads ? Math.max(1, helpersFor(navigator.hardwareConcurrency)) : 0;
  const network = await SimdNetwork.open(await loadModel(folder), { helpers });
  const asked = performance.now();
  while (network.details.threads <= helpers) {
    if (performance.now() - asked > 20_000) throw new Error('the threads do not come');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const infer = async ({ windows, crops }: Batch) => {
    if (threads) return network.infer(windows);
    const length = crops.length / windows.length;
    return windows.map((_, k) => network.inferCrop(crops.subarray(k * length, (k + 1) * length)));
  };
  return ofNetwork(
    network,
    infer,
    async () => {},
    () => network.dispose(),
  );
}

/** [count, side, side, 3] -> [count, 3, side, side]. */
function channelsFirst(crops: Float32Array, count: number): Float32Array {
  const px = crops.length / count / 3;
  const out = new Float32Array(crops.length);
  for (let k = 0; k < count; k++) {
    for (let i = 0; i < px; i++) {
      for (let c = 0; c < 3; c++) out[(k * 3 + c) * px + i] = crops[(k * px + i) * 3 + c] as number;
    }
  }
  return out;
}

async function onOrt(model: Model, backend: 'webgpu' | 'wasm'): Promise<Runner> {
  const ort = backend === 'webgpu' ? ortWebgpu : ortWasm;
  ort.env.wasm.wasmPaths = { wasm: backend === 'webgpu' ? ortWebgpuUrl : ortWasmUrl };
  ort.env.wasm.numThreads = 1;
  ort.env.logLevel = 'error';
  const plan = networkPlan(model.manifest);
  const bytes = toOnnx(plan, (name) => model.weights.array(name), model.manifest.cues);
  const session = await ort.InferenceSession.create(bytes, { executionProviders: [backend] });
  const side = model.manifest.cropSize;
  return {
    async run({ windows: { length: count }, crops }) {
      const input = new ort.Tensor('float32', channelsFirst(crops, count), [count, 3, side, side]);
      const outputs = await session.run({ [plan.input]: input });
      // Every output is asked for, as the others are: data arrives with the run.
      const all = await Promise.all(plan.outputs.map((name) => outputs[name]?.getData()));
      return all[plan.outputs.indexOf('types')] as Float32Array;
    },
    dispose: () => session.release(),
  };
}

export async function makeRunner(kind: Kind, folder: string, batch: number): Promise<Runner> {
  if (kind === 'fused' || kind === 'fused-f16') return fused(folder, batch, kind === 'fused-f16');
  if (kind === 'tfjs-webgpu') return onTfjs(folder, batch, 'webgpu');
  if (kind === 'simd' || kind === 'simd-threads') return onSimd(folder, kind === 'simd-threads');
  if (kind === 'tfjs-wasm') return onTfjs(folder, batch, 'wasm');
  return onOrt(await loadModel(folder), kind === 'ort-webgpu' ? 'webgpu' : 'wasm');
}
