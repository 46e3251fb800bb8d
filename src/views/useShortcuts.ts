/** The single-key shortcuts. Help lists them; each control's tooltip names its own. */
import { useEffect } from 'react';
import { selectCell, setHelpOpen, stepCell, stepImage, toggleLayer } from '../store/actions';
import { LAYERS } from '../store/view';
import { isShortcut } from './parts/keys';
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
      if (!isShortcut(event)) return;
      // Shift with an arrow pans the viewer.
      if (event.shiftKey && event.key.startsWith('Arrow')) return;
      const act = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
      if (!act) return;
      event.preventDefault();
      act();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
}
