/** What was just told and is dismissed once it is read: answers to what was asked for, and an engine that stopped on the way. */
import { RotateCw } from 'lucide-react';
import { useEffect } from 'react';
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
      <Passing />
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

/** Milliseconds that what is said in passing stays. */
const STAYS = 8000;

/** Needs no answer, so it takes neither room nor the pointer, and goes by itself. */
function Passing() {
  const passing = useStore((state) => state.passing);
  useEffect(() => {
    if (!passing) return;
    const timer = setTimeout(() => useStore.setState({ passing: null }), STAYS);
    return () => clearTimeout(timer);
  }, [passing]);
  if (!passing) return null;
  return (
    <div className="passing" role="status">
      <span className="notice" data-kind="news">
        {passing.text}
      </span>
    </div>
  );
}
