// The engine without its network: a slow connection is no hang, and what it does not know it says.
import { afterEach, expect, test, vi } from 'vitest';
import { Engine } from './engine';
import * as weights from './network/weights';
import * as pipeline from './pipeline';
import { Runtime } from './runtime/runtime';

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

test('it shows that it is alive for as long as the network takes, and no longer', async () => {
  vi.useFakeTimers();
  const fetching: ((cause: unknown) => void)[] = [];
  vi.stubGlobal('fetch', () => new Promise((_, reject) => fetching.push(reject)));
  const onProgress = vi.fn();
  const options = { modelUrl: 'http://localhost/', wasmUrls: {}, backend: 'wasm' as const };
  const load = new Engine().load(options, undefined, onProgress).catch(() => {});
  vi.advanceTimersByTime(60 * 60_000);
  expect(onProgress.mock.calls.length).toBeGreaterThanOrEqual(60);
  for (const fail of fetching) fail(new TypeError('offline'));
  await load;
  onProgress.mockClear();
  vi.advanceTimersByTime(60 * 60_000);
  expect(onProgress).not.toHaveBeenCalled();
});

test('a reason that it is given stands for the one that the runtime has', async () => {
  vi.stubGlobal('fetch', async () => new Response(null, { status: 404 }));
  vi.spyOn(weights, 'loadModel').mockResolvedValue({ manifest: {} } as weights.Model);
  const describe = () => ({ backend: 'wasm', fallbackReason: 'chosen in the address' });
  vi.spyOn(Runtime, 'start').mockResolvedValue({ describe, details: () => ({}), heal: async () => {} } as never);
  const options = { modelUrl: 'http://localhost/', wasmUrls: {}, backend: 'wasm' as const };
  expect((await new Engine().load(options)).fallbackReason).toBe('chosen in the address');
  expect((await new Engine().load({ ...options, reason: 'it hung' })).fallbackReason).toBe('it hung');
});

test('of a cell that it has not looked at it knows nothing; an image that it does not hold is an error', async () => {
  const engine = new Engine();
  vi.stubGlobal('fetch', async () => new Response(null, { status: 404 }));
  vi.spyOn(weights, 'loadModel').mockResolvedValue({ manifest: {} } as weights.Model);
  const runtime = { backend: {}, describe: () => ({}), details: () => ({}), heal: async () => {} };
  vi.spyOn(Runtime, 'start').mockResolvedValue(runtime as never);
  await engine.load({ modelUrl: 'http://localhost/', wasmUrls: {}, backend: 'wasm' });
  vi.spyOn(pipeline, 'analyse').mockResolvedValue({ cells: [], evidence: new Map() } as never);
  await engine.analyse(
    'a',
    { name: 'a.png', pixels: { data: new Uint8ClampedArray(4), width: 1, height: 1 } },
    { crop: false },
    () => {},
  );
  expect(await engine.explain('a', 7, 'monocyte')).toBeNull();
  await expect(engine.explain('b', 7, 'monocyte')).rejects.toMatchObject({ code: 'engine-stopped' });
});
