// A saved session that is opened: what it takes the place of is never lost without a question.
import { beforeEach, expect, test, vi } from 'vitest';
import { buildFormat } from '../export/bundle';
import { newEntry } from './images';
import { emptyDisk, nextVisit, saved, session, tab } from './visits.fixture';

const { events } = session.state;
/** With a photograph. */
const packed = async () => {
  const photographs = { [session.state.images[0]?.id ?? '']: new Blob(['photograph']) };
  const { blob } = await buildFormat({ ...session, photographs }, 'session');
  return new File([blob], 'saved.leukolens');
};
const names = (images: readonly { name: string }[]) => images.map(({ name }) => name);
const earlier = newEntry({ id: 'earlier', name: 'earlier.tif', path: 'earlier.tif', size: 3 });

beforeEach(emptyDisk);

test('where nothing is open and nothing is kept, a session opens without a question', async () => {
  const first = await tab();
  await first.openSaved(saved());
  expect(first.get().pendingSession).toBeNull();
  expect(names(first.get().images)).toEqual(names(session.state.images));
  expect(await first.readEvents()).toHaveLength(session.state.events.length);
});

test('images that were removed undecided are in no session\u2019s way', async () => {
  const { openSaved, get, ...first } = await tab();
  const { askToRemove } = await import('./listed');
  first.set({ images: [earlier] });
  expect(askToRemove(earlier.id, () => true)).toBe(true);
  expect(get().history.log).toMatchObject([{ kind: 'remove', file: 'earlier.tif' }]);
  await openSaved(saved());
  expect(get()).toMatchObject({ pendingSession: null, problem: null });
  expect(get().history.log).toEqual(events);
});

test('an earlier session that nobody took up yet is erased by none that is opened, unless one agrees', async () => {
  const first = await tab();
  first.set({ images: [earlier] });
  await first.appendEvents(['decided']);

  const second = await tab();
  // Dropped before the journal was open.
  await second.openSaved(saved());
  expect(second.get()).toMatchObject({
    pendingSession: { name: 'saved.leukolens' },
    images: [],
    earlier: { images: 1 },
  });
  second.declineSession();
  expect(await second.readEvents()).toEqual(['decided']);
  await second.takeUp();
  expect(names(second.get().images)).toEqual(['earlier.tif']);

  const third = await tab();
  await third.openSaved(saved());
  await third.agreeToSession();
  expect(third.get().earlier).toBeNull();
  const fourth = await tab();
  await fourth.openJournal();
  await fourth.takeUp();
  expect(names(fourth.get().images)).toEqual(names(session.state.images));
});

test('a session opened while another tab has the journal is kept once that tab is closed, and erases nothing of it', async () => {
  const held = new Set<string>();
  const request = async (name: string, _options: unknown, work: (lock: unknown) => unknown) =>
    held.has(name) ? work(null) : work(held.add(name));
  vi.stubGlobal('navigator', { locks: { request } });
  const first = await tab();
  first.set({ images: [earlier] });
  first.decide(1);
  await first.settled();

  const second = await tab();
  await second.openJournal();
  second.decide(7);
  await second.openSaved(saved());
  await second.agreeToSession();
  expect(second.get().journal.status).toBe('elsewhere');
  // The first tab is closed.
  held.clear();
  await second.reopenJournal();
  expect(second.get()).toMatchObject({ journal: { status: 'open' }, earlier: { images: 1 } });
  second.decide(8);
  await second.throwAway();
  expect(second.get().history.log).toHaveLength(events.length + 1);

  held.clear();
  const third = await nextVisit();
  expect(names(third.get().images)).toEqual(names(session.state.images));
  expect(third.get().history.log).toEqual(second.get().history.log);
});

test('without room for its photographs, a session is kept without them', async () => {
  const first = await tab();
  const put = IDBObjectStore.prototype.put;
  const full = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, ...args) {
    if (this.name === 'files') throw new DOMException('', 'QuotaExceededError');
    return put.apply(this, args);
  });
  await first.openSaved(await packed());
  expect(first.get()).toMatchObject({ filesKept: false, journal: { status: 'open' } });
  full.mockRestore();
  const next = await nextVisit();
  expect(next.get().history.log).toEqual(first.get().history.log);
});

test('a session that the disk refuses is kept whole as soon as there is room, with what was decided since', async () => {
  const first = await tab();
  await first.openJournal();
  const full = vi.spyOn(first.Journal.prototype, 'replaceAll').mockImplementation(async () => {
    const { LeukolensError } = await import('../domain/errors');
    throw new LeukolensError('storage-full', 'Full.', 'Make room.');
  });
  await first.openSaved(await packed());
  expect(first.get().journal).toMatchObject({ status: 'failing', error: { code: 'storage-full' } });
  first.decide(7);
  await first.settled();
  expect(first.get().journal.status, 'nothing is said to be kept that is not').toBe('failing');
  full.mockRestore();
  await first.reopenJournal();
  expect(first.get().journal.status).toBe('open');
  const next = await nextVisit();
  expect(next.get().history.log).toEqual(first.get().history.log);
  expect(next.get().history.log).toHaveLength(events.length + 1);
});

test('what is decided while a session is being written is kept', async () => {
  const first = await tab();
  await first.openJournal();
  const { replaceAll } = first.Journal.prototype;
  vi.spyOn(first.Journal.prototype, 'replaceAll').mockImplementation(async function (this: never, ...args) {
    first.decide(7);
    await (replaceAll as (...args: unknown[]) => Promise<void>).apply(this, args);
    first.decide(8);
  });
  await first.openSaved(await packed());
  await first.settled();
  const next = await nextVisit();
  expect(next.get().history.log).toEqual(first.get().history.log);
  expect(next.get().history.log).toHaveLength(events.length + 2);
  expect(await (await next.storedFile(session.state.images[0]?.id ?? ''))?.text()).toBe('photograph');
});

test('a log that does not fit together gives what of it does, and is in nobody\u2019s way afterwards', async () => {
  const first = await tab();
  first.set({ images: [earlier] });
  first.decide(7);
  // As it was after a session whose own events never reached the disk.
  await first.appendEvents([
    { ...first.get().history.log[0], id: 9, changes: [{ image: 'earlier', field: 'slide', old: 'x', new: 'y' }] },
  ]);

  const second = await tab();
  await second.openJournal();
  await second.resume();
  expect(second.get().history.state).toEqual({ images: {}, slides: { extra: { wbc: 7 } }, signatures: [] });
  expect(second.get().notes?.title).toMatch(/^1 of the 2 events/);
  second.decide(8);
  await second.settled();
  expect((await nextVisit()).get().history.log).toEqual(second.get().history.log);
});

test('what another model found stays its own: after a reload, and beside images that the loaded one is asked about', async () => {
  const loaded = { name: 'sg-cldff', version: '9.0.0', hash: 'ffffffffffff' };
  const ready = { engine: { status: 'ready', info: { model: loaded, backend: 'wasm', device: '' } } } as never;
  const first = await tab();
  await first.openSaved(saved());
  await first.settled();

  const second = await nextVisit();
  second.set(ready);
  const { sessionOf } = await import('./exportSession');
  expect(sessionOf(second.get()).model).toEqual(session.model);

  const analysis = { width: 9, height: 9, cells: [], backend: 'wasm' as const, timings: {}, model: loaded };
  second.set({ images: [...second.get().images, { ...earlier, status: 'done', analysis }] });
  const both = sessionOf(second.get());
  expect(both.model).toEqual(loaded);
  const made = both.images.map((image) => ('analysis' in image ? image.analysis.model?.hash : null));
  expect(made).toEqual([
    ...session.images.map((image) => ('analysis' in image ? session.model?.hash : null)),
    loaded.hash,
  ]);
});

/** The session open without the last cell of its second image, and that image's annotations, which have it. */
