/** Faults made on purpose: the runtime notices, says so, and gives the results an undisturbed device gives. */
import plain from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm.wasm?url';
import simd from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-simd.wasm?url';
import threaded from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-threaded-simd.wasm?url';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { textOf } from '../fused/kernel';
import { maxDifference } from '../kernels/agree';
import { asWindow, modelFolder, readStages } from '../network/agreeGoldens';
import { loadModel, type Model } from '../network/weights';
import { NO_GAIN } from './gain';
import { type Goldens, readGoldens } from './gate';
import { Runtime, type RuntimeOptions } from './runtime';
import type { TrustStore } from './trust';

const wasmUrls = {
  'tfjs-backend-wasm.wasm': plain,
  'tfjs-backend-wasm-simd.wasm': simd,
  'tfjs-backend-wasm-threaded-simd.wasm': threaded,
};

// Each test opens devices of its own, and the software device compiles every pipeline anew for each.
vi.setConfig({ testTimeout: 600_000 });

let want: Awaited<ReturnType<typeof readStages>>;
let goldens: Goldens;
let model: Model;
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
function memory(): TrustStore & { verdicts: Map<string, string> } {
  const verdicts = new Map<string, string>();
  return {
    verdicts,
    get: async (key) => verdicts.get(key),
    set: async (key, verdict) => void verdicts.set(key, verdict),
  };
}

async function start(options: Partial<RuntimeOptions> = {}, known: Goldens | null = goldens): Promise<Runtime> {
  const runtime = await Runtime.start(model, known, { backend: 'webgpu', wasmUrls, trust: memory(), ...options });
  started.push(runtime);
  return runtime;
}

/** navigator.gpu with devices that `change` has altered. */
function altered(change: (device: GPUDevice) => void, devices: GPUDevice[] = []): GPU {
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
async function expectRight(runtime: Runtime): Promise<void> {
  const outputs = await runtime.infer([0, 1].map((k) => asWindow(want(k, 'input'))));
  expect(outputs).toHaveLength(2);
  outputs.forEach((output, crop) => {
    for (const name of ['types', 'segmentation', 'cams'] as const) {
      expect(maxDifference(output[name], want(crop, name)), name).toBeLessThanOrEqual(2e-3);
    }
  });
}

test('a sound device passes the gate, and the verdict is remembered', async () => {
  const trust = memory();
  const steps: string[] = [];
  const options = { trust, onStep: (step: string) => steps.push(step) };
  const runtime = await start(options);
  expect(runtime.details()).toMatchObject({ path: 'fused' });
  expect(runtime.describe()).toMatchObject({ backend: 'webgpu', fallbackReason: '' });
  expect([...trust.verdicts.values()]).toEqual(['']);
  expect(steps).toEqual(['Checking the graphics device']);
  await expectRight(runtime);
  await start(options);
  expect(steps, 'the second start asks its memory').toHaveLength(1);
  const [key] = trust.verdicts.keys();
  expect(key).toContain(navigator.userAgent);
  expect(key).toContain(model.hash);
});

test('a golden corrupted on purpose: it steps down and says so', async () => {
  const expected = goldens.expected.map((known) => ({ ...known }));
  const types = expected[1]?.types?.slice() ?? new Float32Array();
  types[3]! += 0.01;
  expected[1] = { ...expected[1], types };
  const trust = memory();
  const runtime = await start({ trust }, { ...goldens, expected });
  expect(runtime.details().path).toBe('wasm');
  expect(runtime.describe().fallbackReason).toMatch(
    /wrong results: its types are off by 0\.010?.*; then: .*wrong results/,
  );
  expect([...trust.verdicts.values()]).toHaveLength(2);
  await expectRight(runtime);
});

test.each([
  ['an activation left out', 'depthPoint', (code: string) => code.replaceAll('max(d', 'min(d')],
  [
    'a kernel that writes nothing',
    'poolAndExplain',
    (code: string) => code.replace('if (task > 0)', 'if (task >= 0) { return; }\n  if (task > 0)'),
  ],
])('%s is caught by the gate, and tfjs on the same card does the work', async (_, name, spoil) => {
  let spoilt = 0;
  const gpu = altered((device) => {
    const { createShaderModule } = device;
    device.createShaderModule = (descriptor) => {
      const code = descriptor.label?.startsWith(name) ? spoil(descriptor.code) : descriptor.code;
      if (code !== descriptor.code) spoilt++;
      return createShaderModule.call(device, { ...descriptor, code });
    };
  });
  const runtime = await start({ gpu });
  expect(spoilt).toBeGreaterThan(0);
  expect(runtime.details().path).toBe('tfjs-webgpu');
  expect(runtime.describe().fallbackReason).toMatch(/computes wrong results/);
  expect(tf.getBackend()).toBe('webgpu');
  await expectRight(runtime);
});

test('a kernel that the device refuses', async () => {
  const gpu = altered((device) => {
    const { createShaderModule } = device;
    device.createShaderModule = (descriptor) => {
      const code = descriptor.label === 'halve' ? 'not a kernel' : descriptor.code;
      return createShaderModule.call(device, { ...descriptor, code });
    };
  });
  const runtime = await start({ gpu });
  expect(runtime.details().path).toBe('tfjs-webgpu');
  expect(runtime.describe().fallbackReason).toMatch(/halve/);
});

describe('half precision', () => {
  const header = (storage: 'packed' | 'f16') => textOf({ key: '', code: '', fields: [], writes: [] }, storage);

  /** The software device, which says that it is a card with halves; `read` stands in for what it then makes of a kernel. */
  function withHalves(read: (code: string) => string): GPU {
    const gpu = altered((device) => {
      Object.defineProperty(device, 'features', { value: new Set(['shader-f16']) });
      const { createShaderModule } = device;
      device.createShaderModule = (descriptor) =>
        createShaderModule.call(device, { ...descriptor, code: read(descriptor.code) });
    });
    return {
      requestAdapter: async () => {
        const adapter = await gpu.requestAdapter();
        return adapter && Object.defineProperty(adapter, 'info', { value: { description: 'a card' } });
      },
    } as GPU;
  }
  /** A trust store that has met this card. */
  const knowing = (verdict: string) => {
    const trust = memory();
    return { ...trust, get: async (key: string) => (key.startsWith('fused-f16') ? verdict : trust.get(key)) };
  };

  test('a device that claims halves and refuses their kernels: single precision on the same card, and why', async () => {
    const runtime = await start({ gpu: withHalves((code) => code), batch: 1 });
    expect(runtime.details().path).toBe('fused');
    expect(runtime.describe()).toMatchObject({
      backend: 'webgpu',
      fallbackReason: expect.stringMatching(/'f16' is not allowed/),
    });
    await expectRight(runtime);
  });

  test('a device whose halves are wrong is caught by the gate', async () => {
    const gpu = withHalves((code) =>
      code.replace(header('f16'), header('packed').replace('return a + x.x', 'return a + 1.1 * x.x')),
    );
    const runtime = await start({ gpu, batch: 1 });
    expect(runtime.details().path).toBe('fused');
    expect(runtime.describe().fallbackReason).toMatch(/wrong results/);
    await expectRight(runtime);
  });

  test('right and known to be faster it is used; right but no faster it is not, and that is no fault', async () => {
    const gpu = withHalves((code) => code.replace(header('f16'), header('packed')));
    const faster = await start({ gpu, batch: 1, trust: knowing('') });
    expect(faster.details().path).toBe('fused-f16');
    await expectRight(faster);
    const slower = await start({ gpu, batch: 1, trust: knowing(NO_GAIN) });
    expect(slower.details()).toMatchObject({ path: 'fused', f16: NO_GAIN });
    expect(slower.describe().fallbackReason).toBe('');
  });
});

describe('no device to be had', () => {
  test.each<[string, GPU | undefined, RegExp]>([
    ['no WebGPU in the browser', undefined, /no WebGPU/],
    ['no adapter', { requestAdapter: async () => null } as unknown as GPU, /no graphics adapter/],
    [
      'a device that is refused',
      {
        requestAdapter: async () => ({
          features: new Set(),
          limits: {},
          info: {},
          requestDevice: async () => Promise.reject(new Error('too many devices')),
        }),
      } as unknown as GPU,
      /could not be opened: too many devices/,
    ],
  ])('%s: WebAssembly, and why', async (_, gpu, why) => {
    const runtime = await start({ gpu });
    expect(runtime.describe()).toMatchObject({ backend: 'wasm', fallbackReason: expect.stringMatching(why) });
    await expectRight(runtime);
  });

  test('a device lost for good in the middle: WebAssembly finishes the work', async () => {
    const devices: GPUDevice[] = [];
    let allowed = 1;
    const all = altered(() => {}, devices);
    const gpu = { requestAdapter: async () => (allowed-- > 0 ? all.requestAdapter() : null) } as GPU;
    const runtime = await start({ gpu });
    const work = expectRight(runtime);
    devices[0]?.destroy();
    await work;
    expect(runtime.describe()).toMatchObject({
      backend: 'wasm',
      fallbackReason: expect.stringMatching(/no graphics adapter/),
    });
  });
});

describe('a device that fails under the work', () => {
  test('device.destroy() in the middle: the same results as undisturbed, on a new device', async () => {
    const devices: GPUDevice[] = [];
    const runtime = await start({ gpu: altered(() => {}, devices) });
    const undisturbed = await runtime.infer([asWindow(want(0, 'input'))]);
    const disturbed = runtime.infer([asWindow(want(0, 'input'))]);
    const field = runtime.saliency(new Float32Array(32 * 32 * 3).fill(0.5), 32, 32);
    await new Promise((resolve) => setTimeout(resolve, 20));
    devices[0]?.destroy();
    const [again] = await Promise.all([disturbed, field]);
    for (const name of ['types', 'segmentation', 'cams', 'saliency', 'features'] as const) {
      expect(maxDifference(again[0]?.[name] ?? [], undisturbed[0]?.[name] ?? [1])).toBe(0);
    }
    expect(devices).toHaveLength(2);
    expect(runtime.details()).toMatchObject({ path: 'fused', outlived: expect.stringMatching(/lost/) });
    expect(runtime.describe().fallbackReason).toBe('');
  });

  test('what else is drawn on it is drawn again, and what came of it meanwhile is not taken', async () => {
    const devices: GPUDevice[] = [];
    const runtime = await start({ gpu: altered(() => {}, devices) });
    const tries: string[] = [];
    const drawn = await runtime.run(async () => {
      if (tries.push('drawn') > 1) return 'picture';
      devices[0]?.destroy();
      await devices[0]?.lost;
      return 'blank';
    });
    expect([drawn, tries.length, devices.length]).toEqual(['picture', 2, 2]);
  });

  test('what else fails on it without its fault costs neither the device nor a second try', async () => {
    const devices: GPUDevice[] = [];
    const runtime = await start({ gpu: altered(() => {}, devices) });
    const failing = vi.fn(() => Promise.reject(new Error('no memory for the picture')));
    await expect(runtime.run(failing)).rejects.toThrow('no memory for the picture');
    expect([failing.mock.calls.length, devices.length]).toEqual([1, 1]);
    expect(runtime.describe().fallbackReason).toBe('');
  });

  test('while it is being replaced the number of crops at a time is still known', async () => {
    const devices: GPUDevice[] = [];
    const runtime = await start({ gpu: altered(() => {}, devices) });
    const { batch } = runtime;
    devices[0]?.destroy();
    await devices[0]?.lost;
    const work = expectRight(runtime);
    while (runtime.faults.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    expect(runtime.batch).toBe(batch);
    await work;
    expect(devices).toHaveLength(2);
  });

  test('values that are no numbers are no results: less demanding ways, and why', async () => {
    const runtime = await start();
    const network = runtime.backend.network;
    const infer = vi.spyOn(Object.getPrototypeOf(network), 'infer').mockImplementation(async () => {
      const nothing = () => new Float32Array(8).fill(Number.NaN);
      return [{ types: nothing(), segmentation: nothing(), features: nothing(), cams: nothing(), saliency: nothing() }];
    });
    try {
      const [output] = await runtime.infer([asWindow(want(0, 'input'))]);
      expect(maxDifference(output?.types ?? [], want(0, 'types'))).toBeLessThanOrEqual(2e-3);
    } finally {
      infer.mockRestore();
    }
    expect(runtime.details().path).toBe('tfjs-webgpu');
    expect(runtime.describe().fallbackReason).toMatch(/no number/);
  });

  test('a crash of WebAssembly says that its worker cannot be used any more', async () => {
    const runtime = await start({ backend: 'wasm' });
    const infer = vi
      .spyOn(runtime.backend.network, 'infer')
      .mockRejectedValue(new WebAssembly.RuntimeError('out of bounds'));
    await expect(runtime.infer([asWindow(want(0, 'input'))])).rejects.toMatchObject({ code: 'backend-failed' });
    infer.mockRestore();
  });

  test('a device lost while nothing runs is replaced when there is work', async () => {
    const devices: GPUDevice[] = [];
    const runtime = await start({ gpu: altered(() => {}, devices) });
    devices[0]?.destroy();
    await devices[0]?.lost;
    await expectRight(runtime);
    expect(devices).toHaveLength(2);
  });

  test('an error that nobody caught: the results are computed again', async () => {
    const devices: GPUDevice[] = [];
    const runtime = await start({ gpu: altered(() => {}, devices) });
    // A buffer as large as no device allows: a validation error outside every scope.
    devices[0]?.createBuffer({ size: 2 ** 50, usage: GPUBufferUsage.STORAGE });
    await expectRight(runtime);
    expect(devices).toHaveLength(2);
    expect(runtime.details().outlived).toMatch(/size|memory|limit/i);
  });

  test('out of memory: smaller batches, then less demanding ways', async () => {
    // A device that has room for two images and not for more.
    let largest = 0;
    const gpu = altered((device) => {
      const { createBuffer } = device;
      device.createBuffer = (descriptor) => {
        if (descriptor.label === 'arena') largest ||= descriptor.size / 4;
        if (descriptor.label === 'arena' && descriptor.size > largest) {
          device.dispatchEvent(
            new GPUUncapturedErrorEvent('uncapturederror', { error: new GPUOutOfMemoryError('no room for the arena') }),
          );
        }
        return createBuffer.call(device, descriptor);
      };
    });
    const runtime = await start({ gpu, batch: 8 });
    expect(runtime.details()).toMatchObject({ path: 'fused', batch: 2 });
    await expectRight(runtime);
  });
});

test('memory stays flat: tensors and buffers after many runs are those after the first', async () => {
  const live = new Set<GPUBuffer>();
  const gpu = altered((device) => {
    const { createBuffer } = device;
    device.createBuffer = (descriptor) => {
      const buffer = createBuffer.call(device, descriptor);
      live.add(buffer);
      const { destroy } = buffer;
      buffer.destroy = () => {
        live.delete(buffer);
        return destroy.call(buffer);
      };
      return buffer;
    };
  });
  const runtime = await start({ gpu });
  const field = new Float32Array(64 * 64 * 3).fill(0.7);
  const round = async () => {
    await runtime.saliency(field, 64, 64);
    await runtime.infer([asWindow(want(0, 'input'))]);
  };
  await round();
  const before = {
    buffers: live.size,
    bytes: [...live].reduce((sum, { size }) => sum + size, 0),
    tensors: tf.memory().numTensors,
  };
  for (let k = 0; k < 12; k++) await round();
  const after = {
    buffers: live.size,
    bytes: [...live].reduce((sum, { size }) => sum + size, 0),
    tensors: tf.memory().numTensors,
  };
  expect(after).toEqual(before);
});
