/** Whether the session is kept on this device: one left by an earlier visit, another tab, a full disk. */
import { CircleAlert, Copy, FileX, HardDrive, History } from 'lucide-react';
import { useState } from 'react';
import { plural } from '../../domain/plural';
import { goOnWhereItWas } from '../../store/earlier';
import { shownName } from '../../store/names';
import { reopenJournal, throwAway } from '../../store/persist';
import { useStore } from '../../store/store';
import { bytes } from '../parts/format';

export function SessionNotices() {
  const journal = useStore((state) => state.journal);
  const filesKept = useStore((state) => state.filesKept);
  const room = useStore((state) => state.room);
  /** Keeping this tab's session was asked for while the other one had it. */
  const [tried, setTried] = useState(false);
  return (
    <>
      <EarlierNotice />
      {journal.status === 'elsewhere' && (
        <div className="notice" role="status">
          <Copy size={16} aria-hidden="true" />
          <span>
            Leukolens is open in another tab, which keeps its session. What is done here is not kept when this tab is
            closed.{' '}
            {tried ? 'That tab is still open: close it, then keep this one.' : 'Close the other tab to keep this one.'}
          </span>
          <button type="button" onClick={() => void reopenJournal().then(() => setTried(true))}>
            Keep this one
          </button>
        </div>
      )}
      {journal.status === 'failing' && (
        <div className="notice" data-kind="error" role="alert">
          <CircleAlert size={16} aria-hidden="true" />
          <span>
            {journal.error.message} {journal.error.remedy}
          </span>
          <button type="button" onClick={() => void reopenJournal()}>
            Save again
          </button>
        </div>
      )}
      {!filesKept && journal.status === 'open' && (
        <div className="notice" role="status">
          <HardDrive size={16} aria-hidden="true" />
          <span>
            There is no room here for the image files
            {room && Number.isFinite(room.free) && ` (${bytes(room.free)} free)`}: only their results are kept. To go on
            with unfinished files after closing this tab, open the same files again. To keep them, free disk space and
            save again.
          </span>
          <button type="button" onClick={() => void reopenJournal()}>
            Save again
          </button>
        </div>
      )}
      <UnkeptNotice />
    </>
  );
}

function UnkeptNotice() {
  const unkept = useStore((state) => state.unkept);
  const images = useStore((state) => state.images);
  const [first, ...others] = unkept.map((id) => shownName(images, id)).filter(Boolean);
  if (!first) return null;
  return (
    <div className="notice" role="status">
      <FileX size={16} aria-hidden="true" />
      <span>
        Only the results are kept here of <bdi>{first}</bdi>
        {others.length > 0 && ` and ${plural(others.length, 'other file')}`}: moved, changed or deleted after being
        opened, so that no copy could be made. To have one kept, open the file again from where it is now.
      </span>
      <button type="button" onClick={() => useStore.setState({ unkept: [] })}>
        Dismiss
      </button>
    </div>
  );
}

function EarlierNotice() {
  const earlier = useStore((state) => state.earlier);
  const opened = useStore((state) => state.images.length);
  const [sure, setSure] = useState(false);
  if (!earlier) return null;
  const { images, unfinished } = earlier;
  return (
    <div className="notice" data-kind="news" role="status">
      <History size={16} aria-hidden="true" />
      <span>
        An earlier session is kept here: {plural(images, 'image')}
        {unfinished > 0 ? `, ${unfinished} of them not finished` : ''}.
        {opened > 0 &&
          ` The ${plural(opened, 'image')} opened since will be counted with them: for another patient start afresh, or put them on a slide of their own.`}
      </span>
      <span className="choice">
        <button type="button" className="primary" onClick={() => void goOnWhereItWas()}>
          Go on where it was
        </button>
        <button type="button" onClick={() => (sure ? void throwAway() : setSure(true))}>
          {sure ? `Really forget ${plural(images, 'image')}?` : 'Start afresh'}
        </button>
      </span>
    </div>
  );
}
