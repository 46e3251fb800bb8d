/** What the viewer has to say about its image in words: how far it is, why it failed, that it has no cells. */
import { cancel, retry } from '../../store/analyse';
import { type ImageEntry, progressShare } from '../../store/images';
import { useStore } from '../../store/store';
import { stageText } from '../parts/format';

export function ViewerNote({ image, pictured }: { image: ImageEntry; pictured: boolean }) {
  const loading = useStore((state) => state.engine.status === 'loading' || state.engine.status === 'idle');
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
        <strong>Cancelled</strong>
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
    return <div className="note slim">{loading ? 'Waits for the model to load' : 'Waits for its turn'}</div>;
  }
  if (analysis?.cells.length === 0) {
    return (
      <div className="note">
        <strong>No white blood cell found</strong>
        <p>The saliency layer shows how cell-like each place of this image is.</p>
      </div>
    );
  }
  return pictured ? null : <div className="note slim">This image cannot be shown here; its results can.</div>;
}
