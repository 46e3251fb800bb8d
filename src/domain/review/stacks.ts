/** Which edits of a log stand, and which were taken back: what undo and redo would take. Pure. */
import { type Change, type EditEvent, isEdit, type ReviewEvent } from './events';

/** Moves edits between the two stacks as an event says; the arrays are changed. */
export function stack(event: ReviewEvent, done: EditEvent[], undone: EditEvent[]): void {
  if (isEdit(event)) {
    if (event.kind === 'page') forget(done, ofCells(event));
    else done.push(event);
    undone.length = 0;
  } else if (event.kind === 'undo') undone.push(done.pop() as EditEvent);
  else if (event.kind === 'redo') done.push(undone.pop() as EditEvent);
  else if (event.kind === 'remove') {
    // A count that moved to the slide goes from both: undone, it would come back to the one it left.
    const isCount = (change: Change) => 'slide' in change && change.slide === event.emptied;
    const isGone = (change: Change, { changes }: EditEvent) =>
      'image' in change ? change.image === event.image : changes.some(isCount);
    forget(done, isGone);
    forget(undone, isGone);
  }
}

/** Which changes are about the cells of a page that was left: the cells are gone, and their numbers are other cells' now. */
function ofCells({ changes }: EditEvent): (change: Change) => boolean {
  const images = new Set(changes.flatMap((change) => ('cell' in change ? [change.image] : [])));
  return (change) => 'cell' in change && images.has(change.image);
}

/** Takes changes out of edits, which are altered in place; what an edit decided elsewhere stays. */
function forget(edits: EditEvent[], isGone: (change: Change, edit: EditEvent) => boolean): void {
  for (const edit of edits.splice(0)) {
    const changes = edit.changes.filter((change) => !isGone(change, edit));
    if (changes.length === edit.changes.length) edits.push(edit);
    else if (changes.length > 0) edits.push({ ...edit, changes });
  }
}

/** The edits that stand after a log, oldest first: what History.done is, also for a log that is shown and not gone on with. */
export function standingEdits(log: readonly ReviewEvent[]): EditEvent[] {
  const done: EditEvent[] = [];
  const undone: EditEvent[] = [];
  for (const event of log) stack(event, done, undone);
  return done;
}
