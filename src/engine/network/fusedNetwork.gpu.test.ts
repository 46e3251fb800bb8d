/** The fused path, stage by stage, against what PyTorch computed; its batches, fields and budget. */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Pixels, Window } from '../../domain/pixels';
import { Executor } from '../fused/executor';
import { type Gpu, openGpu } from '../fused/gpu';
import { type Lowered, lower } from '../fused/lower/lower';
import type { Tuning } from '../fused/lower/lowering';
import { Picture } from '../fused/picture';
import { partOf, windowInput } from '../fused/windowInput';
import { maxDifference, noise, requireWebGpu } from '../kernels/agree.fixture';
import { levelsOf } from '../kernels/standardise.reference';
import { networkPlan, type Plan } from '../plan/layers';
import { thumbnail } from '../saliency/whitePoint';
import { agreement, asWindow, modelFolder, readStages } from './agreeGoldens.fixture';
import { cropInput, FusedNetwork } from './fusedNetwork';
import { classesOf } from './network';
import { PlainNetwork } from './plainNetwork';
import { shown } from './shown';
import { loadModel, type Model } from './weights';

let want: Awaited<ReturnType<typeof readStages>>;
let model: Model;
let gpu: Gpu;

beforeAll(async () => {
  want = await readStages();
  model = await loadModel(modelFolder());
  gpu = await openGpu(navigator.gpu);
});

afterAll(() => gpu.destroy());

const golden = (crop: number) => asWindow(want(crop, 'input'));

const flat = { constant: [0.9, 0.8, 0.7], surface: null };
const vignette = {
  constant: [0.9, 0.8, 0.7],
  surface: [
    [0.9, 0.05, -0.02, -0.2, 0.03, -0.1],
    [0.8, -0.05, 0.04, -0.3, 0, -0.2],
    // Falls below half the constant, where it is held.
    [0.6, 0.3, 0.02, -0.4, 0.1, -0.3],
  ],
};

/** Writes windows as the network does, for runs that begin with them. */
async function show(executor: Executor, windows: Window[]): Promise<void> {
  const size = model.manifest.cropSize;
  const parts = windows.map((window) => partOf(window, size, size));
  const places = await gpu.picture.hold(parts);
  windows.forEach((window, i) => {
    const [part, place] = [parts[i], places?.[i]];
    if (!part || !place) throw new Error('the picture has no room');
    executor.write(i, windowInput(window, part.box, place, size, size), 'window');
  });
}

/** Noise taken for an image. */
function noisy(width: number, height: number, seed: number): Pixels {
  const data = Uint8ClampedArray.from(noise(width * height * 4, seed, 0, 255), (v, i) => (i % 4 === 3 ? 255 : v));
  return { data, width, height };
}

// A wide tile and small ones, and both ways to store arrays: what a processor is given, and what a graphics card is.
describe.each<Tuning>([
  { px: 4, registers: 16, threads: 32, storage: 'f32' },
  { px: 4, registers: 16, threads: 512, storage: 'packed' },
])('with arrays as $storage and at least $threads threads', (tuning) => {
  let plan: Plan;
  let lowered: Lowered;
  let executor: Executor;

  beforeAll(async () => {
    plan = networkPlan(model.manifest);
    lowered = lower(plan, (name) => model.weights.array(name), model.manifest.cues, tuning);
    executor = await Executor.create(gpu, lowered.program, { batch: 1, keep: true });
    executor.write(0, cropInput(want(0, 'input'), model.manifest.standardisation));
    await executor.run(1);
  });

  afterAll(() => executor.dispose());

  /** A map's values without the padding of its px. */
  async function stage(name: string): Promise<Float32Array> {
    const view = lowered.views.get(name);
    const shape = plan.maps.get(name);
    if (!view || !shape) throw new Error(`no map ${name}`);
    const all = await executor.look(view.map);
    if (view.step === 0) return all.slice(0, want(0, name).length);
    return Float32Array.from({ length: shape.height * shape.width * shape.channels }, (_, i) => {
      const px = Math.floor(i / shape.channels);
      return all[(view.offset + px * view.step) * 4 + (i % shape.channels)] as number;
    });
  }

  test.each([
    ...['cues', 'saliency', 'scale1', 'scale2', 'scale3', 'scale4', 'evidence', 'segmentation', 'weights'],
    ...['features', 'types', 'cams'],
  ])('%s matches its golden to 1e-3', async (name) => {
    expect(maxDifference(await stage(name), want(0, name))).toBeLessThanOrEqual(1e-3);
  });
});

describe('a network for batches of three', () => {
  let fused: FusedNetwork;

  beforeAll(() => {
    fused = new FusedNetwork(gpu, model, 3);
  });

  afterAll(() => fused.dispose());

  test('computes both golden crops in one batch, and five crops in two', async () => {
    const five = [0, 1, 0, 1, 0].map(golden);
    const outputs = [...(await fused.infer([golden(0), golden(1)])), ...(await fused.infer(five))];
    expect(outputs).toHaveLength(7);
    outputs.forEach((output, i) => {
      const crop = (i < 2 ? i : i - 2) % 2;
      for (const name of ['types', 'cams', 'segmentation'] as const) {
        expect(maxDifference(output[name], want(crop, name))).toBeLessThanOrEqual(1e-3);
      }
      expect(agreement(output.classes, classesOf(want(crop, 'segmentation')))).toBeGreaterThanOrEqual(0.999);
    });
    expect(maxDifference(outputs[0]?.features ?? [], want(0, 'features'))).toBeLessThanOrEqual(1e-3);
  });

  test('calls that overlap wait for each other', async () => {
    const [a, b] = await Promise.all([fused.infer([golden(0)]), fused.infer([golden(1)])]);
    expect(maxDifference(a[0]?.types ?? [], want(0, 'types'))).toBeLessThanOrEqual(1e-3);
    expect(maxDifference(b[0]?.types ?? [], want(1, 'types'))).toBeLessThanOrEqual(1e-3);
  });

  test.each([
    [64, 64],
    [48, 208],
    [16, 16],
  ])('the saliency of a field of %i x %i is the plain one', async (height, width) => {
    await requireWebGpu();
    // Reduced by other factors across and down, and padded with white, as a field's grid is.
    const pixels = noisy(Math.round(width * 1.7), height * 2 - 9, 7);
    const window = { pixels, white: vignette, box: { x0: 0, y0: 0, x1: width * 1.75, y1: height * 2 } };
    const plain = await new PlainNetwork(model, 1).saliency(window, height, width);
    expect(plain.cell).toHaveLength(height * width);
    // On a device without room for the image, it is reduced before it is sent.
    const { picture } = gpu;
    for (const room of [picture, new Picture(gpu.device, gpu.pipelines.pictureLayout, 16)]) {
      Object.assign(gpu, { picture: room });
      const got = await fused.saliency(window, height, width);
      Object.assign(gpu, { picture });
      expect(maxDifference(got.cell, plain.cell)).toBeLessThanOrEqual(1e-4);
      expect(maxDifference(got.core, plain.core)).toBeLessThanOrEqual(1e-4);
    }
  });
});

test('a batch is at most 60 dispatches, one submit and one readback, and its memory stays small', async () => {
  const counts = { dispatch: 0, submit: 0, map: 0 };
  const plan = networkPlan(model.manifest);
  const tuning: Tuning = { px: 4, registers: 16, threads: 32, storage: 'f32' };
  const { program } = lower(plan, (name) => model.weights.array(name), model.manifest.cues, tuning);
  const one = await Executor.create(gpu, program, { batch: 1 });
  const count = <T extends object>(of: T, method: keyof T, name: keyof typeof counts) => {
    const original = of[method] as (...args: unknown[]) => unknown;
    of[method] = function (this: T, ...args: unknown[]) {
      counts[name]++;
      return original.apply(this, args);
    } as T[keyof T];
    return () => {
      of[method] = original as T[keyof T];
    };
  };
  const restore = [
    count(GPUComputePassEncoder.prototype, 'dispatchWorkgroups', 'dispatch'),
    count(GPUQueue.prototype, 'submit', 'submit'),
    count(GPUBuffer.prototype, 'mapAsync', 'map'),
  ];
  await show(one, [golden(0)]);
  await one.run(1, 'window');
  for (const back of restore) back();
  expect(counts.dispatch).toBeLessThanOrEqual(60);
  expect(counts).toMatchObject({ submit: 1, map: 1 });
  expect(one.bytes).toBeLessThanOrEqual(15e6);
  one.dispose();
  const eight = await Executor.create(gpu, program, { batch: 8 });
  expect(eight.bytes).toBeLessThanOrEqual(80e6);
  eight.dispose();
});

describe('crops made of windows of the image', () => {
  const image = noisy(90, 70, 11);
  let executor: Executor;

  beforeAll(async () => {
    const { program } = lower(networkPlan(model.manifest), (name) => model.weights.array(name), model.manifest.cues, {
      ...{ px: 4, registers: 16, threads: 32, storage: 'f32' },
    });
    executor = await Executor.create(gpu, program, { batch: 2, keep: true });
  });

  afterAll(() => executor.dispose());

  test.each([
    ['larger than the crop', flat, { x0: 0.3, y0: 1.7, x1: 70.1, y1: 66.9 }],
    ['on a surface', vignette, { x0: 10, y0: 5, x1: 50, y1: 45 }],
    ['reaching out of the image', vignette, { x0: -25.5, y0: 30.2, x1: 24.5, y1: 80.2 }],
    ['turned, larger than the crop', flat, { x0: 70.1, y0: 66.9, x1: 0.3, y1: 1.7 }],
    ['turned, on a surface and reaching out', vignette, { x0: 24.5, y0: 80.2, x1: -25.5, y1: 30.2 }],
    ['all outside', flat, { x0: 200, y0: 200, x1: 240, y1: 240 }],
  ])('a window %s is the resampled one, and so are its levels', async (_, white, box) => {
    const size = model.manifest.cropSize;
    const window = { pixels: image, white, box };
    // The second image, so that what belongs to the first is not taken for it.
    await show(executor, [golden(0), window]);
    await executor.run(2, 'window');
    const got = await executor.look('crops', 1);
    const crop = shown(window, size, size);
    const px = size * size;
    const rgb = Float32Array.from({ length: px * 3 }, (_, i) => got[Math.floor(i / 3) * 4 + (i % 3)] as number);
    expect(maxDifference(rgb, crop)).toBeLessThan(1e-5);
    const { scale, shift } = levelsOf(crop, model.manifest.standardisation);
    expect(maxDifference(got.slice(px * 4, px * 4 + 3), scale)).toBeLessThan(1e-2);
    expect(maxDifference(got.slice(px * 4 + 4, px * 4 + 7), shift)).toBeLessThan(1e-2);
    const half = await executor.look('half', 1);
    expect(half[0]).toBeCloseTo(
      [0, 1, size, size + 1].reduce((sum, i) => sum + (crop[i * 3] as number) / 4, 0),
      5,
    );
  });

  test('an image is sent once, however many windows of it are shown', async () => {
    const writes = vi.spyOn(GPUQueue.prototype, 'writeBuffer');
    const box = (x0: number) => ({ x0, y0: 5, x1: x0 + 40, y1: 45 });
    const of = (pixels: Pixels) => [3, 9, 30].map((x0) => ({ pixels, white: flat, box: box(x0) }));
    const other = noisy(90, 70, 12);
    const sent = async (windows: Window[]) => {
      writes.mockClear();
      await gpu.picture.hold(windows.map((window) => partOf(window, 160, 160)));
      return writes.mock.calls.map(([, , data]) => (data as Uint8ClampedArray).byteLength);
    };
    const whole = [90 * 70 * 4];
    expect([await sent(of(image)), await sent(of(image)), await sent(of(other))]).toEqual([whole, [], whole]);
    // Of two images at a time the parts alone; neither is there whole after that.
    expect(await sent([...of(image).slice(0, 1), ...of(other).slice(0, 1)])).toHaveLength(1);
    expect(await sent(of(other))).toEqual(whole);
    writes.mockRestore();
  });

  test.each([
    [90, 70],
    [1, 5],
    [700, 641],
  ])('the thumbnail of %i x %i px is that of plain loops', async (width, height) => {
    const fused = new FusedNetwork(gpu, model, 1);
    const pixels = noisy(width, height, 5);
    const got = await fused.thumbnail(pixels);
    const known = Float32Array.from(thumbnail(pixels, model.manifest.whitePoint.thumbnail));
    expect(maxDifference(got ?? [], known)).toBeLessThan(1e-6);
    fused.dispose();
  });

  test.each([
    ['that fits with none of the others', 700 * 600 - 1],
    ['whose windows do not fit either', 1000],
  ])('windows of an image %s give the same', async (_, room) => {
    const [width, height] = [700, 600];
    const data = new Uint8ClampedArray(width * height * 4).fill(250);
    for (let i = 0; i < width * height; i++) {
      if (Math.hypot((i % width) - 350, Math.floor(i / width) - 300) < 150) data.fill(90, i * 4, i * 4 + 3);
    }
    const wide = { pixels: { data, width, height }, white: vignette, box: { x0: 120, y0: 70, x1: 580, y1: 530 } };
    const fused = new FusedNetwork(gpu, model, 2);
    const { picture } = gpu;
    Object.assign(gpu, { picture: new Picture(gpu.device, gpu.pipelines.pictureLayout, room) });
    const [first, second] = await fused.infer([golden(0), wide]);
    Object.assign(gpu, { picture });
    expect(maxDifference(first?.types ?? [], want(0, 'types'))).toBeLessThanOrEqual(1e-3);
    await requireWebGpu();
    const [plain] = await new PlainNetwork(model, 1).infer([wide]);
    expect(maxDifference(second?.types ?? [], plain?.types ?? [])).toBeLessThanOrEqual(1e-3);
    fused.dispose();
  });

  test('a device without memory for the image goes without, and is none the worse', async () => {
    const { createBuffer } = gpu.device;
    gpu.device.createBuffer = (descriptor) => {
      // As a device out of memory says it: to the scope, with a buffer that is none.
      const impossible = { ...descriptor, size: 2 ** 50, usage: GPUBufferUsage.STORAGE };
      return createBuffer.call(gpu.device, descriptor.label === 'picture' ? impossible : descriptor);
    };
    const pushed = gpu.device.pushErrorScope;
    gpu.device.pushErrorScope = () => pushed.call(gpu.device, 'validation');
    const places = await gpu.picture.hold([
      partOf({ pixels: noisy(900, 700, 3), white: flat, box: { x0: 0, y0: 0, x1: 900, y1: 700 } }, 160, 160),
    ]);
    Object.assign(gpu.device, { createBuffer, pushErrorScope: pushed });
    expect([places, gpu.fault]).toEqual([null, undefined]);
  });
});

test('a run cut into submits gives the same', async () => {
  const { program } = lower(networkPlan(model.manifest), (name) => model.weights.array(name), model.manifest.cues, {
    ...{ px: 4, registers: 16, threads: 32, storage: 'f32' },
  });
  const executor = await Executor.create(gpu, program, { batch: 1 });
  executor.write(0, cropInput(want(0, 'input'), model.manifest.standardisation));
  const whole = await executor.run(1);
  executor.submits = 7;
  // Its place has been used by other maps since.
  executor.write(0, cropInput(want(0, 'input'), model.manifest.standardisation));
  expect(maxDifference(await executor.run(1), whole)).toBe(0);
  executor.dispose();
});
