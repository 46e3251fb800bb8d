/** Before the page is left: what the disk has not got would be lost. */
import { isKept, settled } from './persist';
import { useStore } from './store';

/** The person was told what reloading closes, and chose it. */
let agreed = false;

/** Has the browser ask whether to leave while something is open that is not kept yet. */
export function watchLeaving(): () => void {
  addEventListener('beforeunload', ask);
  return () => removeEventListener('beforeunload', ask);
}

function ask(event: BeforeUnloadEvent): void {
  if (agreed || isKept()) return;
  event.preventDefault();
  // Older browsers ask for this alone.
  event.returnValue = true;
}

/**
 * Does what reloads the page once everything is on disk. Where that was promised and the disk then refuses, the page stays
 * and says so; where nothing is kept, that was said before. `reload` gives (a promise of) false where the
 * page stays for a reason of its own.
 */
export async function leaveFor(reload: () => unknown): Promise<void> {
  const isOpen = () => useStore.getState().journal.status === 'open';
  const promised = isOpen();
  await settled();
  if (promised && !isOpen()) return;
  agreed = true;
  if ((await reload()) === false) agreed = false;
}
