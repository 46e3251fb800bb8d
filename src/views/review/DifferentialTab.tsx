/** The differential of an image, a slide or the session: counts, exact intervals, what is missing, sign-off. */
import { useEffect, useMemo, useState } from 'react';
import { TYPE_NAMES } from '../../domain/cellType';
import { TYPE_COLORS } from '../../domain/palette';
import { plural } from '../../domain/plural';
import { type CountRow, count, missing, shareText, TARGETS, type Target, wbcText } from '../../domain/review/count';
import { setCountScope, setPreference } from '../../store/actions';
import { isCounted } from '../../store/cells';
import { setWbc } from '../../store/decide';
import { cellsOn, scopeIn, slideOf, slidesIn } from '../../store/review';
import { useStore } from '../../store/store';
import { TypeBadge } from '../parts/TypeBadge';
import { SignOff } from './SignOff';
import { SlideForm } from './SlideForm';

export function DifferentialTab() {
  const images = useStore((state) => state.images);
  const history = useStore((state) => state.history);
  const selected = useStore((state) => state.selectedImage);
  const target = useStore((state) => state.target);
  const widen = useStore((state) => state.widen);
  const countBorder = useStore((state) => state.countBorder);
  const slides = useMemo(() => slidesIn(images, history.state), [images, history.state]);
  const chosen = useStore((state) => state.countScope);
  const scope = scopeIn(chosen, slides);
  const slide = scope.startsWith('slide/') ? scope.slice(6) : slides.length === 1 ? (slides[0] ?? '') : null;
  const shown = images.filter(({ id }) =>
    scope === 'all' ? true : scope === 'image' ? id === selected : slideOf(history.state, id) === slide,
  );
  const all = shown.flatMap((image) => cellsOn(image, history.state));
  const cells = all.filter((cell) => isCounted(cell, countBorder));
  const wbc = slide === null || scope === 'image' ? null : (history.state.slides[slide]?.wbc ?? null);
  const result = count(cells, { widen, wbc });
  const { base, rows, beside, others, unidentified, reviewed, total } = result;
  const lacking = missing(base, target);
  return (
    <div className="count-tab">
      <div className="controls">
        <label>
          Count
          <select value={scope} onChange={(event) => setCountScope(event.target.value)}>
            <option value="all">the whole session ({plural(images.length, 'image')})</option>
            <option value="image">this image</option>
            {slides.map((name) => (
              <option key={name} value={`slide/${name}`}>
                slide {name === '' ? '(unnamed)' : name}
              </option>
            ))}
          </select>
        </label>
        <SlideForm slides={slides} />
        <label>
          Target
          <select value={target} onChange={(event) => setPreference({ target: Number(event.target.value) as Target })}>
            {TARGETS.map((value) => (
              <option key={value}>{value}</option>
            ))}
          </select>
        </label>
        {slide !== null && scope !== 'image' && <WbcField key={slide} slide={slide} value={wbc} />}
        <label title="Intervals are made wider by how unsure the typing itself is: the sample counts as smaller in the ratio in which p(1 - p), summed over the cells that only the model typed, adds to the variance.">
          <input type="checkbox" checked={widen} onChange={(event) => setPreference({ widen: event.target.checked })} />
          Widen by the model’s own uncertainty
        </label>
      </div>
      <p className="summary" role="status">
        <b>{base}</b> white cells typed
        {lacking > 0 ? `, ${lacking} missing to ${target}` : `, target of ${target} reached`} · <b>{reviewed}</b> of{' '}
        {total} cells reviewed, <b>{total - reviewed}</b> not
        {unidentified > 0 && ` · ${plural(unidentified, 'cell')} unidentified`}
        {all.length > cells.length && ` · ${plural(all.length - cells.length, 'cell')} cut by a border left out`}
      </p>
      <progress max={target} value={Math.min(base, target)} aria-label={`${base} of ${target} white cells`} />
      <table aria-label="Differential count">
        <thead>
          <tr>
            <th scope="col">Type</th>
            <th scope="col">Count</th>
            <th scope="col">Reviewed</th>
            <th scope="col">Share (exact 95 % interval)</th>
            <th scope="col">
              <span className="hidden">Interval drawn</span>
            </th>
            {wbc !== null && <th scope="col">10⁹/l</th>}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row key={row.type} row={row} base={base} absolute={wbc !== null} />
          ))}
        </tbody>
        {base > 0 && (
          <tfoot>
            <tr>
              <th scope="row">All of them</th>
              <td>{base}</td>
              <td>{rows.reduce((sum, row) => sum + row.reviewed, 0)}</td>
              <td>100 %</td>
              <td />
              {wbc !== null && <td>{wbc}</td>}
            </tr>
          </tfoot>
        )}
      </table>
      <p className="muted">
        {beside
          .map(({ type, count: seen, perHundred }) =>
            perHundred === null
              ? `${TYPE_NAMES[type]}s: ${seen}`
              : `${TYPE_NAMES[type]}s: ${seen}, ${perHundred.toFixed(1)} per 100 white cells`,
          )
          .join(' · ')}
        {others.length > 0 &&
          ` · not in the differential: ${others.map(({ type, count: seen }) => `${TYPE_NAMES[type].toLowerCase()} ${seen}`).join(', ')}`}
      </p>
      <p className="muted">
        Intervals after Clopper and Pearson.
        {widen &&
          ' Widened: the effective sample is smaller in the ratio in which the typing’s own variance, the sum of p(1 − p) over cells that only the model typed, adds to the sampling variance.'}
        {wbc !== null && ` ${wbcText(wbc, result)}`}
      </p>
      <SignOff slide={slide} slides={slides} />
    </div>
  );
}

function Row({ row, base, absolute }: { row: CountRow; base: number; absolute: boolean }) {
  const { type, count: seen, reviewed, interval, share } = row;
  return (
    <tr data-none={seen === 0 || undefined}>
      <th scope="row">
        <span className="typed">
          <TypeBadge type={type} size={18} />
          {TYPE_NAMES[type]}
        </span>
      </th>
      <td>{seen}</td>
      <td>{reviewed}</td>
      <td>{shareText(row, base)}</td>
      <td className="drawn" aria-hidden="true">
        {interval && (
          <span>
            <i style={{ left: `${100 * interval.low}%`, width: `${100 * (interval.high - interval.low)}%` }} />
            <em style={{ left: `${100 * (share ?? 0)}%`, background: TYPE_COLORS[type] }} />
          </span>
        )}
      </td>
      {absolute && (
        <td>
          {row.absolute
            ? `${row.absolute.value.toFixed(2)} (${row.absolute.interval.low.toFixed(2)} to ${row.absolute.interval.high.toFixed(2)})`
            : '\u2013'}
        </td>
      )}
    </tr>
  );
}

/** More than any patient has, 10^9/l: what is typed so is in cells per microlitre. */
const MOST_WBC = 1000;

function WbcField({ slide, value }: { slide: string; value: number | null }) {
  const kept = value === null ? '' : String(value);
  const [text, setText] = useState(kept);
  // It may come from elsewhere: undone, or with images that are put on this slide.
  useEffect(() => setText(kept), [kept]);
  const signed = useStore((state) => state.history.state.signatures.some((signature) => signature.slide === slide));
  const number = Number(text.replace(',', '.'));
  const isMuch = number > MOST_WBC;
  const usable = text.trim() === '' || (Number.isFinite(number) && number >= 0 && !isMuch);
  const commit = () => {
    // What was refused is not kept, so it is not shown either.
    if (usable && !setWbc(slide, text.trim() === '' ? null : number)) setText(kept);
  };
  return (
    <label title="Absolute counts are shown only where the analyser's white-cell count is typed in">
      Analyser’s WBC
      <input
        inputMode="decimal"
        size={6}
        aria-invalid={!usable}
        disabled={signed}
        value={signed ? kept : text}
        onChange={(event) => setText(event.target.value)}
        onBlur={commit}
        onKeyDown={({ key }) => key === 'Enter' && commit()}
      />
      10⁹/l
      {isMuch && (
        <small className="review" role="alert">
          In 10⁹/l: {text.trim()} per µl are {number / 1000}.
        </small>
      )}
      {signed && <small className="muted">reopen to change</small>}
    </label>
  );
}
