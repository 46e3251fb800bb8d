/** The log and what follows from it: the state, and which edits undo and redo would take. Pure. */
import { LeukolensError } from '../errors';
import { Draft } from './draft';
import {
  type Change,
  type EditEvent,
  EMPTY_REVIEW,
  isEdit,
  type NewEvent,
  type ReviewEvent,
  type ReviewState,
  type Signature,
} from './events';
import { same } from './same';
import { stack } from './stacks';

export interface History {
  log: readonly ReviewEvent[];
  state: ReviewState;
  /** Edits that stand, oldest first: undo takes the last. Without what they decided about pages and images that are gone. */
  done: readonly EditEvent[];
  /** Edits taken back, first taken back first: redo takes the last. */
  undone: readonly EditEvent[];
}

export const EMPTY_HISTORY: History = { log: [], state: EMPTY_REVIEW, done: [], undone: [] };

/** A log longer than this is no person's work: at one event a second it is more than two days without sleep. */
export const MAX_EVENTS = 200_000;

/** The value that a change is about, as it stands; null where there is none. */
export function standing(state: ReviewState, change: Change): unknown {
  const at = (
    'slide' in change
      ? state.slides[change.slide]
      : 'cell' in change
        ? state.images[change.image]?.cells?.[change.cell]
        : state.images[change.image]
  ) as Record<string, unknown> | undefined;
  return at?.[change.field] ?? null;
}

function conflict(what: string): LeukolensError {
  return new LeukolensError('review-conflict', what, 'Nothing was changed.');
}

/** Sets what the changes say; each must start from what stands. */
function applied(state: ReviewState, changes: readonly Change[]): ReviewState {
  const draft = new Draft(state);
  for (const change of changes) {
    if (!same(standing(draft.state, change), change.old)) {
      throw conflict(`The review does not fit: the ${change.field} it starts from is not the one that stands.`);
    }
    draft.put(change, change.new);
  }
  return draft.done();
}

/** Sets everything back, last first. */
function reverted(state: ReviewState, changes: readonly Change[]): ReviewState {
  const draft = new Draft(state);
  for (const change of [...changes].reverse()) draft.put(change, change.old);
  return draft.done();
}

/** The signature that locks an image, if one does. */
export function signatureOf(state: ReviewState, image: string) {
  return state.signatures.find(({ images }) => images.includes(image));
}

/** Images that a change touches: of an analyser's count all of its slide's that are signed. */
function lockedBy(state: ReviewState, changes: readonly Change[]) {
  for (const change of changes) {
    // A second reading changes nothing that was signed.
    if (change.field === 'second') continue;
    const signature =
      'slide' in change
        ? state.signatures.find(({ slide }) => slide === change.slide)
        : signatureOf(state, change.image);
    if (signature) return signature;
  }
  return undefined;
}

function unlocked(state: ReviewState, changes: readonly Change[]): void {
  const signature = lockedBy(state, changes);
  if (signature) throw signedError(signature);
}

/** What a signature that is in the way says. */
export function signedError({ slide, who }: Pick<Signature, 'slide' | 'who'>): LeukolensError {
  const by = who ? ` by ${who}` : '';
  return new LeukolensError(
    'slide-signed',
    `${slideTitle(slide)} was signed off${by} and is locked.`,
    'Reopen it in the differential to change it; the reopening is logged.',
  );
}

/** The signature of a slide that an event would put an image on; undone, an edit puts it where it was. */
function signatureJoined({ state, done, undone }: History, event: NewEvent): Signature | undefined {
  const back = event.kind === 'undo';
  const edit = 'changes' in event ? event : back ? done.at(-1) : event.kind === 'redo' ? undone.at(-1) : undefined;
  const slides = (edit?.changes ?? []).flatMap((change) =>
    change.field === 'slide' ? [(back ? change.old : change.new) ?? ''] : [],
  );
  return state.signatures.find(({ slide }) => slides.includes(slide));
}

/** How a slide is named on screen; images that were put on none form one too. */
export function slideTitle(slide: string): string {
  return slide === '' ? 'The unnamed slide' : `Slide ${slide}`;
}

/** The state after an event, given the edits that undo and redo would take; throws where it does not fit. */
function stepped(state: ReviewState, event: ReviewEvent, done?: EditEvent, undone?: EditEvent): ReviewState {
  if (isEdit(event)) {
    unlocked(state, event.changes);
    return applied(state, event.changes);
  }
  switch (event.kind) {
    case 'undo':
      if (done?.id !== event.of) throw conflict('There is nothing like that to undo.');
      unlocked(state, done.changes);
      return reverted(state, done.changes);
    case 'redo':
      if (undone?.id !== event.of) throw conflict('There is nothing like that to redo.');
      unlocked(state, undone.changes);
      return applied(state, undone.changes);
    case 'sign': {
      if (event.images.some((image) => signatureOf(state, image))) throw conflict('The slide is signed off already.');
      const { id: _, kind: __, ...signature } = event;
      return { ...state, signatures: [...state.signatures, signature] };
    }
    case 'reopen': {
      const signatures = state.signatures.filter(({ slide }) => slide !== event.slide);
      if (signatures.length === state.signatures.length) throw conflict('The slide is not signed off.');
      return { ...state, signatures };
    }
    case 'remove': {
      const signature = signatureOf(state, event.image);
      if (signature) throw signedError(signature);
      const { [event.image]: _, ...images } = state.images;
      const slides = Object.entries(state.slides).filter(([slide]) => slide !== event.emptied);
      return { ...state, images, slides: Object.fromEntries(slides) };
    }
  }
}

/** The history with one more event; throws LeukolensError, and changes nothing, where it does not fit. */
export function append({ log, state, done, undone }: History, event: ReviewEvent): History {
  if (event.id !== log.length + 1) throw conflict(`Event ${event.id} is not the next one.`);
  const next: History = {
    log: [...log, event],
    state: stepped(state, event, done.at(-1), undone.at(-1)),
    done: [...done],
    undone: [...undone],
  };
  stack(event, next.done as EditEvent[], next.undone as EditEvent[]);
  return next;
}

/**
 * Stamps what happened with the next id, a time and a name, and appends it. Nothing is put on a signed slide; logs of before
 * that was so are still read, so it is asked here and not of every event.
 */
export function record(history: History, what: NewEvent, who: string, at: Date): History {
  const signature = signatureJoined(history, what);
  if (signature) throw signedError(signature);
  return append(history, { id: history.log.length + 1, at: at.toISOString(), who, ...what } as ReviewEvent);
}

/** The event that would undo (redo) the last edit, or null where there is none. */
export function undoEvent({ done }: History): NewEvent | null {
  const last = done.at(-1);
  return last ? { kind: 'undo', of: last.id } : null;
}

export function redoEvent({ undone }: History): NewEvent | null {
  const last = undone.at(-1);
  return last ? { kind: 'redo', of: last.id } : null;
}

/**
 * Logs of visits that did not know of each other, kept one after the other, as one: where the numbers begin again, what
 * follows is numbered on. Such visits decide about different images, so little of one is in the other's way.
 */
export function joined(events: readonly ReviewEvent[]): ReviewEvent[] {
  const log: ReviewEvent[] = [];
  let offset = 0;
  for (const event of events) {
    if (event.id === log.length + 1) offset = 0;
    else if (event.id === 1) offset = log.length;
    const of = 'of' in event ? { of: event.of + offset } : {};
    log.push({ ...event, ...of, id: event.id + offset });
  }
  return log;
}

/** Throws LeukolensError for a log that is too long to be read. */
export function limitLength(length: number): void {
  if (length <= MAX_EVENTS) return;
  throw new LeukolensError(
    'damaged-session',
    `The log has ${length} events; at most ${MAX_EVENTS} are read.`,
    'Such a log was not made by hand: open the session it was made from.',
  );
}

/** The history that a log gives. Throws LeukolensError naming the first event that does not fit. */
export function replay(log: readonly ReviewEvent[]): History {
  limitLength(log.length);
  let state = EMPTY_REVIEW;
  const done: EditEvent[] = [];
  const undone: EditEvent[] = [];
  log.forEach((event, i) => {
    try {
      if (event.id !== i + 1) throw conflict(`its number is ${event.id}.`);
      state = stepped(state, event, done.at(-1), undone.at(-1));
      stack(event, done, undone);
    } catch (cause) {
      if (!(cause instanceof LeukolensError)) throw cause;
      throw new LeukolensError(
        'damaged-session',
        `The session's log does not fit together at event ${i + 1}: ${cause.message}`,
        'It was changed outside the app: open an earlier copy.',
        { cause },
      );
    }
  });
  return { log: [...log], state, done, undone };
}

/** An event on top of what stands: of a slide, which visits may share, the later word counts. */
function onTop(state: ReviewState, event: ReviewEvent): ReviewEvent {
  if (!isEdit(event)) return event;
  const old = (change: Change) => ('slide' in change ? { old: standing(state, change) } : {});
  return { ...event, changes: event.changes.map((change) => ({ ...change, ...old(change) }) as Change) };
}

/**
 * The history of logs that visits left one after the other, as far as it can be had: an event that does not fit is left
 * out, and with it those that rest on it. Throws LeukolensError for logs that are too long.
 */
export function resumed(events: readonly ReviewEvent[]): { history: History; leftOut: number } {
  limitLength(events.length);
  const log: ReviewEvent[] = [];
  let state = EMPTY_REVIEW;
  const done: EditEvent[] = [];
  const undone: EditEvent[] = [];
  /** By the numbers in the joined logs: those that the events have now. */
  const numbers = new Map<number, number>();
  for (const event of joined(events)) {
    const of = 'of' in event ? { of: numbers.get(event.of) ?? 0 } : {};
    const next = onTop(state, { ...event, ...of, id: log.length + 1 });
    try {
      state = stepped(state, next, done.at(-1), undone.at(-1));
    } catch (cause) {
      if (!(cause instanceof LeukolensError)) throw cause;
      continue;
    }
    stack(next, done, undone);
    log.push(next);
    numbers.set(event.id, next.id);
  }
  return { history: { log, state, done, undone }, leftOut: events.length - log.length };
}
