/**
 * The session on disk: images with their results, the original files, and the log of events, in IndexedDB. Every
 * method's promise settles once the browser has it on disk or has refused it; a refusal is a LeukolensError with code
 * 'storage-full' or 'storage-failed', and leaves what was there before.
 */
import { type IDBPObjectStore, openDB } from 'idb';
import { LeukolensError } from '../domain/errors';
import { holdLock, type Release } from './lock';
import { DATABASE, type Database, type ImageRecord, type LoggedEvent, type Schema, upgrade, VERSION } from './schema';

export type { ImageRecord, LoggedEvent } from './schema';

/** A whole session, as replaceAll takes it. */
export interface StoredSession<E = unknown> {
  images: readonly ImageRecord[];
  /** Original files by image id. */
  files: ReadonlyMap<string, Blob>;
  /** In order. */
  events: readonly E[];
}

/** What a visit finds from the one before, without its results. */
export interface Earlier {
  images: number;
  /** Images that wait or were being worked on. */
  unfinished: number;
  events: number;
  /** Of the last event; 0 where there is none. */
  lastSeq: number;
  /** Of the last image; 0 where there is none. */
  lastOrder: number;
}

const STORES = ['images', 'files', 'events', 'facts'] as const;
type Store = (typeof STORES)[number];
type StoreGetter = <Name extends Store>(name: Name) => IDBPObjectStore<Schema, Store[], Name, 'readwrite'>;
type Also = (request: Promise<unknown>) => void;
/** On disk before the promise settles, where the browser can promise that. */
const WRITE = { durability: 'strict' } as const;

/** The error as one that says what to do. */
function storageError(cause: unknown): LeukolensError {
  if (cause instanceof LeukolensError) return cause;
  const { name = '', message = String(cause) } = (cause ?? {}) as Partial<DOMException>;
  if (name === 'QuotaExceededError') {
    return new LeukolensError(
      'storage-full',
      'There is no room left in this browser to keep the session, so new work is not saved.',
      'Export the results now; then free disk space or remove images, and save again.',
      { cause },
    );
  }
  return new LeukolensError(
    'storage-failed',
    `This browser could not store the session (${name || message}).`,
    'Go on working and export the results before you close this tab. A private window stores nothing.',
    { cause },
  );
}

async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    throw storageError(thrown);
  }
}

export class Journal {
  readonly #database: Database;
  readonly #release: Release;

  private constructor(database: Database, release: Release) {
    this.#database = database;
    this.#release = release;
  }

  /**
   * Opens the journal for this tab alone; null where another tab has it. Rejects with LeukolensError where the browser
   * stores nothing, or where a newer version of the app has written the journal. onClosed: the browser has closed it
   * under us (storage cleared, or another version of the app wants to upgrade it); writes fail from then on, and it may
   * be opened again, here or in another tab.
   */
  static async open(onClosed: () => void = () => {}): Promise<Journal | null> {
    const release = await guarded(() => holdLock());
    if (!release) return null;
    const closed = () => {
      // Kept, it would shut out this very tab.
      void release();
      onClosed();
    };
    try {
      const database = await openDB<Schema>(DATABASE, VERSION, {
        upgrade: (opened, from, to, transaction) => upgrade(opened, from, to ?? VERSION, transaction as never),
        blocking: (_current, _blocked, event) => {
          (event.target as IDBDatabase | null)?.close();
          closed();
        },
        terminated: closed,
      });
      return new Journal(database, release);
    } catch (cause) {
      await release();
      if ((cause as Partial<DOMException> | null)?.name !== 'VersionError') throw storageError(cause);
      const message = 'The saved session was written by a newer version of Leukolens.';
      throw new LeukolensError('storage-failed', message, 'Reload the page to get the newer version.', { cause });
    }
  }

  /** What is there, counted; without the images named, which are this visit's own. */
  earlier(own: ReadonlySet<string> = new Set()): Promise<Earlier> {
    return guarded(async () => {
      const transaction = this.#database.transaction(['images', 'events']);
      const events = await transaction.objectStore('events').count();
      const last = await transaction.objectStore('events').openKeyCursor(null, 'prev');
      let [images, unfinished, lastOrder] = [0, 0, 0];
      for await (const { value } of transaction.objectStore('images').iterate()) {
        lastOrder = Math.max(lastOrder, value.order);
        if (own.has(value.id)) continue;
        images++;
        if (value.status === 'waiting') unfinished++;
      }
      return { images, unfinished, events, lastSeq: last?.key ?? 0, lastOrder };
    });
  }

  /** Every image, in the list's order. */
  images(): Promise<ImageRecord[]> {
    return guarded(() => this.#database.getAllFromIndex('images', 'order'));
  }

  /** Adds or replaces an image; `file` too where it is given, both or neither. */
  putImage(record: ImageRecord, file?: Blob): Promise<void> {
    return this.#write(['images', 'files'], (also, store) => {
      also(store('images').put(record));
      if (file) also(store('files').put(file, record.id));
    });
  }

  /** Forgets an image and its file; its events stay: the log is the history. */
  removeImage(id: string): Promise<void> {
    return this.#write(['images', 'files'], (also, store) => {
      also(store('images').delete(id));
      also(store('files').delete(id));
    });
  }

  /** The original file of an image, or null. Its bytes are read when they are asked for. */
  fileOf(id: string): Promise<Blob | null> {
    return guarded(async () => (await this.#database.get('files', id)) ?? null);
  }

  /** Images whose original file is there. */
  filesKept(): Promise<string[]> {
    return guarded(() => this.#database.getAllKeys('files'));
  }

  /** Appends to the log, all or none; resolves to the last one's seq (0 for no events). Events must be structured-cloneable. */
  async appendEvents(events: readonly unknown[]): Promise<number> {
    let last: Promise<number> = Promise.resolve(0);
    await this.#write(['events'], (also, store) => {
      for (const event of events) {
        last = store('events').add({ event });
        also(last);
      }
    });
    return last;
  }

  /** Puts these events in place of the log after `seq`, all or none. */
  replaceEvents(seq: number, events: readonly unknown[]): Promise<void> {
    return this.#write(['events'], (also, store) => {
      also(store('events').delete(IDBKeyRange.lowerBound(seq, true)));
      for (const event of events) also(store('events').add({ event }));
    });
  }

  /** The log after `seq`, oldest first. */
  readEvents<E = unknown>(after = 0): Promise<LoggedEvent<E>[]> {
    return guarded(
      () => this.#database.getAll('events', IDBKeyRange.lowerBound(after, true)) as Promise<LoggedEvent<E>[]>,
    );
  }

  /** A small value kept with the session; undefined where there is none. */
  fact<T = unknown>(name: string): Promise<T | undefined> {
    return guarded(() => this.#database.get('facts', name) as Promise<T | undefined>);
  }

  setFact(name: string, value: unknown): Promise<void> {
    return this.#write(['facts'], (also, store) => also(store('facts').put(value, name)));
  }

  /** Puts a session in place of the one that is there, whole or not at all. */
  replaceAll({ images, files, events }: StoredSession): Promise<void> {
    return this.#write(STORES, (also, store) => {
      for (const name of STORES) also(store(name).clear());
      for (const record of images) also(store('images').put(record));
      for (const [id, file] of files) also(store('files').put(file, id));
      for (const event of events) also(store('events').add({ event }));
    });
  }

  /** Forgets every image but these, and the events up to `seq`: what an earlier visit left behind. */
  keepOnly(imageIds: ReadonlySet<string>, seq: number): Promise<void> {
    return guarded(async () => {
      const ids = await this.#database.getAllKeys('images');
      await this.#write(STORES, (also, store) => {
        for (const id of ids) {
          if (imageIds.has(id)) continue;
          also(store('images').delete(id));
          also(store('files').delete(id));
        }
        also(store('events').delete(IDBKeyRange.upperBound(seq)));
      });
    });
  }

  /** Empties the journal. */
  clear(): Promise<void> {
    return this.replaceAll({ images: [], files: new Map(), events: [] });
  }

  /** Closes the database and lets another tab have it. */
  close(): Promise<void> {
    this.#database.close();
    return this.#release();
  }

  /** Writes that take effect together or not at all; `work` gives each one to `also`, in order. */
  #write(names: readonly Store[], work: (also: Also, store: StoreGetter) => void): Promise<void> {
    return guarded(async () => {
      const transaction = this.#database.transaction(names, 'readwrite', WRITE);
      // A request that fails takes the transaction with it: the one is waited for, the other says why.
      const also: Also = (request) => void request.catch(() => {});
      also(transaction.done);
      try {
        work(also, ((name) => transaction.objectStore(name)) as StoreGetter);
      } catch (thrown) {
        // A value that cannot be cloned throws at once and would leave the writes before it standing.
        transaction.abort();
        throw thrown;
      }
      await transaction.done;
    });
  }
}
