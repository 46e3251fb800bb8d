/** The line at the bottom: what is being done, what went wrong last, and what this is not for. */
import { LoaderCircle, Pause, Play } from 'lucide-react';
import { plural } from '../../domain/plural';
import type { ReviewState } from '../../domain/review/events';
import { selectImage } from '../../store/actions';
import { cancelAll, pause, resume } from '../../store/analyse';
import type { EngineState } from '../../store/engine';
import { type ImageEntry, queueCounts, rate, secondsLeft } from '../../store/images';
import { shownName } from '../../store/names';
import { cellsOn } from '../../store/review';
import { useStore } from '../../store/store';
import { bytes, duration, stageText } from '../parts/format';
import './status.css';

export function StatusLine() {
  const images = useStore((state) => state.images);
  const engine = useStore((state) => state.engine);
  const review = useStore((state) => state.history.state);
  const blind = useStore((state) => state.reader === 'second');
  const paused = useStore((state) => state.paused);
  const keeping = useStore((state) => state.keeping);
  const { working, waiting } = queueCounts(images);
  const busy = working + waiting > 0;
  const failed = images.findLast(({ status }) => status === 'failed');
  return (
    <footer className="status">
      {engine.status !== 'failed' && (busy || engine.status === 'loading') && (
        <LoaderCircle size={14} className="spin" aria-hidden="true" />
      )}
      {/* Read out when something ends, not with every cell. */}
      <span role="status" aria-live={working > 0 ? 'off' : 'polite'}>
        {sentence({ images, engine, paused, review, blind })}
      </span>
      {keeping > 0 && (
        <span className="muted" title="Copied to this browser's own storage, so that closing the tab loses nothing">
          keeping {plural(keeping, 'file')}
        </span>
      )}
      {busy && (
        <button type="button" onClick={() => void (paused ? resume() : pause())}>
          {paused ? <Play size={12} aria-hidden="true" /> : <Pause size={12} aria-hidden="true" />}
          {paused ? 'Go on' : 'Pause'}
        </button>
      )}
      {busy && (
        <button type="button" onClick={cancelAll}>
          Cancel
        </button>
      )}
      {failed?.error && (
        <button
          type="button"
          className="plain fault"
          title={`${failed.error.message} ${failed.error.remedy}`}
          onClick={() => selectImage(failed.id)}
        >
          {shownName(images, failed.id)}: {failed.error.message} {failed.error.remedy}
        </button>
      )}
      <small>For Research Use Only. Not for use in diagnostic procedures.</small>
    </footer>
  );
}

interface Shown {
  images: readonly ImageEntry[];
  engine: EngineState;
  paused: boolean;
  review: ReviewState;
  blind: boolean;
}

export function sentence({ images, engine, paused, review, blind }: Shown): string {
  const { total, done, failed, cancelled, waiting, working, duplicate } = queueCounts(images);
  if (working > 0) {
    const image = images.find(({ status }) => status === 'working');
    const left = secondsLeft(images);
    const parts = [`File ${total - waiting} of ${total}`];
    if (image?.progress) parts.push(stageText(image.progress));
    const speed = rate(images);
    if (speed && waiting > 0) {
      parts.push(`${quantity(speed.filesPerMinute)} files/min, ${quantity(speed.cellsPerSecond)} cells/s`);
    }
    if (paused) parts.push('pauses after this file');
    else if (left !== null && waiting > 0) parts.push(`about ${duration(left)} left`);
    return parts.join(' · ');
  }
  if (engine.status === 'loading' || engine.status === 'idle') {
    return `${loadingText(engine)}${waiting > 0 ? ` · ${plural(waiting, 'file')} waiting` : ''}`;
  }
  if (engine.status === 'failed') return 'The analysis engine is not running';
  if (waiting > 0) return `${paused ? 'Paused: ' : ''}${plural(waiting, 'file')} waiting`;
  if (total === 0) return 'Ready';
  const all = images.flatMap((image) => cellsOn(image, review));
  const cells = all.length;
  const reviewed = all.filter(({ by, second }) => (blind ? second !== null : by === 'person')).length;
  const word = blind ? 'read' : 'reviewed';
  // Whoever said so, they are in no share; how many they are is no matter of a blind reader's.
  const unidentified = blind ? 0 : all.filter(({ type }) => type === 'unidentified').length;
  const found = done === 0 || cells > 0 ? plural(cells, 'cell') : 'no white blood cell';
  return [
    `${plural(done, 'image')} analysed, ${found} found`,
    cells > 0 &&
      (reviewed === cells ? `all ${word}` : `${reviewed} ${word}, ${cells - reviewed} not`) +
        (unidentified > 0 ? `, ${unidentified} unidentified` : ''),
    failed > 0 && `${failed} failed`,
    cancelled > 0 && `${cancelled} stopped`,
    duplicate > 0 && `${plural(duplicate, 'duplicate')} not counted`,
  ]
    .filter(Boolean)
    .join(' · ');
}

const quantity = (value: number) => value.toFixed(value < 10 ? 1 : 0);

function loadingText(engine: EngineState): string {
  const progress = engine.status === 'loading' ? engine.progress : null;
  if (!progress) return 'Loading the model';
  const { step, done, total } = progress;
  // Large totals are bytes of weights.
  const of = total > 1000 ? ` ${bytes(done)} of ${bytes(total)}` : total > 1 ? ` ${done} of ${total}` : '';
  return `Loading: ${step}${of}`;
}
