/** Devices that are lost, slow or refuse a run when it hurts most: while they are opened, by too much at a time, behind other work. */
import { expect, test } from 'vitest';
import { asWindow } from '../network/agreeGoldens.fixture';
import type { FusedNetwork } from '../network/fusedNetwork';
import { PlainNetwork } from '../network/plainNetwork';
import { windowOf } from '../network/shown';
import { altered, expectRight, model, start, trusting, want } from './disturbed.fixture';
import type { TrustStore } from './trust';

const field = windowOf(Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) => 128 + 76 * Math.sin(i / 7)));

test('lost once while it is opened: opened again, at the same level', async () => {
  const devices: GPUDevice[] = [];
  const gpu = altered((device) => {
    const { submit } = device.queue;
    device.queue.submit = function (...work) {
      submit.apply(this, work);
      if (device === devices[0]) device.destroy();
    };
  }, devices);
  const runtime = await start({ gpu });
  expect(devices).toHaveLength(2);
  expect(runtime.details()).toMatchObject({ path: 'fused', outlived: expect.stringMatching(/lost/) });
  expect(runtime.describe().fallbackReason).toBe('');
});

test('lost whenever it gets more than two images at a time: fewer at a time, at the same level', async () => {
  const devices: GPUDevice[] = [];
  const { dispatchWorkgroups } = GPUComputePassEncoder.prototype;
  GPUComputePassEncoder.prototype.dispatchWorkgroups = function (x, y, z) {
    dispatchWorkgroups.call(this, x, y, z);
    if ((z ?? 1) > 2) devices.at(-1)?.destroy();
  };
  try {
    const runtime = await start({ gpu: altered(() => {}, devices), batch: 4, trust: trusting });
    const outputs = await runtime.infer([0, 1, 0, 1].map((k) => asWindow(want(k, 'input'))));
    expect(outputs).toHaveLength(4);
    expect(runtime.details()).toMatchObject({ path: 'fused', batch: 2 });
    await expectRight(runtime);
  } finally {
    GPUComputePassEncoder.prototype.dispatchWorkgroups = dispatchWorkgroups;
  }
});

test('a run that is refused while kernels are compiled is no result, and computed again', async () => {
  const devices: GPUDevice[] = [];
  let goOn = () => {};
  const waiting = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const gpu = altered((device) => {
    if (devices.length > 1) return;
    const arenas: GPUBuffer[] = [];
    const { createBuffer, createComputePipelineAsync } = device;
    device.createBuffer = (descriptor) => {
      const buffer = createBuffer.call(device, descriptor);
      if (descriptor.label === 'arena') arenas.push(buffer);
      return buffer;
    };
    // A driver that takes its time over a kernel that fields do not need.
    device.createComputePipelineAsync = async (descriptor) => {
      if (descriptor.label?.startsWith('attention')) await waiting;
      return createComputePipelineAsync.call(device, descriptor);
    };
    const { submit } = device.queue;
    device.queue.submit = function (...work) {
      // The field's own memory is gone: the submit is invalid, and what is read back are zeros.
      arenas.at(-1)?.destroy();
      submit.apply(this, work);
    };
  }, devices);
  const runtime = await start({ gpu, trust: trusting });
  let prepared = false;
  const preparing = (runtime.backend.network as FusedNetwork).prepare().finally(() => {
    prepared = true;
  });
  preparing.catch(() => {});
  const maps = await runtime.saliency(field, 64, 64);
  expect(prepared).toBe(false);
  goOn();
  expect(devices).toHaveLength(2);
  const known = await new PlainNetwork(model, 1).saliency(field, 64, 64);
  expect(Math.max(...maps.core.map((v, i) => Math.abs(v - (known.core[i] as number))))).toBeLessThan(1e-3);
});

test('on a card that is slow, runs are cut from the first one on, of fields as of crops', async () => {
  const submits: number[] = [];
  const gpu = altered((device) => {
    const { submit } = device.queue;
    let since = 0;
    device.queue.submit = function (...work) {
      since++;
      submit.apply(this, work);
    };
    const { createBuffer } = device;
    device.createBuffer = (descriptor) => {
      const buffer = createBuffer.call(device, descriptor);
      if (descriptor.label !== 'readback') return buffer;
      const { mapAsync } = buffer;
      buffer.mapAsync = async (...range) => {
        submits.push(since);
        since = 0;
        await mapAsync.apply(buffer, range);
        await new Promise((resolve) => setTimeout(resolve, 350));
      };
      return buffer;
    };
  });
  const card = {
    requestAdapter: async () => {
      const adapter = await gpu.requestAdapter();
      return adapter && Object.defineProperty(adapter, 'info', { value: { description: 'a slow card' } });
    },
  } as GPU;
  const runtime = await start({ gpu: card, batch: 1, trust: trusting });
  for (const run of [() => runtime.infer([asWindow(want(0, 'input'))]), () => runtime.saliency(field, 64, 64)]) {
    submits.length = 0;
    for (let k = 0; k < 3; k++) await run();
    expect(submits[0]).toBeGreaterThanOrEqual(6);
    // It took 350 ms and more: what is submitted at a time must not take 100.
    expect(Math.min(...submits)).toBeGreaterThanOrEqual(4);
  }
});

test('where tfjs does the work, no submit holds more than one dispatch', async () => {
  const longest: Record<string, number> = {};
  let doing = 'opening';
  let since = 0;
  const gpu = altered((device) => {
    const { submit } = device.queue;
    device.queue.submit = function (...work) {
      longest[doing] = Math.max(longest[doing] ?? 0, since);
      since = 0;
      submit.apply(this, work);
    };
  });
  const { dispatchWorkgroups } = GPUComputePassEncoder.prototype;
  GPUComputePassEncoder.prototype.dispatchWorkgroups = function (...size) {
    since++;
    dispatchWorkgroups.apply(this, size);
  };
  // The fused path is known to be wrong on this card.
  const trust: TrustStore = { get: async (key) => (key.startsWith('tfjs') ? '' : 'wrong'), set: async () => {} };
  try {
    const runtime = await start({ gpu, trust });
    expect(runtime.details()).toMatchObject({ path: 'tfjs-webgpu', batch: 1 });
    doing = 'crop';
    await runtime.infer([asWindow(want(0, 'input'))]);
    doing = 'field';
    await runtime.saliency(field, 64, 64);
    expect(longest).toMatchObject({ crop: 1, field: 1 });
  } finally {
    GPUComputePassEncoder.prototype.dispatchWorkgroups = dispatchWorkgroups;
  }
});
