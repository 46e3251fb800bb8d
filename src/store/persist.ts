/**
 * Keeps the session in the journal as it happens: whatever changes about an image is written at once, and again until the
 * disk has taken it. The only user of journal/; nothing here rejects: state.journal says how it is.
 */
import { errorData } from '../domain/errors';
import type { Scale } from '../domain/scale';
import { type ImageRecord, Journal, type StoredSession } from '../journal/journal';
import { roomToStore } from '../journal/quota';
import { type ImageEntry, newEntry } from './images';
import { useStore } from './store';

export type { ImageRecord, LoggedEvent, StoredSession } from '../journal/journal';

const get = useStore.getState;
const set = useStore.setState;

let journal: Journal | null = null;
let opening: Promise<void> | null = null;
/** Of the last event that an earlier visit left. */
let earlierSeq = 0;
/** Of the last image that an earlier visit left: new ones are listed after it. */
let earlierOrder = 0;
/** Images to be written (or forgotten, where they are no longer in the state). */
const dirty = new Set<string>();
/** Files that are to be written with their image. */
const unkept = new Map<string, Blob>();
/** Events the journal has not taken yet, oldest first. */
let unsaved: unknown[] = [];
let pumping: Promise<void> | null = null;
/** Called when a whole session has come from the journal, or has been thrown away. */
const listeners = new Set<() => void>();

/** Opens the journal once; later calls wait for the same opening. */
export function openJournal(): Promise<void> {
  opening ??= open();
  return opening;
}

/** Tries again after another tab had it, or after a failure. */
export async function reopenJournal(): Promise<void> {
  if (!journal) opening = null;
  await openJournal();
  if (!journal) return;
  // What is said stays until everything is on disk: pump says when.
  for (const { id } of get().images) dirty.add(id);
  await pump();
}

async function open(): Promise<void> {
  // A script that drives the page over thousands of files wants no copy of them.
  if (new URLSearchParams(globalThis.location?.search).get('keep') === '0') return;
  try {
    journal = await Journal.open(() => {
      journal = null;
      const message =
        'The browser has closed the saved session: its storage was cleared, or a newer version of the app opened it.';
      const remedy = 'Export the results now, then reload the page.';
      set({ journal: { status: 'failing', error: { code: 'storage-failed', message, remedy } } });
    });
    if (!journal) {
      set({ journal: { status: 'elsewhere' } });
      return;
    }
    const { lastSeq, lastOrder, ...earlier } = await journal.earlier();
    earlierSeq = lastSeq;
    earlierOrder = lastOrder;
    const there = earlier.images > 0 || earlier.events > 0;
    const folder = (await journal.fact<FileSystemDirectoryHandle>('folder')) ?? null;
    set({ journal: { status: 'open' }, earlier: there ? earlier : null, folder, room: await roomToStore() });
  } catch (thrown) {
    journal = null;
    set({ journal: { status: 'failing', error: errorData(thrown) } });
  }
}

/** The order of the next image in the list. */
export function nextOrder(): number {
  return Math.max(earlierOrder, get().images.at(-1)?.order ?? 0) + 1;
}

/** What of an image is kept. */
export function recordOf(image: ImageEntry): ImageRecord {
  const { id, name, path, size, sha256, order, error, analysis, ms, scale, width, height, pages, page, duplicateOf } =
    image;
  const status = image.status === 'working' ? 'waiting' : image.status;
  const extra = { scale, width, height, pages, page, duplicateOf };
  return { id, name, path, size, sha256, order, status, error, analysis, ms, extra };
}

function entryOf({ extra = {}, ...record }: ImageRecord): ImageEntry {
  const {
    scale = null,
    width = 0,
    height = 0,
    pages = 1,
    page = null,
    duplicateOf = null,
  } = extra as {
    scale?: Scale | null;
    width?: number;
    height?: number;
    pages?: number;
    page?: number | null;
    duplicateOf?: string | null;
  };
  return { ...newEntry(record), ...record, scale, width, height, pages, page, duplicateOf };
}

const KEPT = [
  ...['status', 'error', 'analysis', 'sha256', 'scale', 'width', 'pages', 'page', 'duplicateOf'],
] as (keyof ImageEntry)[];

/** True where nothing has changed that is kept. */
function sameRecord(a: ImageEntry, b: ImageEntry): boolean {
  return KEPT.every((key) => a[key] === b[key]);
}

useStore.subscribe((state, before) => {
  if (state.images === before.images) return;
  const known = new Map(before.images.map((image) => [image.id, image]));
  for (const image of state.images) {
    const old = known.get(image.id);
    known.delete(image.id);
    if (old === image) continue;
    // 'working' is kept as 'waiting': that it has begun need not be written.
    if (!old || (image.status !== 'working' && !sameRecord(old, image))) dirty.add(image.id);
  }
  for (const id of known.keys()) dirty.add(id);
  if (dirty.size > 0) void pump();
});

/** Has an image's file kept with it. */
export function keepWithImage(id: string, file: Blob): void {
  unkept.set(id, file);
  dirty.add(id);
}

/** Writes what has changed until nothing is left, or until the disk refuses. */
function pump(): Promise<void> {
  pumping ??= (async () => {
    // Changes of one moment become one write.
    await Promise.resolve();
    await openJournal();
    try {
      while (journal && (unsaved.length > 0 || dirty.size > 0)) await writeNext(journal);
      if (journal && get().journal.status !== 'open') set({ journal: { status: 'open' } });
    } catch (thrown) {
      set({ journal: { status: 'failing', error: errorData(thrown) } });
    }
    set({ keeping: journal ? unkept.size : 0 });
  })().finally(() => {
    pumping = null;
  });
  return pumping;
}

async function writeNext(to: Journal): Promise<void> {
  if (unsaved.length > 0) {
    const batch = unsaved;
    await to.appendEvents(batch);
    unsaved = unsaved.slice(batch.length);
    return;
  }
  const [id] = dirty;
  if (id === undefined) return;
  const image = get().images.find((candidate) => candidate.id === id);
  const file = unkept.get(id);
  dirty.delete(id);
  try {
    if (image) await writeImage(to, image, file);
    else await to.removeImage(id);
    if (unkept.delete(id)) set({ keeping: unkept.size });
  } catch (thrown) {
    dirty.add(id);
    throw thrown;
  }
}

/** Where there is no room for the file, its results are kept without it, and that is said. */
async function writeImage(to: Journal, image: ImageEntry, file: Blob | undefined): Promise<void> {
  if (file && get().filesKept) {
    try {
      return await to.putImage(recordOf(image), file);
    } catch (thrown) {
      if (errorData(thrown).code !== 'storage-full') throw thrown;
      set({ filesKept: false });
    }
  }
  await to.putImage(recordOf(image));
}

/** Asked before files are taken in: says so where there is not enough room for them. */
export async function makeRoom(bytes: number): Promise<void> {
  await openJournal();
  if (!journal) return;
  const room = await roomToStore();
  set({ room, ...(room.free < bytes && { filesKept: false }) });
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
  unsaved = [...unsaved, ...events];
  await settled();
  return unsaved.length === 0;
}

/** Waits until what has changed is on disk, or refused. */
export async function settled(): Promise<void> {
  if (pumping) await pumping;
  await pump();
}

/** The log as it is on disk, oldest first; empty where nothing is kept. */
export async function readEvents<E = unknown>(): Promise<E[]> {
  await settled();
  const events = await journal?.readEvents<E>().catch(() => []);
  return (events ?? []).map(({ event }) => event);
}

/** Puts a session (an imported one) in place of what is kept, whole or not at all; true once it is on disk. */
export async function replaceKept(session: StoredSession): Promise<boolean> {
  await settled();
  if (!journal) return false;
  try {
    await journal.replaceAll(session);
    [unsaved, earlierSeq] = [[], 0];
    set({ earlier: null });
    return true;
  } catch (thrown) {
    set({ journal: { status: 'failing', error: errorData(thrown) } });
    return false;
  }
}

/** Called after a session was taken up from the journal, or thrown away: the log is to be read anew. */
export function onSessionChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Lists again what an earlier visit left, before what is there now; its unfinished files wait. */
export async function takeUp(): Promise<void> {
  if (!journal || !get().earlier) return;
  try {
    const present = new Set(get().images.map(({ id }) => id));
    const records = (await journal.images()).filter(({ id }) => !present.has(id));
    set((state) => ({
      images: [...records.map(entryOf), ...state.images].sort((a, b) => a.order - b.order),
      earlier: null,
      selectedImage: state.selectedImage ?? records[0]?.id ?? null,
    }));
    earlierSeq = 0;
    for (const listener of listeners) listener();
  } catch (thrown) {
    set({ journal: { status: 'failing', error: errorData(thrown) } });
  }
}

/** Forgets what an earlier visit left; what is new stays. */
export async function throwAway(): Promise<void> {
  await settled();
  try {
    await journal?.keepOnly(new Set(get().images.map(({ id }) => id)), earlierSeq);
    earlierSeq = 0;
    set({ earlier: null, filesKept: true, room: await roomToStore() });
    for (const listener of listeners) listener();
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
