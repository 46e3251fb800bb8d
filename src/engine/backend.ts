/** Our own GPUDevice handed to tfjs, or wasm with the reason why. */
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import type { LoadOptions } from '../bridge/protocol';
import { LeukolensError } from '../domain/errors';
import type { BackendName } from '../domain/smear';

export interface Backend {
  name: BackendName;
  fallbackReason: string;
  device: string;
  software: boolean;
  /** Crops to compute at a time: a processor gains nothing from more, and reports progress more often. */
  batch: number;
  details: Record<string, string | number>;
  /** Why the device can no longer be trusted: lost, out of memory, an invalid command; empty while it can. */
  fault: () => string;
}

/** Limits worth raising where the adapter allows: large fields need large buffers. */
const RAISED = ['maxStorageBufferBindingSize', 'maxBufferSize', 'maxComputeWorkgroupStorageSize'] as const;

async function webgpu(): Promise<Backend> {
  if (!('gpu' in navigator) || !navigator.gpu) throw new Error('this browser has no WebGPU');
  const adapter = await navigator.gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) throw new Error('WebGPU found no graphics adapter on this computer');
  const wanted: GPUFeatureName[] = ['shader-f16', 'timestamp-query', 'subgroups' as GPUFeatureName];
  const requiredLimits = Object.fromEntries(RAISED.map((name) => [name, adapter.limits[name]]));
  const device = await adapter.requestDevice({
    requiredFeatures: wanted.filter((feature) => adapter.features.has(feature)),
    requiredLimits,
  });
  const info = adapter.info;
  let fault = '';
  // After an error that nobody catches, later reads give zeros or old bytes without a word.
  device.addEventListener('uncapturederror', ({ error }) => {
    fault ||= error.message;
  });
  void device.lost.then(({ message, reason }) => {
    fault ||= `it was lost: ${message || reason}`;
  });
  tf.removeBackend('webgpu');
  tf.registerBackend('webgpu', () => new WebGPUBackend(device, info), 3);
  if (!(await tf.setBackend('webgpu'))) throw new Error('tfjs refused the WebGPU device');
  await probe();
  const description = [info.vendor, info.architecture, info.device, info.description].filter(Boolean).join(' ');
  const software = /swiftshader|llvmpipe|lavapipe|basic render/i.test(description);
  return {
    name: 'webgpu',
    fallbackReason: '',
    device: description || 'unnamed adapter',
    software,
    batch: software ? 1 : 8,
    details: {
      features: [...device.features].sort().join(' '),
      maxBufferSize: device.limits.maxBufferSize,
      maxStorageBufferBindingSize: device.limits.maxStorageBufferBindingSize,
    },
    fault: () => fault,
  };
}

/** One small product whose result is known: a device that computes nonsense is not used. */
async function probe(): Promise<void> {
  const product = tf.tidy(() => tf.matMul(tf.tensor2d([1, 2, 3, 4], [2, 2]), tf.tensor2d([5, 6, 7, 8], [2, 2])));
  const values = await product.data();
  product.dispose();
  if (values.join() !== '19,22,43,50') throw new Error('the graphics device computes wrong results');
}

async function wasm(options: LoadOptions, fallbackReason: string): Promise<Backend> {
  setWasmPaths(options.wasmUrls);
  if (!(await tf.setBackend('wasm'))) {
    throw new LeukolensError(
      'backend-failed',
      'Neither WebGPU nor WebAssembly works in this browser.',
      'Use a current Chrome, Edge, Firefox or Safari.',
    );
  }
  await probe();
  return {
    name: 'wasm',
    fallbackReason,
    device: 'WebAssembly',
    software: false,
    batch: 2,
    details: {},
    fault: () => '',
  };
}

/** Starts the preferred backend; WebGPU steps down to wasm and says why. */
export async function startBackend(options: LoadOptions): Promise<Backend> {
  if (options.backend === 'wasm') return wasm(options, 'chosen in the address (?backend=wasm)');
  try {
    return await webgpu();
  } catch (cause) {
    return wasm(options, cause instanceof Error ? cause.message : String(cause));
  }
}
