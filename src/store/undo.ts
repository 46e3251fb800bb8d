/** What undo and redo take, for whoever sits at the screen. */

import type { EditEvent } from '../domain/review/events';
import { eventTitle } from '../domain/review/eventTitle';
import { redoEvent, undoEvent } from '../domain/review/history';
import { selectCell, selectImage } from './actions';
import { happen, pass, placed } from './decide';
import { cellRef, parseRef } from './review';
import { type State, useStore } from './store';

const get = useStore.getState;

/**
 * What undo would take back for whoever sits at the screen: for the second reader readings alone, not the first's work. Edits of
 * images that were removed are passed over, since nothing of them is to be seen: in logs of before removals were events.
 */
export function undoable({ history, ...seat }: Pick<State, 'history' | 'reader' | 'images'>): EditEvent | undefined {
  return lastSeen(history.done, seat);
}

/** What redo would do again, as undoable. */
export function redoable({ history, ...seat }: Pick<State, 'history' | 'reader' | 'images'>): EditEvent | undefined {
  return lastSeen(history.undone, seat);
}

function lastSeen(
  stack: readonly EditEvent[],
  { reader, images }: Pick<State, 'reader' | 'images'>,
): EditEvent | undefined {
  const ids = listed(images);
  const isSeen = ({ changes }: EditEvent) => changes.some((change) => !('image' in change) || ids.has(change.image));
  const isOwn = ({ kind }: EditEvent) => reader === 'first' || kind === 'second-reading';
  // Somebody else's edit is in the way of all before it.
  const event = stack.findLast((edit) => isSeen(edit) || !isOwn(edit));
  return event && isOwn(event) ? event : undefined;
}

const idsListed = new WeakMap<State['images'], ReadonlySet<string>>();

function listed(images: State['images']): ReadonlySet<string> {
  let ids = idsListed.get(images);
  if (!ids) {
    ids = new Set(images.map(({ id }) => id));
    idsListed.set(images, ids);
  }
  return ids;
}

/** The log's undo takes edits in turn: those passed over go with the one that is meant. */
export function undo(): void {
  const event = undoable(get());
  while (event && get().history.done.includes(event) && happen(undoEvent(get().history)));
  if (event && !get().history.done.includes(event)) show('Undone', event);
}

export function redo(): void {
  const event = redoable(get());
  while (event && get().history.undone.includes(event) && happen(redoEvent(get().history)));
  if (event && !get().history.undone.includes(event)) show('Redone', event);
}

/** What was done may be of a cell, or on an image, that is not on screen: it is brought there, and named. */
function show(what: string, event: EditEvent): void {
  const { images } = get();
  const cells = event.changes.flatMap((change) => ('cell' in change ? [cellRef(change.image, change.cell)] : []));
  const on = new Set(cells.map((ref) => parseRef(ref).image));
  const [image] = on;
  if (image !== undefined && on.size === 1 && listed(images).has(image)) {
    const left = cells.find((ref) => placed(ref));
    if (left) selectCell(parseRef(left).cell, image);
    else {
      selectImage(image);
      // The one that was selected may be what is gone.
      const { selectedCell } = get();
      if (selectedCell !== null && !placed(cellRef(image, selectedCell))) selectCell(null);
    }
  }
  pass(`${what}: ${eventTitle(event, images)}.`);
}
