// Client and server of the bridge joined by a MessageChannel, with an engine that does as each test says.
import { afterEach, expect, test, vi } from 'vitest';
import { LeukolensError } from '../domain/errors';
import { EngineClient, type WorkerLike } from './client';
import type { Call, EngineApi } from './protocol';
import { type Scope, serve, transferList } from './serve';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** A client whose worker is this thread. `fail` raises the worker's own events. */
function join(api: Partial<EngineApi>) {
  const { port1, port2 } = new MessageChannel();
  closers.push(() => port1.close());
  const received: Call[] = [];
  const events = new EventTarget();
  const worker = {
    postMessage: (message: Call, transfer: Transferable[]) => port1.postMessage(message, transfer),
    addEventListener: (type: string, listener: (event: Event) => void) => {
      if (type === 'message') port1.addEventListener('message', listener);
      else events.addEventListener(type, listener);
    },
    terminate: () => port1.close(),
  } as WorkerLike;
  const scope: Scope = {
    postMessage: (message, transfer) => port2.postMessage(message, transfer),
    addEventListener: (_, listener) =>
      port2.addEventListener('message', (event) => {
        received.push(event.data);
        listener(event);
      }),
  };
  const client = new EngineClient(worker);
  serve(api as EngineApi, scope);
  port1.start();
  port2.start();
  const fail = (type: 'error' | 'messageerror', message = '') =>
    events.dispatchEvent(Object.assign(new Event(type), { message }));
  return { client, received, fail };
}

const never = () => new Promise<never>(() => {});
const pixels = () => ({ data: new Uint8ClampedArray(12), width: 3, height: 1 });
const analyse = (client: EngineClient, signal?: AbortSignal, onProgress = () => {}) =>
  client.analyse('a', { name: 'a.png', pixels: pixels() }, { crop: false }, onProgress, signal);

test('results and progress come back to their own call', async () => {
  const { client } = join({
    analyse: async (_id, file, _options, onProgress) => {
      onProgress({ stage: 'cells', cellsDone: 1, cellsTotal: 2 });
      return { width: file.pixels.width } as never;
    },
    explain: async (_image, cellId, type) => ({ cellId, type }) as never,
  });
  const onProgress = vi.fn();
  const file = { name: 'a.png', pixels: pixels() };
  const [analysis, heatmap] = await Promise.all([
    client.analyse('a', file, { crop: false }, onProgress),
    client.explain('a', 7, 'monocyte'),
  ]);
  expect(analysis.width).toBe(3);
  expect(heatmap).toEqual({ cellId: 7, type: 'monocyte' });
  expect(onProgress).toHaveBeenCalledExactlyOnceWith({ stage: 'cells', cellsDone: 1, cellsTotal: 2 });
  expect(file.pixels.data.byteLength, 'the px were moved').toBe(0);
});

test('loading reports its progress', async () => {
  const { client } = join({
    load: async (_options, _signal, onProgress) => {
      onProgress?.({ step: 'weights', done: 1, total: 4 });
      return {} as never;
    },
  });
  const onProgress = vi.fn();
  await client.load({ modelUrl: '', wasmUrls: {}, backend: 'webgpu' }, undefined, onProgress);
  expect(onProgress).toHaveBeenCalledExactlyOnceWith({ step: 'weights', done: 1, total: 4 });
});

test('errors keep their code and remedy', async () => {
  const { client } = join({
    analyse: async () => {
      throw new LeukolensError('empty-file', 'The file is empty.', 'Copy it again.');
    },
    release: async () => {
      throw new TypeError('boom');
    },
  });
  await expect(analyse(client)).rejects.toMatchObject({ code: 'empty-file', remedy: 'Copy it again.' });
  await expect(client.release('a')).rejects.toMatchObject({ code: 'internal' });
});

test('abort rejects at once and reaches the engine', async () => {
  const seen = vi.fn();
  const { client, received } = join({
    analyse: (_id, _file, _options, _onProgress, signal) => {
      signal?.addEventListener('abort', seen);
      return never();
    },
  });
  const controller = new AbortController();
  const call = analyse(client, controller.signal);
  await vi.waitFor(() => expect(received).toHaveLength(1));
  controller.abort();
  await expect(call).rejects.toMatchObject({ name: 'AbortError' });
  await vi.waitFor(() => expect(seen).toHaveBeenCalledOnce());
  expect(received[1]).toEqual({ id: received[0]?.id, method: 'abort' });
});

test('a signal that has aborted before never reaches the engine', async () => {
  const { client, received } = join({});
  await expect(analyse(client, AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' });
  expect(received).toEqual([]);
});

test("an abort that the engine itself reports is an abort, not an 'internal' error", async () => {
  const { client } = join({ explain: () => Promise.reject(new DOMException('', 'AbortError')) });
  await expect(client.explain('a', 1, 'monocyte')).rejects.toMatchObject({ name: 'AbortError' });
});

test.each(['error', 'messageerror'] as const)("the worker's %s rejects every call, also later ones", async (type) => {
  const { client, fail } = join({ analyse: never, release: never });
  const calls = [analyse(client), client.release('a')];
  fail(type, 'out of memory');
  for (const call of calls) await expect(call).rejects.toMatchObject({ code: 'engine-stopped' });
  await expect(client.release('b')).rejects.toMatchObject({ code: 'engine-stopped' });
  expect(client.stopped).toBe(true);
});

test('a worker that shows no progress for five minutes is ended; one that does, or that is slow, is not', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  closers.push(() => vi.useRealTimers());
  const minutes = (n: number) => vi.advanceTimersByTime(n * 60_000);
  let progress = () => {};
  const { client } = join({
    analyse: (_id, _file, _options, onProgress) => {
      progress = () => onProgress({ stage: 'cells', cellsDone: 1, cellsTotal: 2 });
      return never();
    },
  });
  const seen = vi.fn();
  const call = analyse(client, undefined, seen);
  const ended = expect(call).rejects.toMatchObject({
    code: 'engine-stopped',
    message: 'The analysis engine stopped: it gave no sign for 5 minutes.',
  });
  await vi.waitFor(() => {
    progress();
    expect(seen).toHaveBeenCalled();
  });
  minutes(4.9);
  seen.mockClear();
  await vi.waitFor(() => {
    progress();
    expect(seen).toHaveBeenCalled();
  });
  minutes(4.9);
  expect(client.stopped).toBe(false);
  minutes(0.2);
  await ended;
  expect(client).toMatchObject({ stopped: true, hung: true });
});

test.each<[string, (client: EngineClient) => Promise<unknown>]>([
  ['load', (client) => client.load({ modelUrl: '', wasmUrls: {}, backend: 'webgpu' })],
  ['segmentAt', (client) => client.segmentAt('a', { name: 'a.png', pixels: pixels() }, { x: 1, y: 1 }, 2)],
  ['overlay', (client) => client.overlay('a', 'masks')],
  ['explain', (client) => client.explain('a', 1, 'monocyte')],
])('a worker that hangs in %s is ended', async (method, call) => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  closers.push(() => vi.useRealTimers());
  const { client } = join({ release: async () => {}, [method]: never });
  await client.release('b');
  const ended = expect(call(client)).rejects.toMatchObject({ code: 'engine-stopped' });
  vi.advanceTimersByTime(5 * 60_000);
  await ended;
  expect(client.hung).toBe(true);
});

test('a worker that has said nothing at all may still be on its way over the network', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  closers.push(() => vi.useRealTimers());
  const { client } = join({ load: never });
  client.load({ modelUrl: '', wasmUrls: {}, backend: 'webgpu' }).catch(() => {});
  vi.advanceTimersByTime(3_600_000);
  expect(client.stopped).toBe(false);
});

test('a call that waits for another, which goes on, is no hang', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  closers.push(() => vi.useRealTimers());
  let progress = () => {};
  const { client } = join({
    overlay: never,
    analyse: (_id, _file, _options, onProgress) => {
      progress = () => onProgress({ stage: 'cells', cellsDone: 1, cellsTotal: 2 });
      return never();
    },
  });
  const seen = vi.fn();
  analyse(client, undefined, seen).catch(() => {});
  client.overlay('a', 'masks').catch(() => {});
  for (let i = 0; i < 3; i++) {
    seen.mockClear();
    await vi.waitFor(() => {
      progress();
      expect(seen).toHaveBeenCalled();
    });
    vi.advanceTimersByTime(4 * 60_000);
  }
  expect(client.stopped).toBe(false);
});

test('one that is ended on purpose did not hang', async () => {
  const { client } = join({ load: never });
  const call = client.load({ modelUrl: '', wasmUrls: {}, backend: 'webgpu' });
  client.terminate();
  await expect(call).rejects.toMatchObject({ code: 'engine-stopped' });
  expect(client.hung).toBe(false);
});

test('a call that has ended is watched no more', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  closers.push(() => vi.useRealTimers());
  const { client } = join({ analyse: async () => ({}) as never });
  await analyse(client);
  await analyse(client);
  vi.advanceTimersByTime(3_600_000);
  expect(client.stopped).toBe(false);
});

test('what is transferred: whole buffers once, no parts of larger ones', () => {
  const whole = new Float32Array(4);
  const part = new Float32Array(new ArrayBuffer(64), 0, 4);
  const list = transferList({ whole, again: [whole.buffer, { deep: new Uint8Array(2) }], part, text: 'x', none: null });
  expect(list).toHaveLength(2);
  expect(list).toContain(whole.buffer);
  expect(list).not.toContain(part.buffer);
});
