/** Devices that are not to be believed, or not to be had: the runtime notices, says so, and takes the next best. */
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { textOf } from '../fused/kernel';
import { altered, expectRight, goldens, memory, model, start } from './disturbed.fixture';
import { NO_GAIN } from './gain';
import type { Level } from './levels';

/** A trust store that has met this card at one level. */
function knowing(level: Level, verdict: string) {
  const trust = memory();
  return { ...trust, get: async (key: string) => (key.startsWith(`${level}|`) ? verdict : trust.get(key)) };
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
  expect(runtime.details().path).toBe('tfjs-wasm');
  expect(runtime.describe().fallbackReason).toMatch(
    /wrong results: its types are off by 0\.010?.*; then: .*wrong results.*; then: our WebAssembly kernels compute wrong results/,
  );
  // Nothing is below it: it goes on, but is not to be believed either.
  expect(runtime.describe().fallbackReason).toMatch(
    /; then: WebAssembly computes wrong results: its types are off by 0\.010?: do not trust what it finds$/,
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
  [
    'a map of cores that stays empty',
    'saliencyTop',
    (code: string) => code.replace(/(p\.core\] = ).*;/, '$1vec4<f32>(0.0);'),
  ],
  ['a class that is not the most probable one', 'logits', (code: string) => code.replace('v.y >= v.x', 'v.y < v.x')],
  ['a field a px off', 'field', (code: string) => code.replace('sample(first, px,', 'sample(first, px + 1,')],
  ['a crop too large for its image halved wrongly', 'halve', (code: string) => code.replaceAll('0.25', '0.24')],
])('%s is caught by the gate, and tfjs on the same card is next', async (_, name, spoil) => {
  let spoilt = 0;
  const gpu = altered((device) => {
    const { createShaderModule } = device;
    device.createShaderModule = (descriptor) => {
      const code = descriptor.label?.startsWith(name) ? spoil(descriptor.code) : descriptor.code;
      if (code !== descriptor.code) spoilt++;
      return createShaderModule.call(device, { ...descriptor, code });
    };
  });
  const runtime = await start({ gpu, trust: knowing('tfjs-webgpu', '') });
  expect(spoilt).toBeGreaterThan(0);
  expect(runtime.details().path).toBe('tfjs-webgpu');
  expect(runtime.describe().fallbackReason).toMatch(/computes wrong results/);
  expect(tf.getBackend()).toBe('webgpu');
});

test.each([
  ['heat maps', 'max(heat, sample(n, y, x))', 'sample(n, y, x)'],
  ['layers of masks', 'select(140, 255, border)', 'select(255, 140, border)'],
])('wrong %s are caught by the gate, though the network is right', async (what, right, wrong) => {
  let spoilt = 0;
  const gpu = altered((device) => {
    const { createShaderModule } = device;
    device.createShaderModule = (descriptor) => {
      const code = descriptor.code.replace(right, wrong);
      if (code !== descriptor.code) spoilt++;
      return createShaderModule.call(device, { ...descriptor, code });
    };
  });
  const runtime = await start({ gpu });
  expect(spoilt).toBeGreaterThan(0);
  expect(runtime.details().path).toBe('simd');
  expect(runtime.describe().fallbackReason).toMatch(new RegExp(`the graphics device computes wrong ${what}`));
});

test('a kernel that the device refuses: tfjs on the same card does the work', async () => {
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
    const faster = await start({ gpu, batch: 1, trust: knowing('fused-f16', '') });
    expect(faster.details().path).toBe('fused-f16');
    await expectRight(faster);
    const slower = await start({ gpu, batch: 1, trust: knowing('fused-f16', NO_GAIN) });
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

  test('a device that the processor plays is left alone where nobody asks for it', async () => {
    const devices: GPUDevice[] = [];
    const runtime = await start({ backend: undefined, gpu: altered(() => {}, devices) });
    expect(runtime.details().path).toBe('simd');
    expect(runtime.describe().fallbackReason).toMatch(/software/);
    expect(devices, 'none is opened').toEqual([]);
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
