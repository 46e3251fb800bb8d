/** Crops shared among threads: the same outputs as on one, and what becomes of threads that fail. */
import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { Window } from '../../domain/pixels';
import { helpersFor } from '../simd/crew';
import { Processor } from '../simd/processor';
import type { ToThread } from '../simd/thread';
import { asWindow, modelFolder, readStages } from './agreeGoldens.fixture';
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
  await vi.waitFor(() => expect(network.details.threads).toBe(threads), 120_000);
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

test('what a thread has not done when it dies is done by the others, and it is done without from then on', async () => {
  const network = await open(2, 3);
  const known = await (await open(0, 1)).infer(windows);
  const work = network.infer(windows);
  workers[0]?.dispatchEvent(new ErrorEvent('error', { message: 'no more memory', cancelable: true }));
  expect(await work).toEqual(known);
  expect(network.details.threads).toBe(2);
  expect(await network.infer(windows)).toEqual(known);
  expect(network.details.shared).toBeGreaterThan(0);
});

test('so is what a thread never answers', async () => {
  const network = await open(1, 2);
  const known = await (await open(0, 1)).infer(windows.slice(0, 3));
  // It hears nothing any more.
  if (workers[0]) workers[0].postMessage = () => {};
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    const work = network.infer(windows.slice(0, 3));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await work).toEqual(known);
  } finally {
    vi.useRealTimers();
  }
  expect(network.details).toMatchObject({ threads: 1, shared: 0 });
});

test('a thread that computes something else, or cannot take the network, is never asked', async () => {
  const { postMessage } = Worker.prototype;
  for (const spoil of [
    (message: ToThread) => message.crop.fill(0.5),
    (message: ToThread) =>
      'source' in message && Object.assign(message, { source: { ...message.source, arrays: new Map() } }),
  ]) {
    const posting = vi.spyOn(Worker.prototype, 'postMessage').mockImplementation(function (
      this: Worker,
      message,
      options,
    ) {
      spoil(message);
      return postMessage.call(this, message, options as StructuredSerializeOptions);
    });
    const network = await open(1, 1);
    const ended = vi.spyOn(workers.at(-1) as Worker, 'terminate');
    await vi.waitFor(() => expect(ended).toHaveBeenCalled(), 120_000);
    posting.mockRestore();
    expect(network.details.threads).toBe(1);
    expect(await network.infer(windows.slice(0, 2))).toHaveLength(2);
  }
});

test('where no thread can be started the engine works alone', async () => {
  vi.stubGlobal('Worker', () => {
    throw new DOMException('', 'SecurityError');
  });
  const network = await open(2, 1);
  expect(await network.infer(windows.slice(0, 1))).toHaveLength(1);
});

test('no thread is left behind, and work that is under way is still done', async () => {
  const network = await open(2, 3);
  const known = await network.infer(windows);
  const ended = workers.map((worker) => vi.spyOn(worker, 'terminate'));
  const work = network.infer(windows);
  network.dispose();
  for (const end of ended) expect(end).toHaveBeenCalled();
  expect(network.details.threads).toBe(1);
  expect(await work).toEqual(known);
});

test('a model that lacks an array of the network is refused', async () => {
  const { manifest, weights } = model;
  const arrays = new Map([...weights.all].filter(([name]) => name !== 'stem.w'));
  await expect(Processor.open({ manifest, arrays })).rejects.toThrow(/no array stem.w/);
});
