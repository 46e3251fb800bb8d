/** How the gallery is sorted, how large its pictures are, and which cells it lets through. */
import { ArrowDown, ArrowUp, SlidersHorizontal } from 'lucide-react';
import { type ChangeEvent, useState } from 'react';
import { setLimits, setPreference } from '../../store/actions';
import { SORT_NAMES, sortSeen, sortsSeen } from '../../store/gallery';
import { useStore } from '../../store/store';
import { type Limits, NO_LIMITS, type Sort } from '../../store/view';
import { Popover } from '../parts/Popover';

export function GalleryBar() {
  const sort = useStore(sortSeen);
  const sorts = useStore((state) => sortsSeen(state.reader));
  const down = useStore((state) => state.sortDown);
  const limits = useStore((state) => state.limits);
  const active = Object.values(limits).filter((value) => value !== null && value !== 'all').length;
  return (
    <span className="gallery-bar">
      <select
        aria-label="Sort by"
        title="Within a type, cells are sorted by this"
        value={sort}
        onChange={({ target }) => setPreference({ sort: target.value as Sort })}
      >
        {sorts.map((name) => (
          <option key={name} value={name}>
            {SORT_NAMES[name]}
          </option>
        ))}
      </select>
      <button
        type="button"
        className="plain"
        aria-label={down ? 'Highest first' : 'Lowest first'}
        title={down ? 'Highest first; click for lowest' : 'Lowest first; click for highest'}
        onClick={() => setPreference({ sortDown: !down })}
      >
        {down ? <ArrowDown size={14} aria-hidden="true" /> : <ArrowUp size={14} aria-hidden="true" />}
      </button>
      <Popover
        className="plain"
        title="Size of the pictures, and filters"
        label="Filters"
        button={
          <>
            <SlidersHorizontal size={14} aria-hidden="true" />
            <span className="hidden">Filters</span>
            {active > 0 && <b>{active}</b>}
          </>
        }
      >
        {() => <Filters limits={limits} />}
      </Popover>
    </span>
  );
}

function Filters({ limits }: { limits: Limits }) {
  const size = useStore((state) => state.thumbSize);
  const blind = useStore((state) => state.reader === 'second');
  const areaFrom = useTyped('areaFrom', limits.areaFrom);
  const areaTo = useTyped('areaTo', limits.areaTo);
  return (
    <div className="filters">
      <label>
        Picture size
        <input
          type="range"
          min={36}
          max={160}
          step={4}
          value={size}
          onChange={({ target }) => setPreference({ thumbSize: target.valueAsNumber })}
        />
        <output>{size} px</output>
      </label>
      {!blind && (
        <>
          <Share label="Confidence at most" name="confidence" value={limits.confidence} />
          <Share label="Consistency at most" name="consistency" value={limits.consistency} />
        </>
      )}
      <label>
        Area from
        <input inputMode="numeric" size={6} {...areaFrom} />
        to
        <input inputMode="numeric" size={6} aria-label="Area to" {...areaTo} />
        px
      </label>
      <label>
        Show
        <select
          value={limits.reviewed}
          onChange={({ target }) => setLimits({ reviewed: target.value as Limits['reviewed'] })}
        >
          <option value="all">all cells</option>
          <option value="unreviewed">only those not reviewed</option>
          <option value="reviewed">only those reviewed</option>
        </select>
      </label>
      <button type="button" onClick={() => setLimits(NO_LIMITS)}>
        No filter
      </button>
    </div>
  );
}

const number = (text: string) => (text.trim() === '' || Number.isNaN(Number(text)) ? null : Number(text));

/** What was typed stays as it is for as long as it is the limit; set elsewhere, the limit is shown. */
function useTyped(name: 'areaFrom' | 'areaTo', limit: number | null) {
  const [typed, setTyped] = useState('');
  return {
    value: number(typed) === limit ? typed : (limit ?? ''),
    onChange: ({ target }: ChangeEvent<HTMLInputElement>) => {
      setTyped(target.value);
      setLimits({ [name]: number(target.value) });
    },
  };
}

function Share({ label, name, value }: { label: string; name: 'confidence' | 'consistency'; value: number | null }) {
  return (
    <label>
      {label}
      <input
        type="range"
        min={0}
        max={1}
        step={0.01}
        value={value ?? 1}
        onChange={({ target }) => setLimits({ [name]: target.valueAsNumber >= 1 ? null : target.valueAsNumber })}
      />
      <output>{value === null ? 'any' : `${Math.round(100 * value)} %`}</output>
    </label>
  );
}
