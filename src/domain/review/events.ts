/**
 * The review's events. The log of them is the one truth about what people decided: it is only ever appended to, and
 * undo/redo, audit, autosave and the session file are all made of it.
 */
import type { Box } from '../box';
import type { DetectedCell } from '../cell';
import type { CallType } from '../cellType';
import type { Mask } from '../mask';
import type { Scale } from '../scale';

export type { Scale } from '../scale';

/** A cell's outline as a person left it. */
export interface Shape {
  box: Box;
  mask: Mask;
}

/** A cell that a person made: where the engine was asked to look, or out of other cells. */
export interface MadeCell extends DetectedCell {
  origin: 'added' | 'split' | 'merge' | 'imported';
  /** Ids of the cells it was made of; in logs of before, the model's view (probabilities, modelType) is the first one's. */
  parents: number[];
}

/** What can be decided about a cell, an image and a slide; what is absent was not decided. */
export interface CellFields {
  /** A person's type. */
  call: CallType;
  /** The second reader's type. */
  second: CallType;
  shape: Shape;
  made: MadeCell;
  deleted: true;
}
export interface ImageFields {
  /** Name of the slide the image belongs to. */
  slide: string;
  scale: Scale;
}
export interface SlideFields {
  /** White cells in 10^9/l as an analyser counted them. */
  wbc: number;
}

type Changed<Fields, Place> = {
  [Field in keyof Fields]: Place & { field: Field; old: Fields[Field] | null; new: Fields[Field] | null };
}[keyof Fields];

/** One value that an event changes; null where there is none. `model` keeps the engine's own call beside a person's. */
export type Change =
  | Changed<CellFields, { image: string; cell: number; model?: CallType }>
  | Changed<ImageFields, { image: string }>
  | Changed<SlideFields, { slide: string }>;

export const EDIT_KINDS = [
  'reclassify',
  'confirm',
  'second-reading',
  'add',
  'delete',
  'split',
  'merge',
  'mask',
  'slide',
  'scale',
  'wbc',
  'page',
  'import',
] as const;
export type EditKind = (typeof EDIT_KINDS)[number];

interface Base {
  /** From 1, without gaps. */
  id: number;
  /** ISO 8601, UTC. */
  at: string;
  /** The name typed once; empty where none was. */
  who: string;
}

/** Changes that were one action, and are undone as one. */
export interface EditEvent extends Base {
  kind: EditKind;
  changes: Change[];
}

/** Takes back the last edit that stands, or does again the last taken back; `of` is its id. */
export interface UndoEvent extends Base {
  kind: 'undo' | 'redo';
  of: number;
}

/** A person stands behind a slide's differential: its images cannot be changed until it is reopened. */
export interface SignEvent extends Base {
  kind: 'sign';
  slide: string;
  images: string[];
  /** Counts by type at that moment, of the types that occur. */
  counts: Partial<Record<CallType, number>>;
  /** Cells whose type is the model's and was accepted unseen. */
  unreviewed: number;
}

/** Unlocks a signed slide; not undone, since it is a fact about a day and not a state. */
export interface ReopenEvent extends Base {
  kind: 'reopen';
  slide: string;
  images: string[];
  reason: string;
}

/** A file was taken out of the list, and what was decided about it went with it; not undone, since the file is gone. */
export interface RemoveEvent extends Base {
  kind: 'remove';
  image: string;
  /** Its path, since the list no longer tells. */
  file: string;
  /** The slide that no image is left on, whose analyser's count went along: the next one there is another patient's. */
  emptied?: string;
}

export type ReviewEvent = EditEvent | UndoEvent | SignEvent | ReopenEvent | RemoveEvent;

/** What a new event says; the log adds id, time and name. */
export type NewEvent =
  | Omit<EditEvent, keyof Base>
  | Omit<UndoEvent, keyof Base>
  | Omit<SignEvent, keyof Base>
  | Omit<ReopenEvent, keyof Base>
  | Omit<RemoveEvent, keyof Base>;

export type CellReview = Partial<CellFields>;
export interface ImageReview extends Partial<ImageFields> {
  /** By cell id; cells nothing was decided about are not there. */
  cells?: Record<string, CellReview>;
}

export type Signature = Omit<SignEvent, 'kind' | 'id'>;

/** What stands after the log so far. Empty records are left out, so that undoing everything gives the start again. */
export interface ReviewState {
  images: Record<string, ImageReview>;
  slides: Record<string, Partial<SlideFields>>;
  /** Signed slides that were not reopened. */
  signatures: Signature[];
}

export const EMPTY_REVIEW: ReviewState = { images: {}, slides: {}, signatures: [] };

/** True for a log in which nobody decided anything: files were listed, and removed again. */
export function isBare(log: readonly ReviewEvent[]): boolean {
  return log.every(({ kind }) => kind === 'remove');
}

export function isEdit(event: ReviewEvent): event is EditEvent {
  return 'changes' in event;
}
