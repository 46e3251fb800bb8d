// Leaving the page: the browser asks while work is not on disk, and a new version waits until it is.
import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { beforeEach, expect, test, vi } from 'vitest';
import { newEntry } from './images';

let page = new EventTarget();

/** A tab in which an image with its file has just been opened. */
async function tab() {
  vi.resetModules();
  const [{ useStore }, persist, { watchLeaving }, { setPwa }, { happen }, { watchReview }] = await Promise.all([
    import('./store'),
    import('./persist'),
    import('./leaving'),
    import('./actions'),
    import('./decide'),
    import('./autosave'),
  ]);
  watchLeaving();
  watchReview();
  const open = () => {
    persist.keepWithImage('a', new Blob(['aaa']));
    useStore.setState({ images: [newEntry({ id: 'a', name: 'a.tif', path: 'a.tif', size: 3 })] });
  };
  const decide = () => happen({ kind: 'wbc', changes: [{ slide: '', field: 'wbc', old: null, new: 5 }] });
  return { ...persist, open, decide, setPwa, get: useStore.getState, set: useStore.setState };
}

/** True where the browser would ask. */
function asked(): boolean {
  const event = new Event('beforeunload', { cancelable: true });
  // Node's events are of no window.
  Object.defineProperty(event, 'returnValue', { writable: true });
  page.dispatchEvent(event);
  return event.defaultPrevented;
}

function full() {
  const refuse = () => {
    throw new DOMException('', 'QuotaExceededError');
  };
  const mocks = [
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(refuse),
    vi.spyOn(IDBObjectStore.prototype, 'add').mockImplementation(refuse),
  ];
  return () => {
    for (const mock of mocks) mock.mockRestore();
  };
}

beforeEach(() => {
  vi.restoreAllMocks();
  page = new EventTarget();
  vi.stubGlobal('addEventListener', page.addEventListener.bind(page));
  vi.stubGlobal('navigator', {});
  vi.stubGlobal('location', new URL('http://localhost/'));
  vi.stubGlobal('indexedDB', new IDBFactory());
});

test('the browser asks while files and decisions are on their way to the disk', async () => {
  const first = await tab();
  await first.openJournal();
  expect(asked()).toBe(false);
  first.open();
  expect(asked()).toBe(true);
  await first.settled();
  expect(asked()).toBe(false);
  first.decide();
  expect(asked()).toBe(true);
  await first.settled();
  expect(asked()).toBe(false);
});

test('the browser asks where the disk refuses, and where another tab has the journal', async () => {
  const first = await tab();
  const room = full();
  first.open();
  await first.settled();
  expect(asked()).toBe(true);
  room();
  await first.reopenJournal();
  expect(asked()).toBe(false);

  vi.stubGlobal('navigator', {
    locks: { request: async (_: string, __: unknown, work: (lock: null) => unknown) => work(null) },
  });
  const second = await tab();
  await second.openJournal();
  expect(asked(), 'nothing is open').toBe(false);
  second.open();
  await second.settled();
  expect(asked()).toBe(true);
});

test('the browser asks while a closed session is still on the disk, also where that refuses to let it go', async () => {
  const first = await tab();
  await first.openJournal();
  const close = () => first.replaceKept(() => first.set({ images: [] }));
  first.open();
  await first.settled();
  const closing = close();
  expect(first.get().images).toEqual([]);
  expect(asked()).toBe(true);
  await closing;
  expect(asked()).toBe(false);

  first.open();
  await first.settled();
  const clear = vi.spyOn(IDBObjectStore.prototype, 'clear').mockImplementation(() => {
    throw new DOMException('', 'UnknownError');
  });
  await close();
  expect(asked()).toBe(true);
  clear.mockRestore();
  await first.reopenJournal();
  expect(asked()).toBe(false);
});

test('the browser asks where the disk refuses to forget the last image, which would be there again', async () => {
  const first = await tab();
  await first.openJournal();
  first.open();
  await first.settled();
  const refusing = vi.spyOn(IDBObjectStore.prototype, 'delete').mockImplementation(() => {
    throw new DOMException('', 'UnknownError');
  });
  first.set({ images: [] });
  await first.settled();
  expect(first.get().journal.status).toBe('failing');
  expect(asked()).toBe(true);
  refusing.mockRestore();
  await first.reopenJournal();
  expect(asked()).toBe(false);
});

test('a script that wants nothing kept is asked nothing', async () => {
  vi.stubGlobal('location', new URL('http://localhost/?keep=0'));
  const first = await tab();
  first.open();
  await first.settled();
  expect(asked()).toBe(false);
});

test('a new version is let in once everything is on disk', async () => {
  const first = await tab();
  await first.openJournal();
  const written = vi.fn(async () => {
    expect(await first.storedFile('a')).not.toBeNull();
    expect(asked()).toBe(false);
    return true;
  });
  first.setPwa({ offlineReady: true, othersOpen: false, replaced: false, update: written });
  first.open();
  first.get().update?.();
  expect(written).not.toHaveBeenCalled();
  await vi.waitFor(() => expect(written).toHaveBeenCalledOnce());
  await written.mock.results[0]?.value;
});

test('a new version is not let in over work that was to be kept and is refused, until one insists', async () => {
  const first = await tab();
  await first.openJournal();
  full();
  const update = vi.fn(async () => true);
  first.setPwa({ offlineReady: true, othersOpen: false, replaced: false, update });
  first.open();
  first.get().update?.();
  await vi.waitFor(() => expect(first.get().journal.status).toBe('failing'));
  await first.settled();
  expect(update).not.toHaveBeenCalled();
  first.get().update?.();
  await vi.waitFor(() => expect(update).toHaveBeenCalledOnce());
  expect(asked(), 'it was said what reloading closes').toBe(false);
});

test('where other tabs keep a new version out the page stays, and is asked for as before', async () => {
  vi.stubGlobal('indexedDB', undefined);
  const first = await tab();
  await first.openJournal();
  first.open();
  const update = vi.fn(async () => false);
  first.setPwa({ offlineReady: true, othersOpen: false, replaced: false, update });
  first.get().update?.();
  await vi.waitFor(() => expect(update).toHaveBeenCalledOnce());
  await vi.waitFor(() => expect(asked()).toBe(true));
});
