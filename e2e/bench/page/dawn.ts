/** What e2e/bench/dawn.mjs runs in Node, with WebGPU from Dawn: the fused path alone. */
import { openGpu } from '../../../src/engine/fused/gpu';
import { loadModel } from '../../../src/engine/network/weights';
import { networkPlan } from '../../../src/engine/plan/layers';
import { ceilings } from './ceilings';
import { startCounting } from './counts';
import { type Rounds, timeRounds } from './rounds';
import { fused } from './runner';
import { workOf } from './work';

startCounting();

export async function run(options: Rounds) {
  const gpu = await openGpu(navigator.gpu);
  const device = { name: gpu.name, software: gpu.software, features: [...gpu.device.features] };
  const ceiling = await ceilings(gpu.device, gpu.software);
  gpu.destroy();
  const model = await loadModel(options.folder);
  const work = workOf(networkPlan(model.manifest), (name) => model.weights.array(name));
  const rows = await timeRounds(options, (_kind, folder, batch) => fused(folder, batch));
  return { device, ceiling, work, rows, model: model.hash };
}
