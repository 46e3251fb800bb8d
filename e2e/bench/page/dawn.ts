/** What e2e/bench/dawn.mjs runs in Node, with WebGPU from Dawn: the fused path alone, and in half precision where the device has it. */
import { openGpu } from '../../../src/engine/fused/gpu';
import { loadModel } from '../../../src/engine/network/weights';
import { networkPlan } from '../../../src/engine/plan/layers';
import { ceilings } from './ceilings';
import { startCounting } from './counts';
import { type Rounds, timeRounds } from './rounds';
import { fused } from './runner';
import { workOf } from './work';

startCounting();

export async function run(options: Omit<Rounds, 'kinds'>) {
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
  return { device, ceiling, work, rows, model: model.hash };
}
