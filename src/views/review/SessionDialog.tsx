/** Asks before a saved session takes the place of what is open, and of an earlier one that is kept here. */
import { plural } from '../../domain/plural';
import { isBare } from '../../domain/review/events';
import { exportSession } from '../../store/exportSession';
import { agreeToSession, declineSession } from '../../store/importSession';
import { useStore } from '../../store/store';
import { useModal } from '../parts/useModal';
import './ask.css';

export default function SessionDialog() {
  const dialog = useModal();
  // Until what is open is saved: its photographs would go with it.
  const exporting = useStore((state) => state.exporting);
  const pending = useStore((state) => state.pendingSession);
  const images = useStore((state) => state.images.length);
  const events = useStore((state) => state.history.log.length);
  const earlier = useStore((state) => state.earlier);
  const bare = useStore((state) => isBare(state.history.log));
  const open = images > 0 || !bare;
  if (!pending) return null;
  return (
    <dialog ref={dialog} className="ask" aria-labelledby="ask-title" onClose={declineSession}>
      <h2 id="ask-title">Open {pending.name}?</h2>
      <p>
        It has {plural(pending.images, 'image')}, {plural(pending.cells, 'cell')} and {plural(pending.events, 'event')}{' '}
        in its log.
        {open && ` It takes the place of what is open: ${plural(images, 'image')}, ${plural(events, 'event')}.`}
      </p>
      {earlier && (
        <p>
          It{open && ' also'} erases the earlier session that is kept here: {plural(earlier.images, 'image')},{' '}
          {plural(earlier.events, 'event')}. To keep that one, cancel, choose ‘Go on where it was’ and save it first.
        </p>
      )}
      {pending.leftOut.length > 0 && (
        <ul>
          {pending.leftOut.slice(0, 8).map((line) => (
            <li key={line}>{line}</li>
          ))}
          {pending.leftOut.length > 8 && <li>and {pending.leftOut.length - 8} more</li>}
        </ul>
      )}
      <p className="buttons">
        <button type="button" className="primary" disabled={exporting} onClick={() => void agreeToSession()}>
          Open it
        </button>
        {open && (
          <button type="button" disabled={exporting} onClick={() => void exportSession('session')}>
            Save what is open first
          </button>
        )}
        <button type="button" onClick={() => dialog.current?.close()}>
          Cancel
        </button>
      </p>
    </dialog>
  );
}
