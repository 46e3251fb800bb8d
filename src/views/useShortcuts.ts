/** The single-key shortcuts. Help lists them; each control's tooltip names its own. */
import { useEffect } from 'react';
import { selectCell, setHelpOpen, stepCell, stepImage, toggleLayer } from '../store/actions';
import { useStore } from '../store/store';
import { LAYERS } from '../store/view';
import { openFileDialog } from './top/OpenButton';

const KEYS: Record<string, () => void> = {
  ArrowRight: () => stepCell(1),
  ArrowDown: () => stepCell(1),
  ArrowLeft: () => stepCell(-1),
  ArrowUp: () => stepCell(-1),
  a: () => stepImage(-1),
  d: () => stepImage(1),
  o: openFileDialog,
  '?': () => setHelpOpen(true),
  Escape: () => selectCell(null),
  ...Object.fromEntries(LAYERS.map((layer, i) => [`${i + 1}`, () => toggleLayer(layer)])),
};

export function useShortcuts(): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      const target = event.target as Element;
      // A slider, a list and a field have their own use for keys; so has whatever lies over the page.
      if (target.closest('input, select, textarea, dialog, [popover]')) return;
      if (event.key.length === 1 && !useStore.getState().shortcuts) return;
      const act = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
      if (!act) return;
      event.preventDefault();
      act();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
}
