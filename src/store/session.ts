/** Slice: whether the session is kept on this device, and what an earlier visit left. */
import type { ErrorData } from '../domain/errors';

export type JournalState =
  /** Being opened, or not asked for yet. */
  | { status: 'closed' }
  /** A script drives the page and wants nothing kept. */
  | { status: 'off' }
  /** Everything so far is on disk, or on its way there. */
  | { status: 'open' }
  /** Another tab keeps its session; this tab's is not kept. */
  | { status: 'elsewhere' }
  /** The browser refused to store; what is said is what to do. The session goes on in memory. */
  | { status: 'failing'; error: ErrorData };

export interface SessionSlice {
  journal: JournalState;
  /** Left by an earlier visit and neither taken up nor thrown away yet; null: nothing. */
  earlier: { images: number; unfinished: number; events: number } | null;
  /** Bytes the browser will still store, and whether it promised to keep them; null until it was asked. */
  room: { free: number; persisted: boolean } | null;
  /** False while there is no room for the image files: results alone are kept. */
  filesKept: boolean;
  /** Images that are kept without their files, which could no longer be read by then; until this was read. */
  unkept: readonly string[];
  /** Files on their way to the disk. */
  keeping: number;
  /** The folder that was opened last, where the browser hands out folders. */
  folder: FileSystemDirectoryHandle | null;
  /** The file at which the engine stopped and was started again; null where it did not, or once this was read. */
  recovered: string | null;
}

export const sessionInitial: SessionSlice = {
  journal: { status: 'closed' },
  earlier: null,
  room: null,
  filesKept: true,
  unkept: [],
  keeping: 0,
  folder: null,
  recovered: null,
};
