/** What the viewer has to say about its image in words: how far it is, why it failed, that it has no cells. */
import { cancel, retry } from '../../store/analyse';
import { type ImageEntry, progressShare } from '../../store/images';
import { cellsSeen } from '../../store/review';
import { useStore } from '../../store/store';
import { stageText } from '../parts/format';

const WAITING = {
  idle: 'Waits for the model to load',
  loading: 'Waits for the model to load',
  ready: 'Waits for its turn',
  failed: 'Waits for the engine to be started again',
};

interface Props {
  image: ImageEntry;
  /** There is something of it on the canvas, or will be. */
  pictured: boolean;
  /** Its photograph is not there. */
  missing: boolean;
}

export function ViewerNote({ image, pictured, missing }: Props) {
  const engine = useStore((state) => state.engine.status);
  const cells = useStore((state) => cellsSeen(image, state).length);
  const { id, status, progress, error, analysis } = image;
  if (status === 'failed' && error) {
    return (
      <div className="note" data-kind="error">
        <strong>{error.message}</strong>
        <p>{error.remedy}</p>
        <button type="button" onClick={() => void retry(id)}>
          Try again
        </button>
      </div>
    );
  }
  if (status === 'cancelled') {
    return (
      <div className="note">
        <strong>Stopped</strong>
        <button type="button" onClick={() => void retry(id)}>
          Analyse
        </button>
      </div>
    );
  }
  if (status === 'working') {
    return (
      <div className="note slim">
        <span>{progress ? stageText(progress) : 'starting'}</span>
        <progress max={1} value={progressShare(progress)} aria-label="Progress of this image" />
        <button type="button" className="plain" onClick={() => cancel(id)}>
          Stop
        </button>
      </div>
    );
  }
  if (status === 'waiting') {
    return <div className="note slim">{WAITING[engine]}</div>;
  }
  // Until one is added by hand.
  if (analysis?.cells.length === 0 && cells === 0) {
    return (
      <div className="note slim">
        <strong>No white blood cell found.</strong>
        <span>The saliency layer shows how cell-like each place of this image is.</span>
      </div>
    );
  }
  if (missing) {
    const why = 'it was not in the bundle, or was moved';
    return <div className="note slim">The photograph is not here ({why}): drop its file here.</div>;
  }
  return pictured ? null : <div className="note slim">This image cannot be shown here; its results can.</div>;
}
