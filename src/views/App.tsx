/** The whole screen: bar, images, viewer with gallery and table, the cell, status line. */
import { FileDown } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { setHelpOpen, setOnline, setPanel, setPwa } from '../store/actions';
import { startEngine } from '../store/analyse';
import { watchReview, watchSession } from '../store/autosave';
import { watchThumbs } from '../store/decide';
import type { PwaReport } from '../store/engine';
import { declineSession } from '../store/importSession';
import { watchLeaving } from '../store/leaving';
import { openJournal } from '../store/persist';
import { panelSeen } from '../store/review';
import { useStore } from '../store/store';
import { Empty } from './empty/Empty';
import { later } from './parts/Boundary';
import { Notices } from './status/Notices';
import { StatusLine } from './status/StatusLine';
import { TopBar } from './top/TopBar';
import { useFilesFromAnywhere } from './useFilesFromAnywhere';
import { useKeptFocus } from './useKeptFocus';
import { useShortcuts } from './useShortcuts';
import './theme.css';
import './app.css';
import './forcedColors.css';

const workbench = () => import('./Workbench');
const closePanel = () => setPanel(null);
const Workbench = later(workbench, { placeholder: <main className="middle" /> });
const Help = later(() => import('./help/Help'), { close: () => setHelpOpen(false) });
const CountPanel = later(() => import('./review/CountPanel'), { close: closePanel });
const SessionDialog = later(() => import('./review/SessionDialog'), { close: declineSession });
const Palette = later(() => import('./review/Palette'), { close: closePanel });

interface Props {
  /** Registers the service worker and calls back after every change of what it says. */
  registerPwa(onState: (state: PwaReport) => void): void;
}

export function App({ registerPwa }: Props) {
  const empty = useStore((state) => state.images.length === 0);
  const opened = useRef(false);
  const theme = useStore((state) => state.theme);
  const helpOpen = useStore((state) => state.helpOpen);
  const panel = useStore(panelSeen);
  const pending = useStore((state) => state.pendingSession !== null);
  const dragging = useFilesFromAnywhere();
  useShortcuts();
  useKeptFocus();
  useEffect(() => {
    registerPwa(setPwa);
    // The first paint comes first; why an engine did not start is in the store.
    const timer = setTimeout(() => {
      void openJournal();
      startEngine().catch(() => {});
    }, 0);
    const online = () => setOnline(navigator.onLine);
    online();
    addEventListener('online', online);
    addEventListener('offline', online);
    return () => {
      clearTimeout(timer);
      removeEventListener('online', online);
      removeEventListener('offline', online);
    };
  }, [registerPwa]);
  useEffect(watchThumbs, []);
  useEffect(watchReview, []);
  useEffect(watchSession, []);
  useEffect(watchLeaving, []);
  useEffect(() => {
    // Fetched after the first paint, so that a drop does not wait for it; a word typed before the palette is there would be
    // taken for shortcuts.
    const timer = setTimeout(() => {
      const later = [workbench(), import('./review/Palette'), import('./review/CountPanel')];
      Promise.all(later).catch(() => {});
    }, 0);
    return () => clearTimeout(timer);
  }, []);
  useEffect(() => {
    if (!empty) opened.current = true;
  }, [empty]);
  useEffect(() => {
    document.documentElement.dataset.theme = theme;
  }, [theme]);

  return (
    <div className="app" data-empty={empty || undefined}>
      <TopBar />
      <Notices />
      {empty ? (
        <main className="middle">
          <Empty again={opened.current} />
        </main>
      ) : (
        <Workbench />
      )}
      <StatusLine />
      {dragging && (
        <div className="dropping">
          <FileDown size={36} aria-hidden="true" />
          Drop images or folders anywhere
          <span>They stay on this computer.</span>
        </div>
      )}
      {panel && (panel === 'palette' ? <Palette /> : <CountPanel tab={panel} />)}
      {pending && <SessionDialog />}
      {helpOpen && <Help />}
    </div>
  );
}
