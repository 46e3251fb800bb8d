/** Counts and shares by type over all images; each type is a switch that shows only its cells. */
import { useMemo } from 'react';
import { CALL_TYPES, TYPE_NAMES } from '../../domain/cellType';
import { differential, share } from '../../domain/differential';
import { TYPE_COLORS } from '../../domain/palette';
import { toggleFilter } from '../../store/actions';
import { cellsOf, isCounted } from '../../store/cells';
import { useStore } from '../../store/store';
import { TypeBadge } from '../parts/TypeBadge';
import { useAnalysed } from '../parts/useAnalysed';

export function DifferentialBar() {
  const images = useAnalysed();
  const filter = useStore((state) => state.typeFilter);
  const countBorder = useStore((state) => state.countBorder);
  const diff = useMemo(() => {
    const cells = cellsOf(images).map(({ cell }) => cell);
    return differential(cells.filter((cell) => isCounted(cell, countBorder)));
  }, [images, countBorder]);
  return (
    <section className="differential" aria-label="Differential">
      <ul>
        {CALL_TYPES.map((type) => {
          const part = share(diff, type);
          const count = diff.counts[type];
          const of = part === null || count === 0 ? '' : `, ${part.toFixed(1)} % of ${diff.base} typed white cells`;
          const text = `${TYPE_NAMES[type]}: ${count}${of}`;
          return (
            <li key={type}>
              <button
                type="button"
                className="plain"
                aria-pressed={filter === type}
                aria-label={text}
                title={`${text}. Click to show only these.`}
                disabled={count === 0 && filter !== type}
                onClick={() => toggleFilter(type)}
              >
                <TypeBadge type={type} size={20} />
                <span>
                  <b>{count}</b>
                  <small>
                    {/* No share where none was seen: zero of a few cells is not 0 %. */}
                    {part === null || count === 0 ? '\u2013' : `${part.toFixed(part < 10 ? 1 : 0)} %`}
                  </small>
                </span>
              </button>
            </li>
          );
        })}
      </ul>
      <div className="shares" aria-hidden="true">
        {CALL_TYPES.map((type) => (
          <i key={type} style={{ flexGrow: diff.counts[type], background: TYPE_COLORS[type] }} />
        ))}
      </div>
    </section>
  );
}
