/** The count: differential with intervals and sign-off, the two readers, annotations of others, and the log; one dialog. */
import type { KeyboardEvent } from 'react';
import { setPanel } from '../../store/actions';
import { setWho } from '../../store/decide';
import { tabsSeen } from '../../store/review';
import { useStore } from '../../store/store';
import type { Panel } from '../../store/view';
import { useModal } from '../parts/useModal';
import { Problem } from '../status/Problem';
import { CompareTab } from './CompareTab';
import { DifferentialTab } from './DifferentialTab';
import { LogTab } from './LogTab';
import { ReadersTab } from './ReadersTab';
import './review.css';

const TABS = { count: 'Differential', readers: 'Second reading', compare: 'Annotations', log: 'Log' } as const;

export default function CountPanel({ tab }: { tab: Exclude<Panel, 'palette'> }) {
  const dialog = useModal();
  const who = useStore((state) => state.who);
  const tabs = useStore((state) => tabsSeen(state.reader));
  const onKeyDown = ({ key, currentTarget }: KeyboardEvent<HTMLElement>) => {
    const step = { ArrowRight: 1, ArrowLeft: tabs.length - 1 }[key];
    const next = step && tabs[(tabs.indexOf(tab) + step) % tabs.length];
    if (!next) return;
    setPanel(next);
    currentTarget.querySelector<HTMLElement>(`#tab-${next}`)?.focus();
  };
  return (
    <dialog ref={dialog} className="count-panel" aria-label={TABS[tab]} onClose={() => setPanel(null)}>
      <header>
        <div role="tablist" aria-label="Count" onKeyDown={onKeyDown}>
          {tabs.map((name) => (
            <button
              key={name}
              id={`tab-${name}`}
              type="button"
              role="tab"
              tabIndex={tab === name ? 0 : -1}
              aria-selected={tab === name}
              aria-controls="tab-panel"
              onClick={() => setPanel(name)}
            >
              {TABS[name]}
            </button>
          ))}
        </div>
        <label
          className="who"
          title="Goes into the log with what you decide; kept on this device; needed only to sign off"
        >
          Your name
          <input size={14} maxLength={200} value={who} onChange={({ target }) => setWho(target.value)} />
        </label>
        <button type="button" onClick={() => dialog.current?.close()}>
          Close
        </button>
      </header>
      <Problem />
      <div id="tab-panel" role="tabpanel" aria-labelledby={`tab-${tab}`}>
        {tab === 'count' && <DifferentialTab />}
        {tab === 'readers' && <ReadersTab />}
        {tab === 'compare' && <CompareTab />}
        {tab === 'log' && <LogTab />}
      </div>
      <footer className="muted">For Research Use Only. Not for use in diagnostic procedures.</footer>
    </dialog>
  );
}
