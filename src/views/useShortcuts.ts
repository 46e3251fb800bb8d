/** The single-key shortcuts. Help lists them; each control's tooltip names its own. */
import { useEffect } from 'react';
import { TYPE_KEYS } from '../domain/cellType';
import {
  selectCell,
  setHelpOpen,
  setPanel,
  setTool,
  stepCell,
  stepImage,
  toggleGallery,
  toggleLayer,
} from '../store/actions';
import { callCells, deleteMeant } from '../store/decide';
import { confirmAndGoOn } from '../store/goOn';
import { mergeMeant, splitMeant } from '../store/reshape';
import { useStore } from '../store/store';
import { redo, undo } from '../store/undo';
import { LAYERS } from '../store/view';
import { isShortcut, isUndo } from './parts/keys';
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
  Escape: () => {
    // First what one is doing, then what one has chosen, then the cell.
    const { tool, chosen } = useStore.getState();
    if (tool !== 'look') setTool('look');
    else if (chosen.length > 0) useStore.setState({ chosen: [] });
    else selectCell(null);
  },
  Enter: confirmAndGoOn,
  Delete: deleteMeant,
  s: splitMeant,
  g: mergeMeant,
  t: () => setPanel('palette'),
  '/': () => setPanel('palette'),
  q: () => setPanel('count'),
  f: toggleGallery,
  v: () => setTool('look'),
  c: () => setTool('add'),
  k: () => setTool('brush'),
  j: () => setTool('nucleus'),
  h: () => setTool('erase'),
  w: () => setTool('ruler'),
  ...Object.fromEntries(Object.entries(TYPE_KEYS).map(([key, type]) => [key, () => callCells(type)])),
  ...Object.fromEntries(LAYERS.map((layer, i) => [`${i + 1}`, () => toggleLayer(layer)])),
};

/** What a key that is held may go on with; all else would be decided about cells that nobody has looked at. */
const GOES_ON = new Set(['ArrowRight', 'ArrowDown', 'ArrowLeft', 'ArrowUp', 'a', 'd']);

const PRESSED = ':is(button, a, summary)';

/** The button that has its focus by the pointer. The browser's own :focus-visible would forget that with the next key. */
let clicked: Element | null = null;

/** Whether an element has, or had, the focus because it was clicked. */
export const isByPointer = (element: Element): boolean => element === clicked;

export function onPointerDown({ target }: Event): void {
  clicked = (target as Element).closest(PRESSED);
}

/** Where it goes elsewhere it comes back by keyboard or by script; a dialog that the button opened gives it back as it was. */
export function onFocus({ target }: Event): void {
  const element = target as Element;
  if (element !== clicked && !element.closest('dialog, [popover]')) clicked = null;
}

/**
 * Whether Enter is for the button that has the focus. It is not for one that was only clicked, nor for a cell's own, or a click
 * would end the walk.
 */
export function isPress(event: KeyboardEvent): boolean {
  const button = event.key === 'Enter' && (event.target as Element).closest(`${PRESSED}:not([data-cell])`);
  return button !== false && button !== null && !isByPointer(button);
}

export function onKey(event: KeyboardEvent): void {
  if (isUndo(event)) {
    event.preventDefault();
    if (event.shiftKey || event.key.toLowerCase() === 'y') redo();
    else undo();
    return;
  }
  if (!isShortcut(event)) return;
  if (isPress(event)) {
    // Once: the one that deletes goes on to the next cell.
    if (event.repeat) event.preventDefault();
    return;
  }
  // Shift with an arrow pans the viewer.
  if (event.shiftKey && event.key.startsWith('Arrow')) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const act = KEYS[key];
  if (!act) return;
  event.preventDefault();
  if (!event.repeat || GOES_ON.has(key)) act();
}

export function useShortcuts(): void {
  useEffect(() => {
    const listening = new AbortController();
    const { signal } = listening;
    addEventListener('keydown', onKey, { signal });
    addEventListener('pointerdown', onPointerDown, { signal, capture: true });
    addEventListener('focusin', onFocus, { signal });
    return () => listening.abort();
  }, []);
}
