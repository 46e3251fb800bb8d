/** What was just told and is dismissed once it is read: answers to what was asked for, and an engine that stopped on the way. */
import { RotateCw } from 'lucide-react';
import { panelSeen } from '../../store/review';
import { useStore } from '../../store/store';
import { Problem } from './Problem';

export function Told() {
  const panel = useStore(panelSeen);
  const notes = useStore((state) => state.notes);
  const recovered = useStore((state) => state.recovered);
  return (
    <>
      {/* The count's dialog says it itself. */}
      {(panel === null || panel === 'palette') && <Problem />}
      {notes && (
        <div className="notice" role="status">
          <span>
            {notes.title} {notes.lines.slice(0, 3).join(' ')}
            {notes.lines.length > 3 && ` And ${notes.lines.length - 3} more.`}
          </span>
          <button type="button" onClick={() => useStore.setState({ notes: null })}>
            Dismiss
          </button>
        </div>
      )}
      {recovered && (
        <div className="notice" data-kind="news" role="status">
          <RotateCw size={16} aria-hidden="true" />
          <span>
            The analysis engine stopped at <bdi>{recovered}</bdi> and was started again; that file is tried once more,
            and nothing else was lost.
          </span>
          <button type="button" onClick={() => useStore.setState({ recovered: null })}>
            Dismiss
          </button>
        </div>
      )}
    </>
  );
}
