// After a hang the graphics device is left alone, and the screen says why; an image is shown again as it was at first.
import { beforeEach, expect, test, vi } from 'vitest';
import type { EngineInfo, LoadOptions } from '../bridge/protocol';
import { LeukolensError } from '../domain/errors';

const stop = () => new LeukolensError('engine-stopped', 'It stopped.', 'It starts again.');

/** One worker after another; `load` does as the test says. */
class FakeClient {
  static load: (options: LoadOptions) => Promise<EngineInfo>;
  static readonly asked: LoadOptions[] = [];
  static last: FakeClient;
  stopped = false;
  hung = false;
  static start() {
    FakeClient.last = new FakeClient();
    return FakeClient.last;
  }
  async load(options: LoadOptions) {
    FakeClient.asked.push(options);
    return FakeClient.load(options);
  }
  analyse = vi.fn(async (..._: unknown[]) => ({ width: 1, height: 1, cells: [] }));
  release = vi.fn(async (_id: string) => {});
  hang() {
    Object.assign(this, { stopped: true, hung: true });
    return Promise.reject(stop());
  }
  terminate() {
    this.stopped = true;
  }
}
vi.mock('../bridge/client', () => ({ EngineClient: FakeClient }));
vi.mock('./pictures', () => ({ fileOf: async () => new Blob(['x']) }));
vi.mock('./decoder', () => ({ URGENCY: {}, decode: async () => ({ pixels: {}, thumb: { close() {} } }) }));

const works = async ({ backend, reason = '' }: LoadOptions) => ({ backend, fallbackReason: reason }) as EngineInfo;
const asked = () => FakeClient.asked.map(({ backend }) => backend);

/** A page of its own: what it has learnt of the device ends with it. */
async function opened(address = '') {
  vi.resetModules();
  vi.stubGlobal('location', new URL(`http://localhost/${address}`));
  const client = await import('./engineClient');
  const { useStore } = await import('./store');
  return { ...client, set: useStore.setState, engine: () => useStore.getState().engine };
}

beforeEach(() => {
  FakeClient.asked.length = 0;
  FakeClient.load = works;
});

test('an engine that hung is followed by one without the graphics device, which says why', async () => {
  const { startEngine, engine } = await opened();
  await startEngine();
  await FakeClient.last.hang().catch(() => {});
  await startEngine();
  expect(asked()).toEqual([undefined, 'wasm']);
  expect(engine()).toMatchObject({ status: 'ready', info: { fallbackReason: expect.stringMatching(/gave no sign/) } });
});

test('so is one that hung while it was loaded, for whoever waits for it', async () => {
  FakeClient.load = (options) => (options.backend === undefined ? FakeClient.last.hang() : works(options));
  const { startEngine, engine } = await opened();
  await startEngine();
  expect(asked()).toEqual([undefined, 'wasm']);
  expect(engine()).toMatchObject({ status: 'ready', info: { fallbackReason: expect.stringMatching(/gave no sign/) } });
});

test('one that hangs without a graphics device as well is not started for ever', async () => {
  FakeClient.load = () => FakeClient.last.hang();
  const { startEngine, engine } = await opened();
  await expect(startEngine()).rejects.toMatchObject({ code: 'engine-stopped' });
  expect(asked()).toEqual([undefined, 'wasm']);
  expect(engine().status).toBe('failed');
});

test('a crash is no hang: the device is taken again', async () => {
  const { restart, startEngine } = await opened();
  await startEngine();
  restart();
  await startEngine();
  expect(asked()).toEqual([undefined, undefined]);
});

test('a hang on wasm says nothing against the device: the reason stays the one before', async () => {
  const { startEngine } = await opened('?backend=wasm');
  await startEngine();
  await FakeClient.last.hang().catch(() => {});
  await startEngine();
  expect(FakeClient.asked.map(({ backend, reason }) => [backend, reason])).toEqual([
    ['wasm', undefined],
    ['wasm', undefined],
  ]);
});

test('an image goes back to the engine as it was analysed, whatever the address says by then', async () => {
  const first = await opened('?crop=1');
  await first.startEngine();
  const analysis = await first.analysePixels('a', 'a.png', {} as never, () => {}, undefined);
  expect(analysis.crop).toBe(true);

  const { clientFor, set } = await opened();
  const kept = { name: 'a.png', page: 0 };
  const before = { id: 'before', ...kept, analysis: { cells: [] } };
  set({ images: [{ id: 'a', ...kept, analysis }, before] as never });
  set({ selectedImage: 'a' });
  await clientFor('a');
  set({ selectedImage: 'before' });
  await clientFor('before');
  expect(FakeClient.last.analyse.mock.calls.map(([id, , options]) => [id, options])).toEqual([
    ['a', { crop: true }],
    ['before', { crop: false }],
  ]);
});

/** Images of an earlier session, none of which the engine has seen. */
async function ofBefore(...ids: string[]) {
  const page = await opened();
  page.set({ images: ids.map((id) => ({ id, name: id, page: 0, analysis: { cells: [] } })) as never });
  return page;
}

test('images that are passed while one looks through an earlier session are not analysed, the one that is stopped at is', async () => {
  const { clientFor, set } = await ofBefore('a', 'b', 'c');
  const asked = ['a', 'b', 'c'].map((selectedImage) => {
    set({ selectedImage });
    return clientFor(selectedImage).catch(({ name }: Error) => name);
  });
  expect(await Promise.all(asked)).toEqual(['AbortError', 'AbortError', FakeClient.last]);
  expect(FakeClient.last.analyse.mock.calls.map(([id]) => id)).toEqual(['c']);
});

test('what the engine has made of a page that is no longer shown is let go', async () => {
  const { clientFor, isKnown, startEngine, set } = await ofBefore('a');
  await startEngine();
  set({ selectedImage: 'a' });
  const { last } = FakeClient;
  last.analyse.mockImplementationOnce(async () => {
    set({ images: [{ id: 'a', name: 'a', page: 1, analysis: null }] as never });
    return { width: 1, height: 1, cells: [] };
  });
  await expect(clientFor('a')).rejects.toMatchObject({ name: 'AbortError' });
  expect(last.release).toHaveBeenCalledWith('a');
  expect(isKnown('a')).toBe(false);
});
