/** The ways to run the network, best first, and how each is opened. */
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import type { LoadOptions } from '../../bridge/protocol';
import { LeukolensError } from '../../domain/errors';
import type { BackendName } from '../../domain/smear';
import { type Gpu, openGpu } from '../fused/gpu';
import { FusedNetwork } from '../network/fusedNetwork';
import type { Network } from '../network/network';
import { PlainNetwork } from '../network/plainNetwork';
import { SimdNetwork } from '../network/simdNetwork';
import type { Model } from '../network/weights';

/**
 * fused-f16 and fused: our own recorded pass, multiplying in half precision and in single; tfjs-webgpu: layer by layer on the same
 * device; simd: our own kernels in WebAssembly, without a graphics device; tfjs-wasm: layer by layer there.
 */
export const LEVELS = ['fused-f16', 'fused', 'tfjs-webgpu', 'simd', 'tfjs-wasm'] as const;
export type Level = (typeof LEVELS)[number];
export type GpuLevel = Exclude<Level, 'simd' | 'tfjs-wasm'>;

export const isOnGpu = (level: Level): level is GpuLevel => level !== 'simd' && level !== 'tfjs-wasm';

export interface Backend {
  level: Level;
  name: BackendName;
  network: Network;
  gpu: Gpu | null;
  device: string;
  software: boolean;
  close: () => void;
}

/**
 * Crops at a time: a processor gains nothing from more, and reports progress more often. tfjs on a card gets one, for its layers are
 * not cut by time as the fused path is.
 */
const BATCH = { hardware: 8, software: 1, tfjs: 1, wasm: 2 };
/** Dispatches after which tfjs submits: where the whole network is its work a layer at a time, so that no submit is longer than need be; its own number where it only draws. */
const SUBMIT_AFTER = { network: 1, drawing: 15 };

/**
 * Opens the device alone, so that this and fetching the model overlap. Resolves to the reason where there is none, and where it is
 * software that nobody has asked for: on the one at hand an image takes some twenty times as long (e2e/bench).
 */
export async function tryGpu(gpu: GPU | undefined, backend: LoadOptions['backend']): Promise<Gpu | Error> {
  try {
    return await openGpu(gpu, backend === 'webgpu');
  } catch (cause) {
    return cause instanceof Error ? cause : new Error(String(cause));
  }
}

/** Takes the device, if it has one, from tfjs, with all it holds there. */
function takeFromTfjs(model: Model): void {
  model.weights.dispose();
  if (tf.findBackendFactory('webgpu')) tf.removeBackend('webgpu');
}

async function giveToTfjs({ device, info }: Gpu, model: Model): Promise<void> {
  takeFromTfjs(model);
  tf.registerBackend('webgpu', () => new WebGPUBackend(device, info), 3);
  if (!(await tf.setBackend('webgpu'))) throw new Error('tfjs refused the graphics device');
}

/** True where a graphics card multiplies halves. A processor that plays one gets single precision, which the tests run. */
export const hasHalves = ({ device, software }: Gpu) => !software && device.features.has('shader-f16');

/** batch: crops at a time; where it is left out, what suits the device. */
export async function openOnGpu(level: GpuLevel, gpu: Gpu, model: Model, batch?: number): Promise<Backend> {
  await giveToTfjs(gpu, model);
  const onTfjs = level === 'tfjs-webgpu';
  tf.env().set('WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE', onTfjs ? SUBMIT_AFTER.network : SUBMIT_AFTER.drawing);
  const size = batch ?? BATCH[gpu.software ? 'software' : onTfjs ? 'tfjs' : 'hardware'];
  const fused = onTfjs ? null : new FusedNetwork(gpu, model, size, level === 'fused-f16');
  const close = () => {
    fused?.dispose();
    takeFromTfjs(model);
    gpu.destroy();
  };
  return {
    level,
    name: 'webgpu',
    network: fused ?? new PlainNetwork(model, size),
    gpu,
    device: gpu.name,
    software: gpu.software,
    close,
  };
}

const ON_PROCESSOR = { name: 'wasm', gpu: null, device: 'WebAssembly', software: false } as const;

/** Needs nothing of tfjs. Throws where WebAssembly has no SIMD here. */
export async function openSimd(model: Model): Promise<Backend> {
  takeFromTfjs(model);
  const network = await SimdNetwork.open(model);
  return { ...ON_PROCESSOR, level: 'simd', network, close: () => network.dispose() };
}

export async function openTfjsWasm(model: Model, wasmUrls: LoadOptions['wasmUrls']): Promise<Backend> {
  setWasmPaths(wasmUrls);
  takeFromTfjs(model);
  if (!(await tf.setBackend('wasm'))) {
    throw new LeukolensError(
      'backend-failed',
      'Neither WebGPU nor WebAssembly works in this browser.',
      'Use a current Chrome, Edge, Firefox or Safari.',
    );
  }
  const network = new PlainNetwork(model, BATCH.wasm);
  return { ...ON_PROCESSOR, level: 'tfjs-wasm', network, close: () => model.weights.dispose() };
}
