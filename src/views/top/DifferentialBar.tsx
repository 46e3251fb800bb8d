/** Counts and shares by type over all images; each type is a switch that shows only its cells, and a place to drop cells on. */
import { Sigma } from 'lucide-react';
import { useMemo } from 'react';
import { CALL_TYPES, type CallType, CELL_TYPES, TYPE_NAMES } from '../../domain/cellType';
import { differential, share } from '../../domain/differential';
import { TYPE_COLORS } from '../../domain/palette';
import { plural } from '../../domain/plural';
import { setPanel, toggleFilter } from '../../store/actions';
import { slidesIn } from '../../store/review';
import { useStore } from '../../store/store';
import { percent } from '../parts/format';
import { TypeBadge } from '../parts/TypeBadge';
import { useCounted } from '../parts/useCounted';
import { dropOf } from '../tray/dragCells';

/** Shown also where none was seen. */
const ALWAYS: readonly CallType[] = [...CELL_TYPES, 'unidentified'];

export function DifferentialBar() {
  const { cells, cut } = useCounted();
  const filter = useStore((state) => state.typeFilter);
  const blind = useStore((state) => state.reader === 'second');
  const slides = useStore((state) => slidesIn(state.images, state.history.state).length);
  // Several slides may be of several patients: that their numbers are one here is to be seen.
  const scope = slides > 1 ? `all ${slides} slides` : '';
  const without = cut > 0 ? ` ${plural(cut, 'cell')} cut by a border left out.` : '';
  const diff = useMemo(() => differential(cells), [cells]);
  const reviewed = useMemo(() => cells.filter(({ by }) => by === 'person').length, [cells]);
  // Types that only people name take the room of those that were not seen.
  const crowded = CALL_TYPES.some((type) => !ALWAYS.includes(type) && diff.counts[type] > 0);
  const types = CALL_TYPES.filter(
    (type) => diff.counts[type] > 0 || filter === type || (!crowded && ALWAYS.includes(type)),
  );
  return (
    <section className="differential" aria-label="Differential">
      <ul aria-label={scope || undefined}>
        {types.map((type) => {
          const part = share(diff, type);
          const count = diff.counts[type];
          const of = part === null || count === 0 ? '' : `, ${part.toFixed(1)} % of ${diff.base} typed white cells`;
          const on = scope && ` on ${scope}`;
          const text = `${TYPE_NAMES[type]}: ${count}${of}`;
          return (
            <li key={type} {...dropOf(type)}>
              <button
                type="button"
                className="plain"
                aria-pressed={filter === type}
                aria-label={text}
                title={`${text}${on}. Click to show only these; drop cells here to type them so.`}
                disabled={count === 0 && filter !== type}
                onClick={() => toggleFilter(type)}
              >
                <TypeBadge type={type} size={20} />
                <span>
                  <b>{count}</b>
                  <small>
                    {/* No share where none was seen: zero of a few cells is not 0 %. */}
                    {part === null || count === 0 ? '\u2013' : part === 100 ? '100 %' : percent(part / 100)}
                  </small>
                </span>
              </button>
            </li>
          );
        })}
      </ul>
      <button
        type="button"
        className="count"
        // While a second reading is on, it opens that reading alone, and with it the way out.
        disabled={diff.total === 0 && !blind}
        title={
          blind
            ? `Second reading: how far it is, and its end (Q). ${reviewed} of ${diff.total} cells read.`
            : `Differential with intervals, sign-off, second reading, log (Q). ${reviewed} of ${diff.total} cells${scope && ` on ${scope}`} reviewed.${without}`
        }
        aria-label="Count"
        onClick={() => setPanel('count')}
      >
        <Sigma size={15} aria-hidden="true" />
        <small>
          {reviewed}/{diff.total}
        </small>
        {scope && <small className="scope">{scope}</small>}
        {cut > 0 && <small className="scope">{plural(cut, 'cut cell')} left out</small>}
      </button>
      <div className="shares" aria-hidden="true">
        {CALL_TYPES.map((type) => (
          <i key={type} style={{ flexGrow: diff.counts[type], background: TYPE_COLORS[type] }} />
        ))}
      </div>
    </section>
  );
}
