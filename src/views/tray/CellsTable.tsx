/** The cells of the image on screen as a table: everything the outlines say, in words. */
import { type KeyboardEvent, memo, useEffect, useRef } from 'react';
import { type CallType, TYPE_NAMES } from '../../domain/cellType';
import type { ReviewCell } from '../../domain/review/cells';
import { selectCell, stepCell } from '../../store/actions';
import { nucleusToCytoplasm, passes } from '../../store/cells';
import type { ImageEntry } from '../../store/images';
import { cellsSeen } from '../../store/review';
import { useStore } from '../../store/store';
import { percent, pixels } from '../parts/format';
import { TypeBadge } from '../parts/TypeBadge';

export function CellsTable({ image, filter }: { image: ImageEntry | undefined; filter: CallType | null }) {
  const selected = useStore((state) => state.selectedCell);
  const body = useRef<HTMLTableSectionElement>(null);
  const seen = useStore((state) => cellsSeen(image, state));
  const blind = useStore((state) => state.reader === 'second');
  const cells = seen.filter((cell) => passes(filter, cell));
  useEffect(() => {
    const row = selected === null ? null : body.current?.querySelector<HTMLElement>('[aria-current]');
    row?.scrollIntoView({ block: 'nearest' });
    // Walking with the keys inside the table takes the focus along.
    if (row && body.current?.contains(document.activeElement)) row.querySelector('button')?.focus();
  }, [selected]);
  if (!image?.analysis) return <p className="muted nothing">The cells of this image are listed here.</p>;
  if (cells.length === 0) {
    const none = seen.length === 0 ? 'No white blood cell found in this image.' : 'No cell of this type.';
    return <p className="muted nothing">{none}</p>;
  }
  // One row is in the tab order; the arrow keys go on from there.
  const stop = cells.some(({ id }) => id === selected) ? selected : cells[0]?.id;
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    event.preventDefault();
    stepCell(event.key === 'ArrowDown' ? 1 : -1);
  };
  return (
    <table aria-label="Cells">
      <thead>
        <tr>
          <th scope="col">Cell</th>
          <th scope="col">Type</th>
          <th scope="col" title="Who the type is by: a person's is ticked">
            By
          </th>
          <th scope="col" title="Probability of the model's most probable type">
            Conf.
          </th>
          <th scope="col" className="wide" title="x0, y0 – x1, y1 in px of the image">
            Box
          </th>
          <th scope="col" title="Area of the whole cell in px">
            Cell px
          </th>
          <th scope="col" title="Area of the nucleus in px">
            Nucleus px
          </th>
          <th scope="col" title="Area of the nucleus over area of the cytoplasm">
            N:C
          </th>
        </tr>
      </thead>
      <tbody ref={body} onKeyDown={onKeyDown}>
        {cells.map((cell) => (
          <Row key={cell.id} cell={cell} selected={cell.id === selected} stop={cell.id === stop} blind={blind} />
        ))}
      </tbody>
    </table>
  );
}

interface RowProps {
  cell: ReviewCell;
  selected: boolean;
  stop: boolean;
  blind: boolean;
}

const Row = memo(function Row({ cell, selected, stop, blind }: RowProps) {
  const { id, type, by, confidence, box, areas } = cell;
  const ratio = nucleusToCytoplasm(cell);
  return (
    <tr aria-current={selected || undefined} onClick={() => selectCell(id)}>
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
        <span>{by}</span>
      </td>
      <td>{blind ? '\u2013' : percent(confidence)}</td>
      <td className="muted wide">
        {box.x0},{box.y0}–{box.x1},{box.y1}
      </td>
      <td>{pixels(areas.cell)}</td>
      <td>{pixels(areas.nucleus)}</td>
      <td>{ratio === null ? '\u2013' : ratio.toFixed(2)}</td>
    </tr>
  );
});
