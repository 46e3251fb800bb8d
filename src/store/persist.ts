/**
 * Keeps the session in the journal as it happens: whatever changes about an image is written at once, and again until the
 * disk has taken it. Nothing here rejects: state.journal says how it is. Beside it only unwritten.ts and records.ts know
 * of journal/.
 */
import { errorData } from '../domain/errors';
import { isBare, type ReviewEvent } from '../domain/review/events';
import { Journal } from '../journal/journal';
import { askToPersist, freeBytes } from '../journal/quota';
import { entryOf, outdated } from './records';
import type { SessionSlice } from './session';
import { useStore } from './store';
import { Unwritten } from './unwritten';

const get = useStore.getState;
const set = useStore.setState;

let journal: Journal | null = null;
let opening: Promise<void> | null = null;
/** The last event and the last place in the list that earlier visits left; null until the journal was open once. */
let left: { seq: number; order: number } | null = null;
const unwritten = new Unwritten();
let pumping: Promise<void> | null = null;
/** The browser has promised to keep what is stored, and is being asked to: a person may have to answer first. */
let [persisted, asking] = [false, false];
/** Called when a whole session has come from the journal, or has been thrown away. */
const listeners = new Set<() => Promise<void>>();

/** Opens the journal once; later calls wait for the same opening. */
export function openJournal(): Promise<void> {
  opening ??= open();
  return opening;
}

/** Tries again after another tab had it, after a failure, or once there is room again for the files. */
export async function reopenJournal(): Promise<void> {
  if (!journal) opening = null;
  await openJournal();
  if (!journal) return;
  await takeRoom();
  // What is said stays until everything is on disk: pump says when.
  for (const { id } of get().images) unwritten.image(id);
  await pump();
}

async function open(): Promise<void> {
  // A script that drives the page over thousands of files wants no copy of them.
  if (new URLSearchParams(globalThis.location?.search).get('keep') === '0') return set({ journal: { status: 'off' } });
  try {
    journal = await Journal.open(() => {
      journal = null;
      const message =
        'The browser has closed the saved session: its storage was cleared, or a newer version of the app opened it.';
      const remedy = 'Save again to keep what is open; if that fails, export the results and reload the page.';
      set({ journal: { status: 'failing', error: { code: 'storage-failed', message, remedy } } });
    });
    if (!journal) {
      set({ journal: { status: 'elsewhere' } });
      return;
    }
    const earlier = await takeStock(journal);
    const folder = (await journal.fact<FileSystemDirectoryHandle>('folder')) ?? null;
    await takeRoom();
    set({ journal: { status: 'open' }, earlier, folder });
  } catch (thrown) {
    // Its lock would shut out the next try.
    await journal?.close().catch(() => {});
    journal = null;
    set({ journal: { status: 'failing', error: errorData(thrown) } });
  }
}

/** What an earlier visit left in a journal that was just opened, and with it what is to be written of what is open. */
async function takeStock(opened: Journal): Promise<SessionSlice['earlier']> {
  const before = get().earlier;
  if (left) unwritten.retryLost(new Set(await opened.filesKept()));
  const { lastSeq, lastOrder, ...found } = await opened.earlier(new Set(left ? get().images.map(({ id }) => id) : []));
  // Opened again, with nothing in it that this tab did not know of. What it had written may have been cleared.
  if (left && (before || found.images === 0)) {
    const there = before?.images ? found.images > 0 : lastSeq >= left.seq;
    const earlier = there ? before : null;
    unwritten.replaceLog(earlier ? left.seq : 0);
    return earlier;
  }
  // Nobody agreed to lose what another tab has left: also not to a session that was opened meanwhile.
  if (left || unwritten.replaces) unwritten.beside();
  left = { seq: lastSeq, order: lastOrder };
  if (found.images > 0) return found;
  const log = (await opened.readEvents<ReviewEvent>()).map(({ event }) => event);
  return isBare(log) ? null : found;
}

/** The last event of an earlier visit that nobody took up yet; 0 where the whole log is this visit's. */
const earlierSeq = () => (get().earlier ? (left?.seq ?? 0) : 0);

/** The order of the next image in the list. */
export function nextOrder(): number {
  return Math.max(left?.order ?? 0, get().images.at(-1)?.order ?? 0) + 1;
}

useStore.subscribe((state, before) => {
  if (state.images === before.images) return;
  for (const id of outdated(state.images, before.images)) unwritten.image(id);
  if (!unwritten.none) void pump();
});

/** Has an image's file kept with it. */
export function keepWithImage(id: string, file: Blob): void {
  unwritten.file(id, file);
}

/** Writes what has changed until nothing is left, or until the disk refuses. */
function pump(): Promise<void> {
  pumping ??= (async () => {
    // Changes of one moment become one write.
    await Promise.resolve();
    await openJournal();
    try {
      while (journal && !unwritten.held && !unwritten.none) {
        await unwritten.next(journal);
        if (get().keeping !== unwritten.files) set({ keeping: unwritten.files });
      }
      if (journal && unwritten.none && get().journal.status !== 'open') set({ journal: { status: 'open' } });
    } catch (thrown) {
      set({ journal: { status: 'failing', error: errorData(thrown) } });
    }
    set({ keeping: journal ? unwritten.files : 0 });
  })().finally(() => {
    pumping = null;
  });
  return pumping;
}

/** Asked before files are taken in: says so where there is not enough room for them. */
export async function makeRoom(bytes: number): Promise<void> {
  await openJournal();
  if (journal) await takeRoom(bytes);
}

/**
 * Sees whether there is room for as many bytes beside the files that are not on disk yet; those that there was none for before
 * are written then. The promise to keep what is stored comes when it comes: nothing waits for it.
 */
async function takeRoom(bytes = 0): Promise<void> {
  if (!persisted && !asking) void askOnce();
  const free = await freeBytes();
  const filesKept = free >= bytes + unwritten.fileBytes;
  set({ room: { free, persisted }, filesKept });
  if (filesKept) unwritten.retryFiles();
}

async function askOnce(): Promise<void> {
  asking = true;
  persisted = await askToPersist();
  asking = false;
  set(({ room }) => ({ room: room && { ...room, persisted } }));
}

/** The kept file of an image, or null. */
export async function storedFile(id: string): Promise<Blob | null> {
  await openJournal();
  return (await journal?.fileOf(id).catch(() => null)) ?? null;
}

/**
 * Appends events to the log (autosave of the review). What the disk refuses is kept and goes with the next write.
 * True once they are on disk.
 */
export async function appendEvents(events: readonly unknown[]): Promise<boolean> {
  unwritten.add(events);
  await settled();
  return unwritten.logged;
}

/** Waits until what has changed is on disk, or refused. */
export async function settled(): Promise<void> {
  if (pumping) await pumping;
  await pump();
}

/**
 * True where closing the tab now loses nothing that was meant to be kept, and keeps nothing that was meant to go: a session that
 * was closed is gone from the screen before it is gone from the disk.
 */
export function isKept(): boolean {
  const { images, history, journal: state } = get();
  if (state.status === 'off') return true;
  if (state.status === 'open') return !pumping && !unwritten.held && unwritten.none;
  // Where no journal ever was, there is nothing in it to go.
  const refused =
    state.status === 'failing' && left !== null && (pumping !== null || unwritten.held || !unwritten.none);
  return images.length === 0 && isBare(history.log) && !refused;
}

/** The log that is kept, oldest first, with what is still on its way to the disk; null where it cannot be read. */
export async function readEvents<E = unknown>(): Promise<E[] | null> {
  await settled();
  const events = await journal?.readEvents<E>().catch(() => null);
  return events ? [...events.map(({ event }) => event), ...(unwritten.events as E[])] : null;
}

/** Puts the log that is open in place of the one that is kept. */
export async function replaceLog(): Promise<void> {
  unwritten.replaceLog(earlierSeq());
  await settled();
}

/**
 * Puts what is open after a change of session in place of all that is kept, whole or not at all. What the disk refuses goes
 * before the next write; until then what was there stays.
 */
export async function replaceKept(change: () => void | Promise<void>): Promise<void> {
  unwritten.held = true;
  try {
    await change();
  } finally {
    unwritten.held = false;
  }
  unwritten.replaceSession();
  set({ earlier: null, filesKept: true, unkept: [], keeping: unwritten.files });
  await settled();
}

/** Called, and waited for, after a session was taken up from the journal or thrown away: the log is to be read anew. */
export function onSessionChange(listener: () => Promise<void>): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Lists again what an earlier visit left, before what is there now; its unfinished files wait. */
export async function takeUp(): Promise<void> {
  if (!journal || !get().earlier) return;
  try {
    const all = await journal.images();
    const present = new Set(get().images.map(({ id }) => id));
    const records = all.filter(({ id }) => !present.has(id));
    set((state) => ({
      images: [...records.map(entryOf), ...state.images].sort((a, b) => a.order - b.order),
      earlier: null,
      selectedImage: state.selectedImage ?? records[0]?.id ?? null,
    }));
    await Promise.all([...listeners].map((listener) => listener()));
  } catch (thrown) {
    set({ journal: { status: 'failing', error: errorData(thrown) } });
  }
}

/** Forgets what an earlier visit left; what is new stays. */
export async function throwAway(): Promise<void> {
  await settled();
  try {
    await journal?.keepOnly(new Set(get().images.map(({ id }) => id)), earlierSeq());
    set({ earlier: null });
    await takeRoom();
    void pump();
    await Promise.all([...listeners].map((listener) => listener()));
  } catch (thrown) {
    set({ journal: { status: 'failing', error: errorData(thrown) } });
  }
}

/** Remembers a folder for the next visit. */
export async function keepFolder(folder: FileSystemDirectoryHandle): Promise<void> {
  await openJournal();
  // A browser that cannot store handles asks for the folder again, no more.
  await journal?.setFact('folder', folder).catch(() => {});
}
