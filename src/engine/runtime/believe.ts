/** Whether a device is believed: what the trust gate says of it, remembered until something changes. */

import type { Gpu } from '../fused/gpu';
import { FusedNetwork } from '../network/fusedNetwork';
import type { Model } from '../network/weights';
import { drawsWrong } from './drawing';
import { isFaster, NO_GAIN } from './gain';
import { check, type Goldens } from './gate';
import type { Backend } from './levels';
import type { TrustStore } from './trust';

/** A verdict is about kernels, and they change from build to build. */
const BUILD: string = import.meta.env?.VITE_ENGINE_BUILD ?? 'development';

interface Question {
  backend: Backend;
  gpu: Gpu;
  model: Model;
  goldens: Goldens;
  trust: TrustStore;
  /** Something has gone wrong since the app was opened: memory is not asked, and a device that replaces a lost one is no slower. */
  faulty: boolean;
  onStep?: ((step: string) => void) | undefined;
}

/** What a verdict is about: asked anew where any of it changes. */
export function keyOf(
  { level, adapter, features }: { level: string; adapter: string; features: Iterable<string> },
  model: string,
  browser: string,
  now: Date,
): string {
  // Drivers change without telling: asked anew each month.
  return [level, adapter, [...features].sort().join(), model, BUILD, browser, now.toISOString().slice(0, 7)].join('|');
}

/** Empty where the device computes what is known, NO_GAIN where half precision is not worth its rounding on it; else what is wrong with it. */
export async function verdict({ backend, gpu, model, goldens, trust, faulty, onStep }: Question): Promise<string> {
  const about = { level: backend.level, adapter: gpu.name, features: gpu.device.features };
  const key = keyOf(about, model.hash, navigator.userAgent, new Date());
  const known = faulty ? undefined : await trust.get(key);
  if (known !== undefined) return known;
  onStep?.('Checking the graphics device');
  const halves = backend.level === 'fused-f16';
  const found = (await gpu.orLost(check(backend.network, goldens, halves))) || (await gpu.orLost(drawsWrong()));
  const wrong = found && `the graphics device computes ${found}`;
  const asks = halves && !wrong && !faulty;
  const why = asks ? await gpu.orLost(gain(backend, gpu, model, goldens)) : wrong;
  gpu.check();
  await trust.set(key, why);
  return why;
}

async function gain({ network }: Backend, gpu: Gpu, model: Model, { windows }: Goldens): Promise<string> {
  const single = new FusedNetwork(gpu, model, network.batch);
  try {
    return (await isFaster(network, single, windows)) ? '' : NO_GAIN;
  } finally {
    single.dispose();
  }
}
