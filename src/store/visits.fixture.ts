/** Visits of a person to the app: tabs of their own over one disk, and a session that was saved before. */
import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { expect, vi } from 'vitest';
import { setWbc } from '../domain/review/edits';
import { exampleSession } from '../export/example.fixture';
import { sessionJson } from '../export/session';

const disk = { factory: new IDBFactory() };

/** To be called before each test. */
export function emptyDisk(): void {
  vi.restoreAllMocks();
  vi.stubGlobal('navigator', {});
  disk.factory = new IDBFactory();
}

/** A tab of its own: modules anew, the disk as it is; decisions are kept as they are in the app. */
export async function tab() {
  vi.resetModules();
  vi.stubGlobal('indexedDB', disk.factory);
  const [{ useStore }, persist, sessions, decide, autosave, { Journal }, annotations, compare] = await Promise.all([
    import('./store'),
    import('./persist'),
    import('./importSession'),
    import('./decide'),
    import('./autosave'),
    import('../journal/journal'),
    import('./annotations'),
    import('./compareOrWait'),
  ]);
  autosave.watchReview();
  /** Sets the white cell count: an event that fits anywhere. */
  const decided = (wbc: number) => decide.happen(setWbc(useStore.getState().history.state, 'extra', wbc));
  const resume = () => persist.takeUp().then(autosave.resumeReview);
  /** Opens files dropped together. */
  const openSaved = async (...files: File[]) => {
    compare.compareOrWait((await sessions.openSessions(files.map((file) => ({ file, path: file.name })))).others);
  };
  const state = { get: useStore.getState, set: useStore.setState };
  return { ...persist, ...sessions, ...annotations, ...state, openSaved, resume, decide: decided, Journal };
}

/** The next visit, which goes on where it was. */
export async function nextVisit() {
  const next = await tab();
  await next.openJournal();
  await next.resume();
  expect(next.get()).toMatchObject({ problem: null, notes: null });
  return next;
}

export const session = exampleSession();
export const saved = () => new File([sessionJson(session)], 'saved.leukolens');
