/** Keeps the review's log in the journal as it grows, and takes it up again from there. */
import { errorData } from '../domain/errors';
import type { ReviewEvent } from '../domain/review/events';
import { EMPTY_HISTORY, resumed } from '../domain/review/history';
import { appendEvents, onSessionChange, readEvents, replaceLog } from './persist';
import { useStore } from './store';

let taking = false;

/** Appends what is new in the log to the journal; a log put in place of another is kept by whoever put it there. */
export function watchReview(): () => void {
  return useStore.subscribe(({ history: { log } }, { history: { log: before } }) => {
    if (taking || log === before || log.length <= before.length) return;
    const continues = before.length === 0 || log[before.length - 1] === before[before.length - 1];
    if (continues) void appendEvents(log.slice(before.length));
  });
}

/** The log goes with the images: it is read anew when an earlier visit's are taken up or thrown away. */
export function watchSession(): () => void {
  return onSessionChange(resumeReview);
}

/** Puts a history in place of the one there is, without keeping it. */
export function takeHistory(history = EMPTY_HISTORY): void {
  taking = true;
  useStore.setState({ history, chosen: [], hovered: null });
  taking = false;
}

/**
 * Takes up what the journal holds: the log of an earlier visit, and after it what was decided since. What of it does not
 * fit is left out there too, or it would be in the way of all that follows.
 */
export async function resumeReview(): Promise<void> {
  const { history: before } = useStore.getState();
  const events = await readEvents<ReviewEvent>();
  if (!events) return;
  // Something was decided while the disk was read: it is in the log by the next time.
  if (useStore.getState().history !== before) return resumeReview();
  try {
    const { history, leftOut } = resumed(events);
    takeHistory(history);
    if (leftOut === 0) return;
    const title = `${leftOut} of the ${events.length} events in the log that was kept do not fit together and were left out.`;
    useStore.setState({ notes: { title, lines: ['Look through the cells once more before you export.'] } });
    await replaceLog();
  } catch (thrown) {
    useStore.setState({ problem: errorData(thrown) });
  }
}
