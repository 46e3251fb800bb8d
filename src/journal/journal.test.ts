// The journal on an IndexedDB in memory: what is written is there again, whole or not at all, and for one tab only.
import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { deleteDB, openDB } from 'idb';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type ImageRecord, Journal } from './journal';
import { DATABASE, VERSION } from './schema';

const record = (id: string, change: Partial<ImageRecord> = {}): ImageRecord => ({
  id,
  name: `${id}.png`,
  path: `set/${id}.png`,
  size: 3,
  sha256: 'ab',
  order: 0,
  status: 'waiting',
  error: null,
  analysis: null,
  ms: 0,
  ...change,
});

/** Web Locks as browsers have them, for the tabs of one test. */
function fakeLocks() {
  const held = new Set<string>();
  return {
    async request(name: string, _options: unknown, work: (lock: unknown) => unknown) {
      if (held.has(name)) return work(null);
      held.add(name);
      try {
        return await work({ name });
      } finally {
        held.delete(name);
      }
    },
  };
}

const open = async () => {
  const journal = await Journal.open();
  if (!journal) throw new Error('another tab has the journal');
  return journal;
};

beforeEach(() => {
  vi.stubGlobal('indexedDB', new IDBFactory());
  vi.stubGlobal('navigator', { locks: fakeLocks() });
});
afterEach(() => vi.unstubAllGlobals());

test('images come back in their order with results and files', async () => {
  const first = await open();
  const analysis = { width: 2, height: 1, cells: [{ mask: { runs: Uint32Array.of(2, 1) } }] } as never;
  await first.putImage(record('b', { order: 2 }), new Blob(['bbb']));
  await first.putImage(record('a', { order: 10, status: 'done', analysis }), new Blob(['aaa']));
  await first.putImage(record('c', { order: 1 }));
  await first.close();
  const again = await open();
  expect(await again.earlier()).toEqual({ images: 3, unfinished: 2, events: 0, lastSeq: 0, lastOrder: 10 });
  const images = await again.images();
  expect(images.map(({ id }) => id)).toEqual(['c', 'b', 'a']);
  expect(images[2]?.analysis?.cells[0]?.mask.runs).toEqual(Uint32Array.of(2, 1));
  expect(await (await again.fileOf('a'))?.text()).toBe('aaa');
  expect(await again.fileOf('c')).toBeNull();
  await again.putImage(record('a', { order: 10 }));
  expect(await (await again.fileOf('a'))?.text(), 'a new record keeps the file').toBe('aaa');
  await again.removeImage('a');
  expect((await again.images()).map(({ id }) => id)).toEqual(['c', 'b']);
  expect(await again.fileOf('a')).toBeNull();
});

test('events are appended in order, also across visits', async () => {
  const first = await open();
  expect(await first.appendEvents([])).toBe(0);
  const last = await first.appendEvents([{ kind: 'call', to: 'monocyte' }, { kind: 'undo' }]);
  await first.close();
  const again = await open();
  expect(await again.appendEvents([{ kind: 'redo' }])).toBe(last + 1);
  expect((await again.readEvents<{ kind: string }>()).map(({ event }) => event.kind)).toEqual(['call', 'undo', 'redo']);
  expect((await again.readEvents(last)).map(({ seq }) => seq)).toEqual([last + 1]);
});

test('the end of a log gives way to another', async () => {
  const journal = await open();
  const last = await journal.appendEvents(['earlier']);
  await journal.appendEvents(['lost', 'damaged']);
  await journal.replaceEvents(last, ['whole']);
  expect((await journal.readEvents()).map(({ event }) => event)).toEqual(['earlier', 'whole']);
  await journal.replaceEvents(0, ['one']);
  expect((await journal.readEvents()).map(({ event }) => event)).toEqual(['one']);
});

test('an event that cannot be stored takes none of its batch with it', async () => {
  const journal = await open();
  await expect(journal.appendEvents([{ ok: true }, { bad: () => {} }])).rejects.toMatchObject({
    code: 'storage-failed',
  });
  expect(await journal.readEvents()).toEqual([]);
});

test('a session replaces another whole; clear leaves nothing', async () => {
  const journal = await open();
  await journal.putImage(record('old'), new Blob(['x']));
  await journal.appendEvents([1, 2, 3]);
  await journal.setFact('reader', 'Ada');
  const files = new Map([['new', new Blob(['new'])]]);
  await journal.replaceAll({ images: [record('new')], files, events: ['one'] });
  expect((await journal.images()).map(({ id }) => id)).toEqual(['new']);
  expect(await journal.fileOf('old')).toBeNull();
  expect((await journal.readEvents()).map(({ event }) => event)).toEqual(['one']);
  expect(await journal.fact('reader'), 'facts are of the session that was').toBeUndefined();
  await expect(
    journal.replaceAll({ images: [record('x'), { id: 'y', bad: () => {} } as never], files: new Map(), events: [] }),
  ).rejects.toMatchObject({ code: 'storage-failed' });
  expect(
    (await journal.images()).map(({ id }) => id),
    'what was there is still there',
  ).toEqual(['new']);
  await journal.clear();
  expect(await journal.earlier()).toEqual({ images: 0, unfinished: 0, events: 0, lastSeq: 0, lastOrder: 0 });
});

test('what an earlier visit left can be dropped without what is new', async () => {
  const journal = await open();
  await journal.putImage(record('old'), new Blob(['o']));
  await journal.appendEvents(['a', 'b']);
  const { lastSeq } = await journal.earlier();
  await journal.putImage(record('new'), new Blob(['n']));
  await journal.appendEvents(['c']);
  await journal.keepOnly(new Set(['new']), lastSeq);
  expect((await journal.images()).map(({ id }) => id)).toEqual(['new']);
  expect(await journal.fileOf('old')).toBeNull();
  expect(await (await journal.fileOf('new'))?.text()).toBe('n');
  expect((await journal.readEvents()).map(({ event }) => event)).toEqual(['c']);
});

test('a second tab is told, and gets the journal once the first lets go', async () => {
  const first = await open();
  expect(await Journal.open()).toBeNull();
  await first.close();
  expect(await Journal.open()).not.toBeNull();
});

test('a journal that the browser has closed can be opened again', async () => {
  const onClosed = vi.fn();
  const first = await Journal.open(onClosed);
  // Clearing the site's storage does this.
  await deleteDB(DATABASE);
  expect(onClosed).toHaveBeenCalledOnce();
  await expect(first?.putImage(record('a'))).rejects.toMatchObject({ code: 'storage-failed' });
  const again = await open();
  await again.putImage(record('a'));
  expect(await again.images()).toHaveLength(1);
});

test('a full disk is said as such', async () => {
  const journal = await open();
  const put = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
    throw new DOMException('', 'QuotaExceededError');
  });
  await expect(journal.putImage(record('a'))).rejects.toMatchObject({ code: 'storage-full' });
  put.mockRestore();
  await journal.putImage(record('a'));
  expect(await journal.images()).toHaveLength(1);
});

test('a journal of a newer version is left alone', async () => {
  (await openDB(DATABASE, VERSION + 1)).close();
  await expect(Journal.open()).rejects.toMatchObject({ code: 'storage-failed', message: /newer version/ });
  // The lock is free again: another tab with the newer app may open it.
  (await openDB(DATABASE, VERSION + 1)).close();
});

test('a browser that stores nothing is said to be one', async () => {
  vi.stubGlobal('indexedDB', {
    open() {
      throw new DOMException('denied', 'SecurityError');
    },
  });
  await expect(Journal.open()).rejects.toMatchObject({ code: 'storage-failed', remedy: /private window/ });
});
