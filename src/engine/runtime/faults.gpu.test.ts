/** Devices that fail under the work: the results are those of an undisturbed one. */
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test, vi } from 'vitest';
import { maxDifference } from '../kernels/agree.fixture';
import { asWindow } from '../network/agreeGoldens.fixture';
import { windowOf } from '../network/shown';
import { SimdNetwork } from '../network/simdNetwork';
import { altered, expectRight, start, trusting, want } from './disturbed.fixture';

describe('a device that fails under the work', () => {
  test('device.destroy() in the middle: the same results as undisturbed, on a new device', async () => {
    const devices: GPUDevice[] = [];
    const runtime = await start({ gpu: altered(() => {}, devices), trust: trusting });
    const undisturbed = await runtime.infer([asWindow(want(0, 'input'))]);
    const disturbed = runtime.infer([asWindow(want(0, 'input'))]);
    const field = runtime.saliency(windowOf(new Uint8Array(32 * 32 * 3).fill(128)), 32, 32);
    await new Promise((resolve) => setTimeout(resolve, 20));
    devices[0]?.destroy();
    const [again] = await Promise.all([disturbed, field]);
    for (const name of ['types', 'segmentation', 'cams', 'saliency', 'features'] as const) {
      expect(maxDifference(again[0]?.[name] ?? [], undisturbed[0]?.[name] ?? [1])).toBe(0);
    }
    expect(again[0]?.classes).toEqual(undisturbed[0]?.classes);
    expect(devices).toHaveLength(2);
    expect(runtime.details()).toMatchObject({ path: 'fused', outlived: expect.stringMatching(/lost/) });
    expect(runtime.describe().fallbackReason).toBe('');
  });

  test('a runtime that is closed under the work rejects it', async () => {
    const runtime = await start({ trust: trusting });
    const work = runtime.infer([asWindow(want(0, 'input'))]);
    await runtime.dispose();
    await expect(work).rejects.toThrow(/lost|destroyed/);
  });

  test('what else is drawn on it is drawn again, and what came of it meanwhile is not taken', async () => {
    const devices: GPUDevice[] = [];
    const runtime = await start({ gpu: altered(() => {}, devices), trust: trusting });
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
    const runtime = await start({ gpu: altered(() => {}, devices), trust: trusting });
    const failing = vi.fn(() => Promise.reject(new Error('no memory for the picture')));
    await expect(runtime.run(failing)).rejects.toThrow('no memory for the picture');
    expect([failing.mock.calls.length, devices.length]).toEqual([1, 1]);
    expect(runtime.describe().fallbackReason).toBe('');
  });

  test('while it is being replaced the number of crops at a time is still known', async () => {
    const devices: GPUDevice[] = [];
    const runtime = await start({ gpu: altered(() => {}, devices), trust: trusting });
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
      const maps = { types: nothing(), segmentation: nothing(), features: nothing(), cams: nothing() };
      return [{ ...maps, classes: new Uint8Array(8), saliency: nothing() }];
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

  test('a crash of our WebAssembly kernels: the work is done again in a new memory', async () => {
    const runtime = await start({ backend: 'wasm' });
    const crashed = runtime.backend.network;
    vi.spyOn(crashed, 'infer').mockRejectedValue(new WebAssembly.RuntimeError('out of bounds'));
    await expectRight(runtime);
    expect(runtime.backend.network).not.toBe(crashed);
    expect(runtime.details()).toMatchObject({ path: 'simd', outlived: 'out of bounds' });
  });

  test('kernels that crash again and again, do not compile or are wrong: tfjs does the work, and why', async () => {
    const { open } = SimdNetwork;
    const opening = vi.spyOn(SimdNetwork, 'open');
    try {
      const closing: { mock: { calls: unknown[] } }[] = [];
      opening.mockImplementation(async (...options) => {
        const network = await open(...options);
        let calls = 0;
        const { infer } = network;
        // The gate's run is the first.
        network.infer = async (windows) => {
          if (calls++ > 0) throw new WebAssembly.RuntimeError('unreachable');
          return infer.call(network, windows);
        };
        return network;
      });
      const crashing = await start({ backend: 'wasm' });
      await expectRight(crashing);
      expect(crashing.details().path).toBe('tfjs-wasm');
      expect(crashing.describe().fallbackReason).toMatch(/; then: unreachable$/);

      opening.mockRejectedValue(new WebAssembly.CompileError('no SIMD'));
      const refused = await start({ backend: 'wasm' });
      expect(refused.details().path).toBe('tfjs-wasm');
      expect(refused.describe().fallbackReason).toMatch(/our WebAssembly kernels do not run here \(no SIMD\)$/);
      await expectRight(refused);

      opening.mockImplementation(async (...options) => {
        const network = await open(...options);
        const { infer } = network;
        network.infer = async (windows) => {
          const outputs = await infer.call(network, windows);
          for (const { cams } of outputs) cams.fill(0);
          return outputs;
        };
        closing.push(vi.spyOn(network, 'dispose'));
        return network;
      });
      const wrong = await start({ backend: 'wasm' });
      expect(wrong.details().path).toBe('tfjs-wasm');
      expect(wrong.describe().fallbackReason).toMatch(
        /our WebAssembly kernels compute wrong results: its cams are all zero$/,
      );
      expect(
        closing.map(({ mock }) => mock.calls.length),
        'its threads are ended',
      ).toEqual([1]);
    } finally {
      opening.mockRestore();
    }
  });

  test('a crash of tfjs on WebAssembly says that its worker cannot be used any more', async () => {
    const opening = vi.spyOn(SimdNetwork, 'open').mockRejectedValue(new WebAssembly.CompileError('no SIMD'));
    const runtime = await start({ backend: 'wasm' }).finally(() => opening.mockRestore());
    const infer = vi
      .spyOn(runtime.backend.network, 'infer')
      .mockRejectedValue(new WebAssembly.RuntimeError('out of bounds'));
    await expect(runtime.infer([asWindow(want(0, 'input'))])).rejects.toMatchObject({ code: 'backend-failed' });
    infer.mockRestore();
  });

  test('a device lost while nothing runs is replaced when there is work', async () => {
    const devices: GPUDevice[] = [];
    const runtime = await start({ gpu: altered(() => {}, devices), trust: trusting });
    devices[0]?.destroy();
    await devices[0]?.lost;
    await expectRight(runtime);
    expect(devices).toHaveLength(2);
  });

  test('an error that nobody caught: the results are computed again', async () => {
    const devices: GPUDevice[] = [];
    const runtime = await start({ gpu: altered(() => {}, devices), trust: trusting });
    // A buffer as large as no device allows: a validation error outside every scope.
    devices[0]?.createBuffer({ size: 2 ** 50, usage: GPUBufferUsage.STORAGE });
    await expectRight(runtime);
    expect(devices).toHaveLength(2);
    expect(runtime.details().outlived).toMatch(/size|memory|limit/i);
  });

  test('out of memory: smaller batches, then less demanding ways', async () => {
    // A device that has room for two images and not for more, and says so to whoever asks.
    let largest = 0;
    const gpu = altered((device) => {
      const { createBuffer, pushErrorScope, popErrorScope } = device;
      const scopes: { filter: GPUErrorFilter; full: boolean }[] = [];
      device.pushErrorScope = (filter) => {
        scopes.push({ filter, full: false });
        pushErrorScope.call(device, filter);
      };
      device.popErrorScope = () => {
        const full = scopes.pop()?.full;
        const popped = popErrorScope.call(device);
        return full ? popped.then(() => new GPUOutOfMemoryError('no room for the arena')) : popped;
      };
      device.createBuffer = (descriptor) => {
        if (descriptor.label === 'arena') largest ||= descriptor.size / 4;
        const memory = scopes.findLast(({ filter }) => filter === 'out-of-memory');
        if (descriptor.label === 'arena' && descriptor.size > largest && memory) memory.full = true;
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
  const runtime = await start({ gpu, trust: trusting });
  const field = windowOf(new Uint8Array(64 * 64 * 3).fill(180));
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
