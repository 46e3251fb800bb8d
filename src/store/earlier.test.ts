// Going on where an earlier visit was, after its files were opened again: nothing is counted twice, no decision is lost.
import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { beforeEach, expect, test, vi } from 'vitest';
import type { DecoderApi, EngineApi } from '../bridge/protocol';

const fake = {
  stopped: false,
  load: vi.fn(async () => ({ backend: 'webgpu' })),
  analyse: vi.fn<EngineApi['analyse']>(),
  release: vi.fn(async () => {}),
  status: vi.fn(async () => undefined),
  terminate: vi.fn(),
};
vi.mock('../bridge/client', () => ({ EngineClient: { start: () => fake } }));
/** Files are told apart by their text. */
const decoder = {
  stopped: false,
  inspect: vi.fn<DecoderApi['inspect']>(async (file) => {
    const sha256 = await file.text();
    return { sha256, width: 4, height: 4, pages: 1, page: 0, scale: null, profile: null };
  }),
  decode: vi.fn(async () => ({
    ...{ width: 4, height: 4, pixels: { data: new Uint8ClampedArray(64), width: 4, height: 4 } },
    ...{ field: null, pyramid: null, thumb: { width: 1, height: 1, close() {} } },
  })),
  terminate: vi.fn(),
};
vi.mock('../bridge/decoderClient', () => ({ DecoderClient: { start: () => decoder } }));

const disk = { factory: new IDBFactory() };

/** A tab of its own: modules anew, the disk as it is. */
async function tab() {
  vi.resetModules();
  vi.stubGlobal('indexedDB', disk.factory);
  const [{ useStore }, persist, { addFiles }, { choosePage }, { goOnWhereItWas }, { happen }, autosave] =
    await Promise.all([
      import('./store'),
      import('./persist'),
      import('./intake'),
      import('./listed'),
      import('./earlier'),
      import('./decide'),
      import('./autosave'),
    ]);
  autosave.watchReview();
  autosave.watchSession();
  await persist.openJournal();
  const get = useStore.getState;
  const id = (name: string) => get().images.find((image) => image.name === name)?.id ?? '';
  const call = (name: string) =>
    happen({
      kind: 'reclassify',
      changes: [{ image: id(name), cell: 1, field: 'call', old: null, new: 'monocyte' }],
    });
  const wbc = (value: number) => happen({ kind: 'wbc', changes: [{ slide: '', field: 'wbc', old: null, new: value }] });
  const slide = (name: string, slide: string) =>
    happen({ kind: 'slide', changes: [{ image: id(name), field: 'slide', old: null, new: slide }] });
  const sign = (name: string, slide = '') =>
    happen({ kind: 'sign', slide, images: [id(name)], counts: {}, unreviewed: 1 });
  const statuses = () => get().images.map(({ name, status }) => `${name} ${status}`);
  const add = (...names: string[]) => addFiles(names.map((name) => new File([name.slice(-1)], name)));
  return {
    ...persist,
    goOnWhereItWas,
    get,
    set: useStore.setState,
    id,
    call,
    wbc,
    slide,
    sign,
    choosePage,
    statuses,
    add,
  };
}

beforeEach(() => {
  vi.stubGlobal('navigator', {});
  vi.stubGlobal('location', new URL('http://localhost/'));
  disk.factory = new IDBFactory();
  fake.analyse.mockReset();
  fake.analyse.mockImplementation(async () => ({ width: 4, height: 4, cells: [{ id: 1 }], timings: {} }) as never);
});

test('files opened again before going on are counted once, and where they were decided about', async () => {
  const first = await tab();
  await first.add('a', 'b', 'c');
  first.call('a');
  await first.settled();

  const second = await tab();
  await second.add('again a', 'again b');
  second.call('again b');
  second.wbc(5);
  fake.analyse.mockClear();
  await second.goOnWhereItWas();
  const counted = ['a done', 'b duplicate', 'c done', 'again a duplicate', 'again b done'];
  expect(second.statuses()).toEqual(counted);
  expect(second.get().images.flatMap(({ analysis }) => analysis?.cells ?? [])).toHaveLength(3);
  expect(second.get().images.map(({ duplicateOf }) => duplicateOf)).toEqual([
    ...[null, second.id('again b'), null, second.id('a'), null],
  ]);
  expect(second.get()).toMatchObject({ selectedImage: second.id('a'), notes: null, problem: null });
  expect(second.get().history.log).toHaveLength(3);
  expect(fake.analyse).not.toHaveBeenCalled();
  await second.settled();

  const third = await tab();
  await third.goOnWhereItWas();
  expect(third.statuses()).toEqual(counted);
});

test('what both visits decided about is the earlier\u2019s, and that is said; a slide has its later count', async () => {
  const first = await tab();
  await first.add('a');
  first.call('a');
  first.wbc(4);
  await first.settled();
  const second = await tab();
  await second.add('again a');
  second.call('again a');
  second.wbc(5);
  await second.goOnWhereItWas();
  expect(second.statuses()).toEqual(['a done', 'again a duplicate']);
  expect(second.get().notes?.title).toBe('1 file with decisions from more than one visit.');
  expect(second.get().history.state.slides['']).toEqual({ wbc: 5 });
  expect(second.get().history.log).toHaveLength(4);
});

test('a file that is being worked on when its earlier self comes back is let go of', async () => {
  const first = await tab();
  await first.add('a');
  await first.settled();
  const second = await tab();
  fake.analyse.mockImplementation(
    async (...[, , , , signal]) =>
      new Promise((_, reject) => signal?.addEventListener('abort', () => reject(new DOMException('', 'AbortError')))),
  );
  const run = second.add('again a');
  await vi.waitFor(() => expect(second.statuses()).toEqual(['again a working']));
  await vi.waitFor(() => expect(fake.analyse).toHaveBeenCalledTimes(2));
  await second.goOnWhereItWas();
  await run;
  expect(second.statuses()).toEqual(['a done', 'again a duplicate']);
});

test('a file that earlier visits left twice is counted once, where it was decided about', async () => {
  const first = await tab();
  await first.add('a', 'b');
  await first.settled();
  // What is kept is not looked at: both copies are kept now.
  const second = await tab();
  await second.add('again a', 'again b');
  second.call('again b');
  await second.settled();

  const third = await tab();
  await third.goOnWhereItWas();
  const counted = ['a done', 'b duplicate', 'again a duplicate', 'again b done'];
  expect(third.statuses()).toEqual(counted);
  expect(third.get()).toMatchObject({ notes: null, problem: null });
  await third.settled();

  const fourth = await tab();
  await fourth.goOnWhereItWas();
  expect(fourth.statuses()).toEqual(counted);
});

test('of two that are kept the signed one stays, and two that are signed are left as they are, which is said', async () => {
  const first = await tab();
  await first.add('a', 'b');
  first.call('a');
  first.sign('b');
  await first.settled();
  const second = await tab();
  await second.add('again a', 'again b');
  second.slide('again a', 's');
  second.sign('again a', 's');
  second.slide('again b', 't');
  second.sign('again b', 't');
  await second.settled();

  const third = await tab();
  await third.goOnWhereItWas();
  expect(third.statuses()).toEqual(['a duplicate', 'b done', 'again a done', 'again b done']);
  expect(third.get().notes).toMatchObject({ title: '2 files with decisions from more than one visit.' });
  expect(third.get().notes?.lines).toEqual([
    expect.stringMatching(/^1 of them has decisions/),
    expect.stringMatching(/^1 of them is signed off/),
  ]);
});

test('two pages of one file that were kept both count', async () => {
  const first = await tab();
  await first.add('a');
  await first.add('again a');
  await first.choosePage(first.id('again a'), 1, () => true);
  expect(first.statuses()).toEqual(['a done', 'again a done']);
  await first.settled();
  const second = await tab();
  await second.goOnWhereItWas();
  expect(second.statuses()).toEqual(['a done', 'again a done']);
});
