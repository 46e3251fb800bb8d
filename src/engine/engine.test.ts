// The engine as it is loaded: a slow network is no hang, and why it runs without the graphics device is known outside.
import { afterEach, expect, test, vi } from 'vitest';
import { Engine } from './engine';
import * as weights from './network/weights';
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
