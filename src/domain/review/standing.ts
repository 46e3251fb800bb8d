/** What of a log stands: the edits that nothing took back. Pure. */
import { type EditEvent, isEdit, type ReviewEvent } from './events';

/**
 * Edits that stand, oldest first. Where another page of an image was chosen, what was decided about the page before is gone from
 * them; unlike what undo may take, all the rest stays.
 */
export function standingEdits(log: readonly ReviewEvent[]): EditEvent[] {
  let done: EditEvent[] = [];
  let undone: EditEvent[] = [];
  for (const event of log) {
    if (isEdit(event)) {
      undone = [];
      if (event.kind === 'page') done = done.map((edit) => without(edit, event));
      else done.push(event);
    } else if (event.kind === 'undo') {
      const at = done.findIndex(({ id }) => id === event.of);
      if (at >= 0) undone.push(...done.splice(at, 1));
    } else if (event.kind === 'redo') {
      const at = undone.findIndex(({ id }) => id === event.of);
      if (at >= 0) done.push(...undone.splice(at, 1));
    }
  }
  return done.filter(({ changes }) => changes.length > 0);
}

/** An edit without what it decided about cells of images that are at another page. */
function without(edit: EditEvent, page: EditEvent): EditEvent {
  const images = new Set(page.changes.flatMap((change) => ('image' in change ? [change.image] : [])));
  return { ...edit, changes: edit.changes.filter((change) => !('cell' in change && images.has(change.image))) };
}
