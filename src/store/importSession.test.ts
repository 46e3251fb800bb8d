// A saved session that is opened: what it takes the place of is never lost without a question.
import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { beforeEach, expect, test, vi } from 'vitest';
import { exampleSession } from '../export/example';
import { sessionJson } from '../export/session';
import { newEntry } from './images';

const disk = { factory: new IDBFactory() };

/** A tab of its own: modules anew, the disk as it is. */
async function tab() {
  vi.resetModules();
  vi.stubGlobal('indexedDB', disk.factory);
  const [{ useStore }, persist, sessions] = await Promise.all([
    import('./store'),
    import('./persist'),
    import('./importSession'),
  ]);
  return { ...persist, ...sessions, get: useStore.getState, set: useStore.setState };
}

const session = exampleSession();
const saved = () => new File([sessionJson(session)], 'saved.leukolens');
const names = (images: readonly { name: string }[]) => images.map(({ name }) => name);
const earlier = newEntry({ id: 'earlier', name: 'earlier.tif', path: 'earlier.tif', size: 3 });

beforeEach(() => {
  vi.stubGlobal('navigator', {});
  disk.factory = new IDBFactory();
});

test('where nothing is open and nothing is kept, a session opens without a question', async () => {
  const first = await tab();
  await first.openSaved(saved());
  expect(first.get().pendingSession).toBeNull();
  expect(names(first.get().images)).toEqual(names(session.state.images));
  expect(await first.readEvents()).toHaveLength(session.state.events.length);
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
