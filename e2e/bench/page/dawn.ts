/** What e2e/bench/dawn.mjs runs in Node, with WebGPU from Dawn: the fused path alone, and in half precision where the device has it. */
import { openGpu } from '../../../src/engine/fused/gpu';
import { agreement } from '../../../src/engine/network/agreeGoldens.fixture';
import { windowOf } from '../../../src/engine/network/shown';
import { loadModel } from '../../../src/engine/network/weights';
import { networkPlan } from '../../../src/engine/plan/layers';
import { check, readGoldens } from '../../../src/engine/runtime/gate';
import { ceilings } from './ceilings';
import { startCounting } from './counts';
import { measuredReductions } from './reductions';
import { type Rounds, timeRounds } from './rounds';
import { fused } from './runner';
import { workOf } from './work';

startCounting();

/** crops: bytes [n, side, side, 3] on which single and half precision are compared. */
export async function run(options: Omit<Rounds, 'kinds'> & { crops?: Uint8Array }) {
  const gpu = await openGpu(navigator.gpu);
  const device = { name: gpu.name, software: gpu.software, features: [...gpu.device.features] };
  const ceiling = await ceilings(gpu.device, gpu.software);
  gpu.destroy();
  const model = await loadModel(options.folder);
  const work = workOf(networkPlan(model.manifest), (name) => model.weights.array(name));
  const kinds = device.features.includes('shader-f16') ? ['fused', 'fused-f16'] : ['fused'];
  const rows = await timeRounds({ ...options, kinds }, (kind, folder, batch) =>
    fused(folder, batch, kind === 'fused-f16'),
  );
  if (!model.gate) throw new Error('the model came without a gate');
  const goldens = readGoldens(model.gate);
  const gate: Record<string, string> = {};
  for (const kind of kinds) {
    const halves = kind === 'fused-f16';
    const { network, dispose } = await fused(options.folder, 1, halves);
    gate[kind] = (network && (await check(network, goldens, halves))) || 'passed';
    await dispose();
  }
  const agreement = options.crops && kinds.length > 1 ? await compare(options.folder, options.crops) : null;
  const sums = await measuredReductions(options.folder);
  return { gate, agreement, device, ceiling, work, rows, sums, model: model.hash };
}

/** Whether single and half precision give each crop the same type, and its px the same class. */
async function compare(folder: string, bytes: Uint8Array) {
  const side = (await loadModel(folder)).manifest.cropSize;
  const size = side * side * 3;
  const runners = [await fused(folder, 1), await fused(folder, 1, true)];
  const highest = (values: Float32Array) => values.indexOf(Math.max(...values));
  const same = { crops: Math.floor(bytes.length / size), types: 0, px: 0 };
  let off = 0;
  for (let k = 0; k < same.crops; k++) {
    const window = windowOf(bytes.slice(k * size, (k + 1) * size));
    const [single, half] = await Promise.all(runners.map(async ({ network }) => (await network?.infer([window]))?.[0]));
    if (!single || !half) throw new Error('the fused path has a network');
    if (highest(single.types) === highest(half.types)) same.types++;
    single.types.forEach((v, i) => {
      off = Math.max(off, Math.abs(v - (half.types[i] as number)));
    });
    same.px += agreement(single.classes, half.classes) / same.crops;
  }
  for (const { dispose } of runners) await dispose();
  return { ...same, off };
}
