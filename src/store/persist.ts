/** Keeps the session in the journal as it happens. The only user of journal/; nothing here rejects: state.journal says how it is. */
import { errorData } from '../domain/errors';
import { type Earlier, type ImageRecord, Journal } from '../journal/journal';
import { roomToStore } from '../journal/quota';
import { useStore } from './store';

export type { ImageRecord, LoggedEvent, StoredSession } from '../journal/journal';

let journal: Journal | null = null;
let opening: Promise<void> | null = null;
/** What was there when this visit began; gone once it was taken up or thrown away. */
let earlier: Earlier | null = null;
/** Events the journal has not taken yet, oldest first. */
let unsaved: unknown[] = [];
/** Writes one after another, so that the log keeps its order. */
let writing: Promise<unknown> = Promise.resolve();

const set = useStore.setState;

function fail(thrown: unknown): void {
  set({ journal: { status: 'failing', error: errorData(thrown) } });
}

/** Opens the journal once; later calls wait for the same opening. */
export function openJournal(): Promise<void> {
  opening ??= open();
  return opening;
}

async function open(): Promise<void> {
  try {
    journal = await Journal.open(() => {
      journal = null;
      set({ journal: { status: 'failing', error: closedError() } });
    });
    if (!journal) {
      set({ journal: { status: 'elsewhere' } });
      return;
    }
    earlier = await journal.earlier();
    const there = earlier.images > 0 || earlier.events > 0;
    if (!there) earlier = null;
    set({ journal: { status: 'open' }, earlier, room: await roomToStore() });
  } catch (thrown) {
    fail(thrown);
  }
}

const closedError = () => ({
  code: 'storage-failed' as const,
  message:
    'The browser has closed the saved session: its storage was cleared, or a newer version of the app opened it.',
  remedy: 'Export the results now, then reload the page.',
});

/** Runs a write after those before it. False where it did not reach the disk: state.journal then says why. */
function write(work: (to: Journal) => Promise<unknown>): Promise<boolean> {
  const turn = writing.then(async () => {
    await openJournal();
    if (!journal) return false;
    try {
      await work(journal);
      return true;
    } catch (thrown) {
      fail(thrown);
      return false;
    }
  });
  writing = turn;
  return turn;
}

/**
 * Appends events to the log (autosave of the review). What the disk refuses is kept and goes with the next append.
 * True once they are on disk.
 */
export function appendEvents(events: readonly unknown[]): Promise<boolean> {
  unsaved.push(...events);
  return write(async (to) => {
    const batch = unsaved;
    unsaved = [];
    try {
      await to.appendEvents(batch);
    } catch (thrown) {
      unsaved = [...batch, ...unsaved];
      throw thrown;
    }
  });
}

/** The log as it is on disk, oldest first; empty where nothing is kept. */
export async function readEvents<E = unknown>(): Promise<E[]> {
  let events: E[] = [];
  await write(async (from) => {
    events = (await from.readEvents<E>()).map(({ event }) => event);
  });
  return events;
}

/** Puts a session (an imported one) in place of what is kept, whole or not at all; true once it is on disk. */
export function replaceKept(session: Parameters<Journal['replaceAll']>[0]): Promise<boolean> {
  return write(async (to) => {
    await to.replaceAll(session);
    unsaved = [];
    earlier = null;
    set({ earlier: null });
  });
}

/** Keeps an image, and its file where it is given. */
export function keepImage(record: ImageRecord, file?: Blob): Promise<boolean> {
  return write((to) => to.putImage(record, file));
}
