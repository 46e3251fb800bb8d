/** Thumbnails of cells by type, only those in view drawn: smooth with thousands of them. */
import { useVirtualizer } from '@tanstack/react-virtual';
import {
  type KeyboardEvent,
  type MouseEvent,
  memo,
  type RefObject,
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { type CallType, type CellType, TYPE_NAMES } from '../../domain/cellType';
import { isUnseen } from '../../domain/review/cells';
import { chooseCell, chooseCells, hoverCell, leaveCell, selectCell, showInField } from '../../store/actions';
import type { CellOnImage } from '../../store/cells';
import { galleryGroups, range, sortSeen } from '../../store/gallery';
import { shownName } from '../../store/names';
import { cellKey } from '../../store/pixels';
import { cellRef } from '../../store/review';
import { useStore } from '../../store/store';
import { percent } from '../parts/format';
import { TypeBadge } from '../parts/TypeBadge';
import { dragCell, dropOf } from './dragCells';
import { RowPictures } from './RowPictures';
import { useFocusOnSelected } from './useFocusOnSelected';

/** A line of the gallery: a type's heading, or a row of its cells. */
type Line = { type: CallType; count: number } | { type: CallType; cells: CellOnImage[] };

const GAP = 4;
const HEADING = 28;

export function Gallery({ cells }: { cells: readonly CellOnImage[] }) {
  const sort = useStore(sortSeen);
  const down = useStore((state) => state.sortDown);
  const size = useStore((state) => state.thumbSize);
  const blind = useStore((state) => state.reader === 'second');
  const several = useStore((state) => state.galleryScope === 'all');
  const groups = useMemo(() => galleryGroups(cells, sort, down), [cells, sort, down]);
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const columns = Math.max(1, Math.floor((width + GAP) / (size + GAP)));
  const lines = useMemo(
    () =>
      groups.flatMap(({ type, cells: members }): Line[] => [
        { type, count: members.length },
        ...Array.from({ length: Math.ceil(members.length / columns) }, (_, i) => ({
          type,
          cells: members.slice(i * columns, (i + 1) * columns),
        })),
      ]),
    [groups, columns],
  );
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => box.current,
    estimateSize: (i) => (lines[i] && 'count' in lines[i] ? HEADING : size + GAP),
    overscan: 4,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: what it measured is of other lines.
  useLayoutEffect(() => virtual.measure(), [lines, size]);
  const order = useMemo(() => groups.flatMap(({ cells: members }) => members), [groups]);
  useScrollToSelected(lines, (index) => virtual.scrollToIndex(index, { align: 'auto' }));
  useFocusOnSelected(box, lines);
  // Picked last, where Shift begins; what is selected elsewhere takes its place.
  const last = useRef<string | null>(null);
  const selected = useStore(({ selectedImage, selectedCell }) =>
    selectedImage !== null && selectedCell !== null ? cellRef(selectedImage, selectedCell) : null,
  );
  useEffect(() => {
    if (last.current !== selected) last.current = null;
  }, [selected]);

  const pick = (event: MouseEvent, imageId: string, cellId: number) => {
    const ref = cellRef(imageId, cellId);
    if (event.shiftKey) {
      const at = order.map(({ image, cell }) => cellRef(image.id, cell.id));
      return chooseCells(range(at, ref, last.current, selected));
    }
    last.current = ref;
    if (event.ctrlKey || event.metaKey) return chooseCell(cellId, imageId);
    selectCell(cellId, imageId);
  };
  // The same function for every render, or each would draw every thumbnail anew.
  const latest = useRef(pick);
  latest.current = pick;
  const onPick = useCallback<typeof pick>((...given) => latest.current(...given), []);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key.toLowerCase() !== 'a' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    chooseCells(order.map(({ image, cell }) => cellRef(image.id, cell.id)));
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the buttons inside take the focus; Ctrl+A is theirs together.
    <div className="gallery" ref={box} tabIndex={-1} onKeyDown={onKeyDown} onPointerLeave={() => hoverCell(null)}>
      {lines.length === 0 && <p className="muted nothing">No cells to show.</p>}
      <div className="lines" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start }) => {
          const line = lines[index];
          if (!line) return null;
          const place = { transform: `translateY(${start}px)` };
          return 'count' in line ? (
            <h3 key={`${line.type} heading`} style={place} {...dropOf(line.type)}>
              <TypeBadge type={line.type} size={16} />
              {TYPE_NAMES[line.type]} <span className="muted">{line.count}</span>
            </h3>
          ) : (
            <div className="row" key={`${line.type} ${index}`} style={place} {...dropOf(line.type)}>
              <RowPictures
                names={line.cells.map(({ image, cell }) => cellKey(image.id, cell.id))}
                size={size}
                gap={GAP}
              />
              <ul style={{ gridTemplateColumns: `repeat(${columns}, ${size}px)` }} aria-label={TYPE_NAMES[line.type]}>
                {line.cells.map(({ image, cell }) => (
                  <li key={cellRef(image.id, cell.id)}>
                    <Thumb
                      imageId={image.id}
                      id={cell.id}
                      type={cell.type}
                      byPerson={cell.by === 'person'}
                      nearest={cell.modelType}
                      confidence={isUnseen(cell) ? null : cell.confidence}
                      size={size}
                      blind={blind}
                      several={several}
                      onPick={onPick}
                    />
                  </li>
                ))}
              </ul>
            </div>
          );
        })}
      </div>
    </div>
  );
}

function useWidth(box: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const measure = () => {
      const { paddingLeft, paddingRight } = getComputedStyle(element);
      setWidth(element.clientWidth - Number.parseFloat(paddingLeft) - Number.parseFloat(paddingRight));
    };
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => observer.disconnect();
  }, [box]);
  return width;
}

/** Keeps the selected cell in view when it is selected elsewhere. */
function useScrollToSelected(lines: readonly Line[], scrollTo: (index: number) => void): void {
  const image = useStore((state) => state.selectedImage);
  const id = useStore((state) => state.selectedCell);
  const now = useRef({ lines, scrollTo });
  now.current = { lines, scrollTo };
  useEffect(() => {
    if (id === null) return;
    const at = now.current.lines.findIndex(
      (line) => 'cells' in line && line.cells.some((entry) => entry.image.id === image && entry.cell.id === id),
    );
    if (at >= 0) now.current.scrollTo(at);
  }, [image, id]);
}

interface ThumbProps {
  imageId: string;
  id: number;
  type: CallType;
  byPerson: boolean;
  /** The model's most probable type, and its probability: null where it never looked at the cell. */
  nearest: CellType;
  confidence: number | null;
  size: number;
  blind: boolean;
  /** Cells of several images are shown, each with numbers of its own. */
  several: boolean;
  onPick(event: MouseEvent, imageId: string, cellId: number): void;
}

const Thumb = memo(function Thumb(props: ThumbProps) {
  const { imageId, id, type, byPerson, nearest, confidence, size, blind, several, onPick } = props;
  const name = useStore((state) => shownName(state.images, imageId));
  const ref = cellRef(imageId, id);
  const marked = useStore(
    ({ selectedImage, selectedCell, chosen }) =>
      (selectedCell === id && selectedImage === imageId) || (chosen.length > 0 && chosen.includes(ref)),
  );
  const model = confidence === null ? '\u2013' : percent(confidence);
  // Nothing is 49 % unidentified.
  const said = `${nearest === type ? '' : `, nearest ${TYPE_NAMES[nearest]}`} ${model}`;
  const sure = blind ? '' : byPerson ? ', reviewed' : confidence === null ? ', not seen by the model' : said;
  const text = `Cell ${id}, ${TYPE_NAMES[type]}${sure}`;
  return (
    <button
      type="button"
      style={{ width: size, height: size }}
      aria-pressed={marked}
      aria-label={several ? `${text}, ${name}` : text}
      title={`${text}\n${name}\nDouble click: show it in its field`}
      data-cell={ref}
      data-by={byPerson ? 'person' : 'model'}
      draggable
      onDragStart={(event) => dragCell(event, ref)}
      onClick={(event) => onPick(event, imageId, id)}
      onDoubleClick={() => showInField(id, imageId)}
      onPointerMove={() => hoverCell(ref)}
      onPointerLeave={() => leaveCell(ref)}
      // Reached by Tab, it is what the next key means, unless several are being chosen: selecting would let go of them.
      onKeyUp={({ key }) => key === 'Tab' && useStore.getState().chosen.length === 0 && selectCell(id, imageId)}
    >
      {!blind && <small>{byPerson ? '\u2713' : model}</small>}
    </button>
  );
});
