/** The files of this session, each with what became of it. Only the rows in view exist, so that thousands scroll freely. */
import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import { Lock, RotateCw, Square, X } from 'lucide-react';
import { type KeyboardEvent, memo, useCallback, useEffect, useId, useRef } from 'react';
import { plural } from '../../domain/plural';
import type { ReviewCell } from '../../domain/review/cells';
import { signatureOf } from '../../domain/review/history';
import { isApart } from '../../domain/review/signed';
import { selectImage, stepImage } from '../../store/actions';
import { cancel, retry, retryFailed } from '../../store/analyse';
import { type ImageEntry, progressShare, queueCounts } from '../../store/images';
import { askToRemove } from '../../store/listed';
import { shownName } from '../../store/names';
import { thumbKey } from '../../store/pixels';
import { cellsSeen, slideOf } from '../../store/review';
import { useStore } from '../../store/store';
import { bytes, stageText } from '../parts/format';
import { Pixels } from '../parts/Pixels';
import { isByPointer } from '../useShortcuts';
import { CountSettings } from './CountSettings';
import { FolderButtons } from './FolderButtons';
import './images.css';

/** Letters of a name's end that are always shown: series differ in their last digits. */
const TAIL = 9;
/** Px of a row, with the gap under it. */
const ROW = 62;

export function ImageList() {
  const images = useStore((state) => state.images);
  const selected = useStore((state) => state.selectedImage);
  const scroller = useRef<HTMLDivElement>(null);
  const at = images.findIndex(({ id }) => id === selected);
  const stop = Math.max(0, at);
  const list = useVirtualizer({
    count: images.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    getItemKey: (index) => images[index]?.id ?? index,
    overscan: 6,
    // The row that Tab leads to is there wherever the list is scrolled to.
    rangeExtractor: (range) => [...new Set([...defaultRangeExtractor(range), stop])].sort((a, b) => a - b),
  });
  useEffect(() => {
    if (at < 0) return;
    const focused = document.activeElement;
    list.scrollToIndex(at, { align: 'auto' });
    // Where the keys are in the list they go with the image that is shown; its row may be drawn only now.
    if (!focused || !scroller.current?.contains(focused) || isByPointer(focused)) return;
    requestAnimationFrame(() => {
      scroller.current?.querySelector<HTMLElement>(`[aria-posinset="${at + 1}"] > button`)?.focus();
    });
  }, [at, list]);
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key] as 1 | -1 | undefined;
    if (!step || event.shiftKey || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    stepImage(step);
  };
  const removed = useRef<number | null>(null);
  const onRemove = useCallback((id: string, place: number) => {
    if (askToRemove(id, (question) => confirm(question))) removed.current = place;
  }, []);
  useEffect(() => {
    const place = removed.current;
    removed.current = null;
    // The button that was pressed is gone with its row: the focus goes on to the next one, or to the last.
    if (place === null || document.activeElement !== document.body) return;
    const row = scroller.current?.querySelector(`[aria-posinset="${Math.min(place, images.length)}"]`);
    row?.querySelector('button')?.focus();
  }, [images.length]);
  const { total, done, failed, cancelled, duplicate } = queueCounts(images);
  return (
    <nav
      className="images"
      aria-label="Image files"
      // Read by scripts that drive the page: rows out of view are not in it.
      data-total={total}
      data-done={done}
      data-settled={done + failed + cancelled + duplicate}
    >
      <header>
        <h2>Images</h2>
        <span className="muted" title={summary(images)} data-parts={failed + duplicate > 0 || undefined}>
          {done < total ? `${done} of ${total}` : total}
          {failed > 0 && ` · ${failed} failed`}
          {duplicate > 0 && ` · ${plural(duplicate, 'duplicate')}`}
        </span>
        <FolderButtons />
        <CountSettings />
        {failed > 0 && (
          <button
            type="button"
            className="plain retry"
            onClick={() => void retryFailed()}
            title="Try every failed file again"
          >
            <RotateCw size={12} aria-hidden="true" />
            Retry {failed}
          </button>
        )}
      </header>
      <div className="scroller" ref={scroller}>
        <ul aria-label="Images" style={{ height: list.getTotalSize() }} onKeyDown={onKeyDown}>
          {list.getVirtualItems().map(({ index, start }) => {
            const image = images[index];
            return (
              image && (
                <ImageItem
                  key={image.id}
                  image={image}
                  selected={image.id === selected}
                  stop={index === stop}
                  top={start}
                  place={index + 1}
                  of={images.length}
                  onRemove={onRemove}
                />
              )
            );
          })}
        </ul>
      </div>
    </nav>
  );
}

function summary(images: readonly ImageEntry[]): string {
  const { done, waiting, failed, duplicate } = queueCounts(images);
  return `${done} analysed, ${waiting} waiting, ${failed} failed, ${plural(duplicate, 'duplicate')} not counted`;
}

function outcome(
  { status, error, analysis, progress, size, duplicateOf }: ImageEntry,
  cells: readonly ReviewCell[],
): string {
  switch (status) {
    case 'done':
      if (cells.length === 0) return analysis?.cells.length ? 'No cell left' : 'No white blood cell found';
      return `${plural(cells.length, 'cell')}${reviewedText(cells)}`;
    case 'failed':
      return error?.message ?? 'Failed';
    case 'working':
      return progress ? stageText(progress) : 'starting';
    case 'cancelled':
      return 'Stopped';
    case 'waiting':
      return `Waiting · ${bytes(size)}`;
    case 'duplicate':
      return `The same as ${nameOf(duplicateOf)}: not counted`;
  }
}

/** How much of an image a person has decided about. */
function reviewedText(cells: readonly ReviewCell[]): string {
  const reviewed = cells.filter(({ by }) => by === 'person').length;
  if (reviewed === 0) return '';
  if (reviewed < cells.length) return ` · ${reviewed} reviewed`;
  const unidentified = cells.filter(({ type }) => type === 'unidentified').length;
  return unidentified > 0 ? ` · reviewed, ${unidentified} unidentified` : ' · reviewed';
}

const nameOf = (id: string | null) => shownName(useStore.getState().images, id ?? '') || 'a removed file';

interface ItemProps {
  image: ImageEntry;
  selected: boolean;
  /** Tab stops at it: at one row of the list, and from there the arrows go on. */
  stop: boolean;
  /** Px from the list's top. */
  top: number;
  /** 1-based. */
  place: number;
  of: number;
  onRemove(id: string, place: number): void;
}

const ImageItem = memo(function ImageItem({ image, selected, stop, top, place, of, onRemove }: ItemProps) {
  const tabIndex = stop ? 0 : -1;
  const { id, path, status, profile, colourless, pages, page } = image;
  const name = useStore((state) => shownName(state.images, id));
  // A short name fits whole; the room that a letter and the dots are given would be a gap in it.
  const cut = name.length > TAIL + 3 ? -TAIL : 0;
  const cells = useStore((state) => cellsSeen(image, state));
  const slide = useStore((state) => slideOf(state.history.state, id));
  const locked = useStore((state) => signatureOf(state.history.state, id) !== undefined);
  const apart = useStore((state) => status === 'done' && isApart(state.history.state, id));
  const text = outcome(image, cells);
  const about = useId();
  return (
    <li
      aria-label={name}
      aria-posinset={place}
      aria-setsize={of}
      data-status={status}
      data-selected={selected || undefined}
      style={{ transform: `translateY(${top}px)` }}
    >
      <button
        type="button"
        className="plain"
        // The name is cut in two below, which would put a space in its middle.
        aria-label={name}
        aria-describedby={about}
        tabIndex={tabIndex}
        aria-current={selected || undefined}
        title={`${path}\n${text}`}
        onClick={() => selectImage(id)}
      >
        <Pixels name={thumbKey(id)} className="thumb" />
        <span className="about">
          <span className="name">
            <bdi>{name.slice(0, cut)}</bdi>
            <bdi>{name.slice(cut)}</bdi>
          </span>
          <span id={about} className="outcome">
            {locked && <Lock size={11} aria-label="Signed off" />}
            {slide && <span className="slide">{slide} · </span>}
            {profile !== null && (
              <span title={`Its colours are of ${profile}, and shown as if they were sRGB`}>not sRGB · </span>
            )}
            {colourless && <span title="It is greyscale: do not trust the types">no colours · </span>}
            {pages > 1 && (
              <span title="Only this page is counted. Another is chosen over the picture.">
                page {(page ?? 0) + 1} of {pages} ·{' '}
              </span>
            )}
            {apart && <span title="Its slide was signed off before this image was on it">not signed · </span>}
            {text}
          </span>
        </span>
      </button>
      <span className="does">
        {(status === 'working' || status === 'waiting') && (
          <button
            type="button"
            className="plain"
            tabIndex={tabIndex}
            aria-label={`Stop ${name}`}
            title="Stop"
            onClick={() => cancel(id)}
          >
            <Square size={13} aria-hidden="true" />
          </button>
        )}
        {(status === 'failed' || status === 'cancelled') && (
          <button
            type="button"
            className="plain"
            tabIndex={tabIndex}
            aria-label={`Try ${name} again`}
            title="Try again"
            onClick={() => void retry(id)}
          >
            <RotateCw size={13} aria-hidden="true" />
          </button>
        )}
        <button
          type="button"
          className="plain"
          tabIndex={tabIndex}
          aria-label={`Remove ${name}`}
          title="Remove"
          onClick={() => onRemove(id, place)}
        >
          <X size={14} aria-hidden="true" />
        </button>
      </span>
      {status === 'working' && (
        <progress max={1} value={progressShare(image.progress)} aria-label={`Progress of ${name}`} />
      )}
    </li>
  );
});
