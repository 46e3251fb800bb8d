/** The fused path, stage by stage, against what PyTorch computed; its batches, fields and budget. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Executor } from '../fused/executor';
import { type Gpu, openGpu } from '../fused/gpu';
import { type Lowered, lower, type Tuning } from '../fused/lower';
import { maxDifference, noise, requireWebGpu } from '../kernels/agree';
import { networkPlan, type Plan } from '../plan/layers';
import { argmaxAgreement, modelFolder, readStages } from './agreeGoldens';
import { cropInput, FusedNetwork } from './fusedNetwork';
import { PlainNetwork } from './plainNetwork';
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

/** Two crops behind one another. */
function bothCrops(): Float32Array {
  const first = want(0, 'input');
  const crops = new Float32Array(first.length * 2);
  crops.set(first);
  crops.set(want(1, 'input'), first.length);
  return crops;
}

// A wide tile and small ones, and both ways to store arrays: what a processor is given, and what a graphics card is.
describe.each<Tuning>([
  { px: 4, registers: 16, threads: 32, storage: 'f32' },
  { px: 4, registers: 16, threads: 512, storage: 'f16' },
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
    const crops = bothCrops();
    const five = new Float32Array((crops.length / 2) * 5);
    for (let k = 0; k < 5; k++) five.set(want(k % 2, 'input'), (k * crops.length) / 2);
    const outputs = [...(await fused.infer(crops, 2)), ...(await fused.infer(five, 5))];
    expect(outputs).toHaveLength(7);
    outputs.forEach((output, i) => {
      const crop = (i < 2 ? i : i - 2) % 2;
      for (const name of ['types', 'cams', 'segmentation'] as const) {
        expect(maxDifference(output[name], want(crop, name))).toBeLessThanOrEqual(1e-3);
      }
      expect(argmaxAgreement(output.segmentation, want(crop, 'segmentation'))).toBeGreaterThanOrEqual(0.999);
    });
    expect(maxDifference(outputs[0]?.features ?? [], want(0, 'features'))).toBeLessThanOrEqual(1e-3);
  });

  test('calls that overlap wait for each other', async () => {
    const [a, b] = await Promise.all([fused.infer(want(0, 'input'), 1), fused.infer(want(1, 'input'), 1)]);
    expect(maxDifference(a[0]?.types ?? [], want(0, 'types'))).toBeLessThanOrEqual(1e-3);
    expect(maxDifference(b[0]?.types ?? [], want(1, 'types'))).toBeLessThanOrEqual(1e-3);
  });

  test.each([
    [64, 64],
    [48, 208],
    [16, 16],
  ])('the saliency of a field of %i x %i is the plain one', async (height, width) => {
    await requireWebGpu();
    const rgb = noise(height * width * 3, 7, 0, 1);
    const got = await fused.saliency(rgb, height, width);
    const plain = await new PlainNetwork(model, 1).saliency(rgb, height, width);
    expect(got.cell).toHaveLength(height * width);
    expect(maxDifference(got.cell, plain.cell)).toBeLessThanOrEqual(1e-4);
    expect(maxDifference(got.core, plain.core)).toBeLessThanOrEqual(1e-4);
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
  one.write(0, cropInput(want(0, 'input'), model.manifest.standardisation));
  await one.run(1);
  for (const back of restore) back();
  expect(counts.dispatch).toBeLessThanOrEqual(60);
  expect(counts).toMatchObject({ submit: 1, map: 1 });
  expect(one.bytes).toBeLessThanOrEqual(15e6);
  one.dispose();
  const eight = await Executor.create(gpu, program, { batch: 8 });
  expect(eight.bytes).toBeLessThanOrEqual(80e6);
  eight.dispose();
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
