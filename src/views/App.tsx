/** The whole screen: bar, images, viewer with gallery and table, the cell, status line. */
import { FileDown } from 'lucide-react';
import { lazy, Suspense, useEffect } from 'react';
import { setOnline, setPwa } from '../store/actions';
import { startEngine } from '../store/analyse';
import type { EngineSlice } from '../store/engine';
import { exportSession } from '../store/exportSession';
import { openJournal } from '../store/persist';
import { useStore } from '../store/store';
import { CellPanel } from './cell/CellPanel';
import { Empty } from './empty/Empty';
import { ImageList } from './images/ImageList';
import { Notices } from './status/Notices';
import { StatusLine } from './status/StatusLine';
import { TopBar } from './top/TopBar';
import { Tray } from './tray/Tray';
import { useFilesFromAnywhere } from './useFilesFromAnywhere';
import { useShortcuts } from './useShortcuts';
import { Viewer } from './viewer/Viewer';
import './theme.css';
import './app.css';

const Help = lazy(() => import('./help/Help'));

interface Props {
  /** Registers the service worker and calls back after every change of what it says. */
  registerPwa(onState: (state: Pick<EngineSlice, 'offlineReady' | 'update'>) => void): void;
}

export function App({ registerPwa }: Props) {
  const empty = useStore((state) => state.images.length === 0);
  const theme = useStore((state) => state.theme);
  const helpOpen = useStore((state) => state.helpOpen);
  const dragging = useFilesFromAnywhere();
  useShortcuts();
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
  useEffect(() => {
    document.documentElement.dataset.theme = theme;
  }, [theme]);

  return (
    <div className="app" data-empty={empty || undefined}>
      <TopBar onExport={exportSession} />
      <Notices />
      {!empty && <ImageList />}
      <main className="middle">
        {empty ? (
          <Empty />
        ) : (
          <>
            <Viewer />
            <Tray />
          </>
        )}
      </main>
      {!empty && <CellPanel />}
      <StatusLine />
      {dragging && (
        <div className="dropping">
          <FileDown size={36} aria-hidden="true" />
          Drop images or folders anywhere
          <span>They stay on this computer.</span>
        </div>
      )}
      {helpOpen && (
        <Suspense>
          <Help />
        </Suspense>
      )}
    </div>
  );
}
