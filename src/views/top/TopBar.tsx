/** The bar at the top: what to open, what was counted, what to take away, and what it runs on. */
import { CircleHelp, FlaskConical, Monitor, Moon, Sun } from 'lucide-react';
import { setHelpOpen, setTheme } from '../../store/actions';
import { useStore } from '../../store/store';
import type { Theme } from '../../store/view';
import { Popover } from '../parts/Popover';
import { DifferentialBar } from './DifferentialBar';
import { EngineChip, OfflineChip } from './EngineChip';
import { ExportMenu } from './ExportMenu';
import { OpenButton } from './OpenButton';
import { SampleList } from './SampleList';
import './top.css';

const THEMES: Record<Theme, { next: Theme; Icon: typeof Sun }> = {
  system: { next: 'light', Icon: Monitor },
  light: { next: 'dark', Icon: Sun },
  dark: { next: 'system', Icon: Moon },
};

export function TopBar() {
  const theme = useStore((state) => state.theme);
  const { next, Icon } = THEMES[theme];
  return (
    <header className="top">
      <h1>
        <img src={`${import.meta.env.BASE_URL}icons/icon.svg`} width={22} height={22} alt="" />
        Leukolens
      </h1>
      <OpenButton />
      <Popover
        button={
          <>
            <FlaskConical size={15} aria-hidden="true" />
            Samples
          </>
        }
        title="Synthetic smears that come with the app"
        label="Sample smears"
      >
        {(close) => <SampleList onOpen={close} none="This copy of the app came without sample smears." />}
      </Popover>
      <DifferentialBar />
      <ExportMenu />
      <OfflineChip />
      <EngineChip />
      <span className="pair">
        <button
          type="button"
          className="plain"
          onClick={() => setTheme(next)}
          aria-label={`Theme: ${theme}`}
          title={`Theme: ${theme}. Click for ${next}.`}
        >
          <Icon size={16} aria-hidden="true" />
        </button>
        <button
          type="button"
          className="plain"
          onClick={() => setHelpOpen(true)}
          aria-label="Help and shortcuts"
          title="Shortcuts (?)"
        >
          <CircleHelp size={16} aria-hidden="true" />
        </button>
      </span>
    </header>
  );
}
