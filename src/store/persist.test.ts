// The session as it is kept: what was done is there after the tab has gone, and a full disk loses nothing that it need not.
import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { deleteDB } from 'idb';
import { beforeEach, expect, test, vi } from 'vitest';
import type { Analysis } from '../domain/smear';
import { DATABASE } from '../journal/schema';
import { type ImageEntry, newEntry, patchImage } from './images';

const disk = { factory: new IDBFactory() };

/** A tab of its own: modules anew, the disk as it is. */
async function tab() {
  vi.resetModules();
  vi.stubGlobal('indexedDB', disk.factory);
  const [{ useStore }, persist] = await Promise.all([import('./store'), import('./persist')]);
  await persist.openJournal();
  const add = (entry: ImageEntry, file?: Blob) => {
    if (file) persist.keepWithImage(entry.id, file);
    useStore.setState(({ images }) => ({ images: [...images, entry] }));
  };
  const patch = (id: string, change: Partial<ImageEntry>) =>
    useStore.setState((state) => patchImage(state, id, change));
  return { ...persist, get: useStore.getState, set: useStore.setState, add, patch };
}

const entry = (id: string, order: number) => newEntry({ id, name: `${id}.tif`, path: `${id}.tif`, size: 3, order });
const analysis = { width: 4, height: 3, cells: [{ id: 1 }], backend: 'wasm', timings: {} } as unknown as Analysis;

function putFails(name: string, when: (store: IDBObjectStore) => boolean) {
  const put = IDBObjectStore.prototype.put;
  return vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, ...args) {
    if (when(this)) throw new DOMException('', name);
    return put.apply(this, args);
  });
}

beforeEach(() => {
  vi.restoreAllMocks();
  vi.stubGlobal('navigator', {});
  disk.factory = new IDBFactory();
});

test('what was finished, and what was not, is there in the next visit', async () => {
  const first = await tab();
  first.add(entry('a', 1), new Blob(['aaa']));
  first.add(entry('b', 2), new Blob(['bbb']));
  const facts = {
    sha256: '12',
    scale: { umPerPx: 0.1, source: 'typed' },
    profile: 'Display P3',
    colourless: true,
  } as const;
  first.patch('a', { status: 'done', analysis, ...facts });
  first.patch('b', { status: 'working' });
  await first.settled();

  const second = await tab();
  expect(second.get()).toMatchObject({
    journal: { status: 'open' },
    earlier: { images: 2, unfinished: 1 },
    images: [],
  });
  second.add(entry('c', second.nextOrder()), new Blob(['ccc']));
  await second.takeUp();
  expect(second.get().images.map(({ id, status }) => `${id} ${status}`)).toEqual(['a done', 'b waiting', 'c waiting']);
  expect(second.get()).toMatchObject({ earlier: null, selectedImage: 'a' });
  expect(second.get().images[0]).toMatchObject({ analysis, ...facts });
  expect(await (await second.storedFile('b'))?.text()).toBe('bbb');
});

test('starting afresh forgets the earlier session and keeps the new one', async () => {
  const first = await tab();
  first.add(entry('a', 1), new Blob(['aaa']));
  await first.appendEvents(['old']);
  const second = await tab();
  second.add(entry('b', 2), new Blob(['bbb']));
  await second.appendEvents(['new']);
  await second.throwAway();
  const third = await tab();
  expect(third.get().earlier).toEqual({ images: 1, unfinished: 1, events: 1 });
  expect(await third.readEvents()).toEqual(['new']);
  expect(await third.storedFile('a')).toBeNull();
});

test('a removed image is forgotten', async () => {
  const first = await tab();
  first.add(entry('a', 1), new Blob(['aaa']));
  await first.settled();
  first.set({ images: [] });
  await first.settled();
  expect((await tab()).get().earlier).toBeNull();
});

test('a log of nothing but removals is no earlier session; it goes before what is decided next', async () => {
  const first = await tab();
  await first.appendEvents([{ kind: 'remove' }]);
  const second = await tab();
  expect(second.get().earlier).toBeNull();
  await second.appendEvents([{ kind: 'confirm' }]);
  const third = await tab();
  expect(third.get().earlier).toEqual({ images: 0, unfinished: 0, events: 2 });
  expect(await third.readEvents()).toEqual([{ kind: 'remove' }, { kind: 'confirm' }]);
});

test('without room for the files, the results are kept and that is said', async () => {
  const first = await tab();
  const full = putFails('QuotaExceededError', ({ name }) => name === 'files');
  first.add(entry('a', 1), new Blob(['aaa']));
  first.patch('a', { status: 'done', analysis });
  await first.settled();
  expect(first.get()).toMatchObject({ filesKept: false, journal: { status: 'open' } });
  full.mockRestore();
  const second = await tab();
  await second.takeUp();
  expect(second.get().images[0]).toMatchObject({ status: 'done', analysis });
  expect(await second.storedFile('a')).toBeNull();
});

test('a disk that takes nothing is said, and gets everything once it does again', async () => {
  const first = await tab();
  const full = putFails('QuotaExceededError', () => true);
  first.add(entry('a', 1));
  first.patch('a', { status: 'done', analysis });
  await first.settled();
  expect(first.get().journal).toMatchObject({ status: 'failing', error: { code: 'storage-full' } });
  full.mockRestore();
  await first.reopenJournal();
  expect(first.get().journal.status).toBe('open');
  const second = await tab();
  await second.takeUp();
  expect(second.get().images[0]).toMatchObject({ status: 'done', analysis });
});

test('events that were refused go with the next ones, in order', async () => {
  const first = await tab();
  const add = vi.spyOn(IDBObjectStore.prototype, 'add').mockImplementation(() => {
    throw new DOMException('', 'QuotaExceededError');
  });
  expect(await first.appendEvents(['one'])).toBe(false);
  add.mockRestore();
  expect(await first.appendEvents(['two', 'three'])).toBe(true);
  expect(await first.readEvents()).toEqual(['one', 'two', 'three']);
});

test('too little room is said before anything is taken in', async () => {
  vi.stubGlobal('navigator', { storage: { estimate: async () => ({ quota: 1000, usage: 900 }) } });
  const first = await tab();
  await first.makeRoom(50);
  expect(first.get().filesKept).toBe(true);
  await first.makeRoom(500);
  expect(first.get()).toMatchObject({ filesKept: false, room: { free: 100 } });
});

/** A file that was changed on disk after it was opened. */
function changed() {
  const unreadable = async () => {
    throw new DOMException('', 'NotReadableError');
  };
  return Object.assign(new Blob(['???']), { arrayBuffer: unreadable });
}

/** As Chromium does with a file that it cannot copy: whatever is written together with it is not. */
function copyFails(when: (file: unknown) => boolean) {
  const put = IDBObjectStore.prototype.put;
  return vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, value, key) {
    const fails = this.name === 'files' && when(value);
    const request = put.call(this, fails ? new Blob() : value, key);
    if (fails) {
      const error = new DOMException('Failed to write blobs.', 'DataError');
      Object.defineProperty(this.transaction, 'error', { value: error });
      this.transaction.abort();
    }
    return request;
  });
}

test.each([
  ['one after another', false],
  ['as one session', true],
])('a file that cannot be read any more is named, and in the way of nothing else: written %s', async (_, asOne) => {
  const first = await tab();
  const gone = changed();
  copyFails((file) => file === gone);
  const open = () => {
    first.add(entry('a', 1), new Blob(['aaa']));
    first.add(entry('b', 2), gone);
    first.add(entry('c', 3), new Blob(['ccc']));
    first.patch('b', { status: 'done', analysis });
  };
  if (asOne) await first.replaceKept(open);
  else open();
  expect(await first.appendEvents([{ kind: 'confirm' }])).toBe(true);
  expect(first.get()).toMatchObject({ journal: { status: 'open' }, filesKept: true, unkept: ['b'], keeping: 0 });
  expect(first.isKept()).toBe(true);
  await first.reopenJournal();
  expect(first.get()).toMatchObject({ journal: { status: 'open' }, unkept: ['b'] });

  const second = await tab();
  await second.takeUp();
  expect(second.get().images).toMatchObject([{ id: 'a' }, { id: 'b', status: 'done', analysis }, { id: 'c' }]);
  expect(await second.readEvents()).toHaveLength(1);
  const texts = ['a', 'b', 'c'].map(async (id) => (await second.storedFile(id))?.text());
  expect(await Promise.all(texts)).toEqual(['aaa', undefined, 'ccc']);

  // Found again, and opened.
  first.keepWithImage('b', new Blob(['bbb']));
  await first.settled();
  expect(first.get().unkept).toEqual([]);
});

test('where the disk fails and the file can be read, it is kept once the disk takes it', async () => {
  const first = await tab();
  const failing = copyFails(() => true);
  first.add(entry('a', 1), new Blob(['aaa']));
  await first.settled();
  expect(first.get()).toMatchObject({ journal: { status: 'failing', error: { code: 'storage-failed' } }, unkept: [] });
  failing.mockRestore();
  await first.reopenJournal();
  expect(first.get().journal.status).toBe('open');
  expect(await (await first.storedFile('a'))?.text()).toBe('aaa');
});

test('files that the disk had no room for are kept once it has', async () => {
  const first = await tab();
  const full = putFails('QuotaExceededError', ({ name }) => name === 'files');
  first.add(entry('a', 1), new Blob(['aaa']));
  first.add(entry('b', 2), new Blob(['bbb']));
  await first.settled();
  await first.reopenJournal();
  expect(first.get()).toMatchObject({ filesKept: false, journal: { status: 'open' }, keeping: 0 });
  first.set({ images: first.get().images.filter(({ id }) => id === 'a') });
  full.mockRestore();
  await first.reopenJournal();
  expect(first.get().filesKept).toBe(true);
  expect(await (await first.storedFile('a'))?.text()).toBe('aaa');
  expect(await first.storedFile('b'), 'removed meanwhile').toBeNull();
});

test('with too little room no file is kept, and all of them once there is enough for all', async () => {
  const disks = { quota: 6 };
  vi.stubGlobal('navigator', { storage: { estimate: async () => ({ ...disks, usage: 0 }) } });
  const first = await tab();
  const open = async (id: string, order: number) => {
    await first.makeRoom(4);
    first.add(entry(id, order), new Blob([id.repeat(4)]));
    await first.settled();
  };
  await first.makeRoom(8);
  first.add(entry('a', 1), new Blob(['aaaa']));
  await first.settled();
  expect(first.get().filesKept).toBe(false);
  // Enough for this one alone.
  await open('b', 2);
  expect(first.get().filesKept).toBe(false);
  disks.quota = 12;
  await open('c', 3);
  expect(first.get().filesKept).toBe(true);
  for (const id of ['a', 'b', 'c']) expect(await (await first.storedFile(id))?.text()).toBe(id.repeat(4));
});

test('files are opened and kept while a person has not answered whether they may stay', async () => {
  let answer: (stays: boolean) => void = () => {};
  const persist = vi.fn(
    () =>
      new Promise<boolean>((resolve) => {
        answer = resolve;
      }),
  );
  vi.stubGlobal('navigator', { storage: { persist, estimate: async () => ({ quota: 1000, usage: 900 }) } });
  const first = await tab();
  await first.makeRoom(50);
  first.add(entry('a', 1), new Blob(['aaa']));
  await first.settled();
  expect(first.get()).toMatchObject({ journal: { status: 'open' }, room: { free: 100, persisted: false } });
  expect(await (await first.storedFile('a'))?.text()).toBe('aaa');
  expect(persist, 'one question at a time').toHaveBeenCalledTimes(1);
  answer(true);
  await vi.waitFor(() => expect(first.get().room).toEqual({ free: 100, persisted: true }));
  await first.makeRoom(50);
  expect(first.get().room).toEqual({ free: 100, persisted: true });
});

/** Web Locks as browsers have them, for the tabs of one test. */
function lockTabs() {
  const held = new Set<string>();
  const request = async (name: string, _options: unknown, work: (lock: unknown) => unknown) => {
    if (held.has(name)) return work(null);
    held.add(name);
    try {
      return await work({ name });
    } finally {
      held.delete(name);
    }
  };
  vi.stubGlobal('navigator', { locks: { request } });
  return held;
}

test('what the browser has closed is saved again, as this visit\u2019s own, and an earlier one stays what it is', async () => {
  const first = await tab();
  first.add(entry('a', 1), new Blob(['aaa']));
  await first.appendEvents(['old']);

  for (const cleared of [false, true]) {
    const held = lockTabs();
    const opened = vi.spyOn(disk.factory, 'open');
    const second = await tab();
    const terminate = () => {
      const { result } = opened.mock.results.at(-1)!.value as IDBOpenDBRequest;
      result.close();
      const phases = { CAPTURING_PHASE: 1, AT_TARGET: 2, BUBBLING_PHASE: 3 };
      result.dispatchEvent({ type: 'close', eventPath: [], initialized: true, ...phases } as unknown as Event);
    };
    const [{ happen }, { watchReview }] = await Promise.all([import('./decide'), import('./autosave')]);
    watchReview();
    const wbc = (old: number | null, value: number) =>
      happen({ kind: 'wbc', changes: [{ slide: '', field: 'wbc', old, new: value }] });
    second.add(entry('b', second.nextOrder()), new Blob(['bbb']));
    wbc(null, 5);
    await second.settled();
    if (cleared) await deleteDB(DATABASE);
    else terminate();
    expect(second.get().journal.status).toBe('failing');
    wbc(5, 6);
    await second.settled();
    await second.reopenJournal();
    expect(second.get()).toMatchObject({ journal: { status: 'open' } });
    expect(second.get().earlier?.images, 'its own is no earlier one').toBe(cleared ? undefined : 1);
    wbc(6, 7);
    await second.settled();
    const log = second.get().history.log;
    expect(await second.readEvents()).toEqual(cleared ? log : ['old', ...log]);
    expect(await (await second.storedFile('b'))?.text(), 'its photograph too').toBe('bbb');
    expect(second.isKept()).toBe(true);

    held.clear();
    const third = await tab();
    await third.takeUp();
    expect(third.get().images.map(({ id }) => id)).toEqual(cleared ? ['b'] : ['a', 'b']);
    if (!cleared) {
      await third.replaceKept(() => third.set({ images: third.get().images.filter(({ id }) => id === 'a') }));
    }
  }
});

/** What is on disk is cleared, and what is open is saved again. */
async function clearAndSave(tab: { reopenJournal(): Promise<void> }) {
  await deleteDB(DATABASE);
  await tab.reopenJournal();
}

test('only what is open is saved again after the disk was cleared, in the room there is', async () => {
  const room = { quota: 1000, usage: 0 };
  vi.stubGlobal('navigator', { storage: { estimate: async () => room } });
  const first = await tab();
  for (const [order, id] of ['a', 'b', 'c'].entries()) first.add(entry(id, order + 1), new Blob([id.repeat(3)]));
  await first.settled();
  first.set({ images: first.get().images.filter(({ id }) => id !== 'a') });
  await first.settled();
  await clearAndSave(first);
  const texts = async () => Promise.all(['a', 'b', 'c'].map(async (id) => (await first.storedFile(id))?.text()));
  expect(await texts()).toEqual([undefined, 'bbb', 'ccc']);

  room.quota = 5;
  await clearAndSave(first);
  expect(first.get()).toMatchObject({ journal: { status: 'open' }, filesKept: false });
  expect(await texts()).toEqual([undefined, undefined, undefined]);
  room.quota = 6;
  await first.reopenJournal();
  expect(first.get().filesKept).toBe(true);
  expect(await texts()).toEqual([undefined, 'bbb', 'ccc']);

  // Another session, as if it listed an image by the same id.
  await first.replaceKept(() => first.set({ images: [entry('b', 1)] }));
  await clearAndSave(first);
  expect(await texts()).toEqual([undefined, undefined, undefined]);
});

test('files that the disk has lost are saved again beside what another tab left there', async () => {
  const first = await tab();
  first.add(entry('a', 1), new Blob(['aaa']));
  await first.settled();
  await deleteDB(DATABASE);
  const second = await tab();
  second.add(entry('b', 1), new Blob(['bbb']));
  await second.settled();
  await first.reopenJournal();
  expect(first.get()).toMatchObject({ journal: { status: 'open' }, earlier: { images: 1 } });
  expect(await (await first.storedFile('a'))?.text()).toBe('aaa');
});

test('a journal that cannot be read is let go of, and can be opened again', async () => {
  lockTabs();
  const count = vi.spyOn(IDBObjectStore.prototype, 'count').mockImplementation(() => {
    throw new DOMException('', 'UnknownError');
  });
  const first = await tab();
  expect(first.get().journal.status).toBe('failing');
  count.mockRestore();
  await first.reopenJournal();
  expect(first.get().journal.status).toBe('open');
});
