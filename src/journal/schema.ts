/** The journal's database: its stores, its version, and how older versions become this one. */
import type { DBSchema, IDBPDatabase, IDBPTransaction, StoreNames } from 'idb';
import type { ErrorData } from '../domain/errors';
import type { Analysis } from '../domain/smear';

export const DATABASE = 'leukolens';
/** Rises with every change of the stores or of what is in them; `upgrade` takes each older version along. */
export const VERSION = 1;

/** What is kept of an image besides its bytes. */
export interface ImageRecord {
  id: string;
  name: string;
  /** With folders, where it was dropped from one. */
  path: string;
  /** Bytes. */
  size: number;
  /** Of the file's bytes, hexadecimal; empty where it was not computed. */
  sha256: string;
  /** Place in the list; ascending, with gaps. */
  order: number;
  /** 'working' is never kept: what was being worked on when the tab went is 'waiting'. */
  status: 'waiting' | 'done' | 'failed' | 'cancelled' | 'duplicate';
  error: ErrorData | null;
  analysis: Analysis | null;
  /** Wall milliseconds of the analysis. */
  ms: number;
  /** Anything else that the store keeps with an image: its scale, the page of a stack. Structured-cloneable. */
  extra?: Record<string, unknown>;
}

/** An event of the review's log, as it was appended. */
export interface LoggedEvent<E = unknown> {
  /** Ascending, never used twice within a session. */
  seq: number;
  event: E;
}

export interface Schema extends DBSchema {
  images: { key: string; value: ImageRecord; indexes: { order: number } };
  /** Original files by image id. Blobs stay on disk until they are read. */
  files: { key: string; value: Blob };
  /** Append-only. */
  events: { key: number; value: { seq?: number; event: unknown } };
  /** Small facts about the session by name. */
  facts: { key: string; value: unknown };
}

export type Database = IDBPDatabase<Schema>;
type Upgrade = IDBPTransaction<Schema, StoreNames<Schema>[], 'versionchange'>;

/** Steps from each version to the next; step 0 makes version 1 of nothing. Steps once released are never changed. */
const steps: ((database: Database, transaction: Upgrade) => void | Promise<void>)[] = [
  (database) => {
    database.createObjectStore('images', { keyPath: 'id' }).createIndex('order', 'order');
    database.createObjectStore('files');
    database.createObjectStore('events', { keyPath: 'seq', autoIncrement: true });
    database.createObjectStore('facts');
  },
];

/** Runs the steps that lie between an older version and `to`. */
export async function upgrade(database: Database, from: number, to: number, transaction: Upgrade): Promise<void> {
  for (const step of steps.slice(from, to)) await step(database, transaction);
}
