/** The cells of the image on screen as a table: everything the outlines say, in words. Only rows near the view exist. */
import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import { Fragment, type KeyboardEvent, memo, useEffect, useRef } from 'react';
import { type CallType, TYPE_NAMES } from '../../domain/cellType';
import { squareMicrometres } from '../../domain/measure/scale';
import { isBoxOnly, isUnseen, type ReviewCell } from '../../domain/review/cells';
import type { Scale } from '../../domain/scale';
import { selectCell, stepCell } from '../../store/actions';
import { nucleusToCytoplasm, passes } from '../../store/cells';
import type { ImageEntry } from '../../store/images';
import { cellsSeen } from '../../store/review';
import { scaleOf } from '../../store/scale';
import { useStore } from '../../store/store';
import { percent, pixels } from '../parts/format';
import { TypeBadge } from '../parts/TypeBadge';

/** Px of a row. */
const ROW = 26;
/** Px that Shift with an arrow moves a table that is wider than its place. */
const ACROSS: Partial<Record<string, number>> = { ArrowLeft: -80, ArrowRight: 80 };
/** Rows that exist above and below those in view: an ordinary field's are all there, also for the browser's own search. */
const BEYOND = 50;

export function CellsTable({ image, filter }: { image: ImageEntry | undefined; filter: CallType | null }) {
  const selected = useStore((state) => state.selectedCell);
  const body = useRef<HTMLTableSectionElement>(null);
  const seen = useStore((state) => cellsSeen(image, state));
  const blind = useStore((state) => state.reader === 'second');
  const scale = useStore((state) => (image ? scaleOf(image, state.history.state) : null));
  const cells = seen.filter((cell) => passes(filter, cell));
  const at = cells.findIndex(({ id }) => id === selected);
  // One row is in the tab order; the arrow keys go on from there.
  const stop = Math.max(0, at);
  const rows = useVirtualizer({
    count: cells.length,
    getScrollElement: () => body.current?.closest('section') ?? null,
    initialRect: { width: 0, height: 20 * ROW },
    estimateSize: () => ROW,
    overscan: BEYOND,
    // That one is there wherever the view is, or Tab and the keys would lose it.
    rangeExtractor: (range) => [...new Set([...defaultRangeExtractor(range), stop])].sort((a, b) => a - b),
  });
  useEffect(() => {
    const row = selected === null ? null : body.current?.querySelector<HTMLElement>('[aria-current]');
    if (row) scrollWithin(row.closest('section'), row);
    // Walking with the keys inside the table takes the focus along.
    if (row && body.current?.contains(document.activeElement)) row.querySelector('button')?.focus();
  }, [selected]);
  if (!image?.analysis) return <p className="muted nothing">The cells of this image are listed here.</p>;
  if (cells.length === 0) {
    const none = image.analysis.cells.length === 0 ? 'No white blood cell found in this image.' : 'No cell left.';
    return <p className="muted nothing">{seen.length === 0 ? none : 'No cell of this type.'}</p>;
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const across = event.shiftKey && ACROSS[event.key];
    if (across) {
      event.preventDefault();
      body.current?.closest('section')?.scrollBy({ left: across });
      return;
    }
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    event.preventDefault();
    stepCell(event.key === 'ArrowDown' ? 1 : -1);
  };
  const unit = scale ? 'µm²' : 'px';
  const shown = rows.getVirtualItems();
  const total = rows.getTotalSize();
  return (
    <table aria-label="Cells" aria-rowcount={cells.length + 1}>
      <thead>
        <tr aria-rowindex={1}>
          <th scope="col">Cell</th>
          <th scope="col">Type</th>
          <th scope="col" title="Who the type is by: a person's is ticked">
            By
          </th>
          <th
            scope="col"
            title="The model’s most probable type where it is another than the cell’s, and its probability"
          >
            Model
          </th>
          <th scope="col" className="wide" title="x0, y0 – x1, y1 in px of the image">
            Box
          </th>
          <th scope="col" title={`Area of the whole cell in ${unit}`}>
            Cell {unit}
          </th>
          <th scope="col" title={`Area of the nucleus in ${unit}`}>
            Nucleus {unit}
          </th>
          <th scope="col" title="Area of the nucleus over area of the cytoplasm">
            N:C
          </th>
        </tr>
      </thead>
      <tbody ref={body} onKeyDown={onKeyDown}>
        {shown.map(({ index, start }, i) => {
          const cell = cells[index];
          return (
            cell && (
              <Fragment key={cell.id}>
                <Gap height={start - (shown[i - 1]?.end ?? 0)} />
                <Row
                  cell={cell}
                  place={index + 2}
                  selected={index === at}
                  stop={index === stop}
                  blind={blind}
                  scale={scale}
                />
              </Fragment>
            )
          );
        })}
        <Gap height={total - (shown.at(-1)?.end ?? 0)} />
      </tbody>
    </table>
  );
}

/** Brings a row into its own table's view: in a small window the page scrolls too, and must stay where one works. */
function scrollWithin(view: Element | null, row: Element): void {
  if (!view) return;
  const [outer, inner] = [view.getBoundingClientRect(), row.getBoundingClientRect()];
  const from = view.querySelector('thead')?.getBoundingClientRect().bottom ?? outer.top;
  if (inner.top < from) view.scrollTop -= from - inner.top;
  else if (inner.bottom > outer.bottom) view.scrollTop += inner.bottom - outer.bottom;
}

/** In place of rows that are out of view. */
function Gap({ height }: { height: number }) {
  if (height <= 0) return null;
  // biome-ignore lint/a11y/noAriaHiddenOnFocusable: nothing in it takes the focus.
  return <tr aria-hidden="true" style={{ height, pointerEvents: 'none' }} />;
}

interface RowProps {
  cell: ReviewCell;
  /** From 1, the heading's. */
  place: number;
  selected: boolean;
  stop: boolean;
  blind: boolean;
  scale: Scale | null;
}

const Row = memo(function Row({ cell, place, selected, stop, blind, scale }: RowProps) {
  const { id, type, by, modelType, confidence, box, areas } = cell;
  const ratio = nucleusToCytoplasm(cell);
  const area = (px: number) => squareMicrometres(px, scale)?.toFixed(1) ?? pixels(px);
  return (
    <tr aria-rowindex={place} aria-current={selected || undefined} onClick={() => selectCell(id)}>
      <th scope="row">
        <button type="button" className="plain" data-cell tabIndex={stop ? 0 : -1} aria-label={`Cell ${id}`}>
          {id}
        </button>
      </th>
      <td title={TYPE_NAMES[type]}>
        <span className="typed">
          <TypeBadge type={type} size={16} />
          {TYPE_NAMES[type]}
        </span>
      </td>
      <td className="muted by" data-by={by}>
        {/* Of a cell that the second reader has not read, or that was made by hand, nobody has said anything yet. */}
        <span>{by === 'model' && (blind || isUnseen(cell)) ? '\u2013' : by}</span>
      </td>
      {blind || isUnseen(cell) ? (
        <td>{'\u2013'}</td>
      ) : (
        <td title={`Model: ${TYPE_NAMES[modelType].toLowerCase()} ${percent(confidence)}`}>
          {/* A number alone would be read as that of the type beside it. */}
          {modelType !== type && <TypeBadge type={modelType} size={12} />} {percent(confidence)}
        </td>
      )}
      <td className="muted wide">
        {box.x0},{box.y0}–{box.x1},{box.y1}
      </td>
      <td>{isBoxOnly(cell) ? '\u2013' : area(areas.cell)}</td>
      <td>{isBoxOnly(cell) ? '\u2013' : area(areas.nucleus)}</td>
      <td>{ratio === null ? '\u2013' : ratio.toFixed(2)}</td>
    </tr>
  );
});
