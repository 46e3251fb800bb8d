/** Crops shared among threads: the same outputs as on one, and what becomes of threads that fail. */
import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { Window } from '../../domain/pixels';
import { helpersFor } from '../simd/crew';
import { asWindow, modelFolder, readStages } from './agreeGoldens';
import { SimdNetwork } from './simdNetwork';
import { loadModel, type Model } from './weights';

let model: Model;
let windows: Window[];
let workers: Worker[];
const opened: SimdNetwork[] = [];

beforeAll(async () => {
  const want = await readStages();
  model = await loadModel(modelFolder());
  // Seven that differ: what goes to the wrong place is seen.
  windows = Array.from({ length: 7 }, (_, k) => {
    const window = asWindow(want(k % 2, 'input'));
    return { ...window, box: { ...window.box, x1: window.box.x1 - 4 * k } };
  });
});

beforeEach(() => {
  workers = [];
  const Real = Worker;
  vi.stubGlobal(
    'Worker',
    class extends Real {
      constructor(url: URL, options: WorkerOptions) {
        super(url, options);
        workers.push(this);
      }
    },
  );
});

afterEach(() => {
  for (const network of opened.splice(0)) network.dispose();
  vi.unstubAllGlobals();
});

async function open(helpers: number, threads: number): Promise<SimdNetwork> {
  const network = await SimdNetwork.open(model, { helpers });
  opened.push(network);
  await vi.waitFor(() => expect(network.details.threads).toBe(threads), 20_000);
  return network;
}

test('helpers leave room for the page, and are not asked for where there is none', () => {
  expect([1, 2, 3, 4, 6, 8, 32].map(helpersFor)).toEqual([0, 0, 0, 1, 2, 3, 3]);
});

test('on three threads the outputs are those of one', async () => {
  const [alone, crew] = [await open(0, 1), await open(2, 3)];
  expect([alone.batch, crew.batch]).toEqual([2, 6]);
  const [known, got] = [await alone.infer(windows), await crew.infer(windows)];
  expect(got).toEqual(known);
  expect(got[1]?.types).not.toEqual(got[3]?.types);
  expect(await crew.infer([])).toEqual([]);
});

test('a thread that dies under its work is said, and the others go on', async () => {
  const network = await open(2, 3);
  const work = network.infer(windows);
  workers[0]?.dispatchEvent(new ErrorEvent('error', { message: 'no more memory' }));
  await expect(work).rejects.toThrow('no more memory');
  expect(network.details.threads).toBe(2);
  expect(await network.infer(windows)).toEqual(await (await open(0, 1)).infer(windows));
});

test('threads that cannot be started, or cannot take the network, are done without', async () => {
  const spoilt = Object.create(model, {
    weights: { value: Object.create(model.weights, { all: { get: () => new Map() } }) },
  });
  await expect(SimdNetwork.open(spoilt, { helpers: 0 })).rejects.toThrow(/the model has no array/);
  vi.stubGlobal('Worker', () => {
    throw new DOMException('', 'SecurityError');
  });
  const network = await open(2, 1);
  expect(await network.infer(windows.slice(0, 1))).toHaveLength(1);
});

test('no thread is left behind', async () => {
  const network = await open(2, 3);
  const ended = workers.map((worker) => vi.spyOn(worker, 'terminate'));
  network.dispose();
  for (const end of ended) expect(end).toHaveBeenCalled();
  expect(network.details.threads).toBe(1);
});
