/** Things one must know that are about no single image: no GPU, no engine, no network, a new version. */
import { CircleAlert, CloudOff, Cpu, Sparkles } from 'lucide-react';
import { putAwayReason } from '../../store/actions';
import { restartEngine } from '../../store/analyse';
import { leaveFor } from '../../store/leaving';
import { useStore } from '../../store/store';
import { reloadText } from '../parts/format';
import { ReadingNotice } from './ReadingNotice';
import { SessionNotices } from './SessionNotices';
import { Told } from './Told';

export function Notices() {
  const engine = useStore((state) => state.engine);
  const online = useStore((state) => state.online);
  const offlineReady = useStore((state) => state.offlineReady);
  const update = useStore((state) => state.update);
  const othersOpen = useStore((state) => state.othersOpen);
  const replaced = useStore((state) => state.replaced);
  const cropMode = useStore((state) => state.cropMode);
  // Over the picture, where there is one, they move nothing.
  const overPicture = useStore((state) => state.images.length > 0 && !state.galleryLarge);
  const kept = useStore((state) => state.journal.status === 'open');
  const knownReason = useStore((state) => state.knownReason);
  const reason = engine.status === 'ready' ? engine.info.fallbackReason : undefined;
  return (
    <section className="notices" aria-label="Notices">
      <ReadingNotice />
      {engine.status === 'failed' && (
        <div className="notice" data-kind="error" role="alert">
          <CircleAlert size={16} aria-hidden="true" />
          <span>
            {engine.error.message} {engine.error.remedy}
          </span>
          <button type="button" onClick={restartEngine}>
            Start again
          </button>
        </div>
      )}
      {!overPicture && <Told />}
      <SessionNotices />
      {engine.status === 'ready' && reason && reason !== knownReason && (
        <div className="notice">
          <Cpu size={16} aria-hidden="true" />
          <span>
            {engine.info.backend === 'wasm'
              ? 'Running without a graphics card, which would be faster: '
              : 'Running on a slower path of the GPU: '}
            {reason}
          </span>
          <button type="button" onClick={() => putAwayReason(reason)}>
            Dismiss
          </button>
        </div>
      )}
      {!online && !offlineReady && (
        <div className="notice">
          <CloudOff size={16} aria-hidden="true" />
          <span>
            There is no network, and not everything is stored on this device yet: what has not loaded will not.
          </span>
        </div>
      )}
      {cropMode && (
        <div className="notice" data-kind="news">
          <span>Crop mode: every file is taken as a picture of one cell in its middle.</span>
        </div>
      )}
      {update && (
        <div className="notice" data-kind="news">
          <Sparkles size={16} aria-hidden="true" />
          <span>
            A new version is ready. {reloadText(kept)}
            {othersOpen && (
              <strong role="status"> Close the other tabs of this app first: they still use the old version.</strong>
            )}
          </span>
          <button type="button" onClick={update}>
            Reload
          </button>
        </div>
      )}
      {replaced && (
        <div className="notice" role="status">
          <Sparkles size={16} aria-hidden="true" />
          <span>
            Another tab has updated the app. Reload here too when you can: parts that this tab has not loaded yet are no
            longer there. {reloadText(kept)}
          </span>
          <button type="button" onClick={() => void leaveFor(() => location.reload())}>
            Reload
          </button>
        </div>
      )}
    </section>
  );
}
