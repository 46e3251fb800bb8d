/** Whether a key press is the page's to act on, or belongs to what has the focus. */
import { useStore } from '../../store/store';

export function isShortcut(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return false;
  // A panel that is on its way has the keys already.
  if (useStore.getState().panel !== null) return false;
  // One that is open has them wherever the focus is, and the browser closes it on Escape unless the key is taken.
  if (document.querySelector(':popover-open')) return false;
  const character = event.key.length === 1;
  if (character && !useStore.getState().shortcuts) return false;
  const target = event.target as Element;
  // What lies over the page has the keys to itself, and so has a field for text.
  if (target.closest('dialog, [popover], textarea, input:not([type="range"], [type="checkbox"])')) return false;
  // A list takes letters, arrows and Enter, a slider arrows; a box that is ticked takes Space, which means nothing to the page.
  if (target.closest('select')) return character && !/\p{L}/u.test(event.key);
  return !(target.closest('[type="range"]') && event.key.startsWith('Arrow'));
}

/** Ctrl+Z, Ctrl+Shift+Z and Ctrl+Y, except where text is being typed, which has an undo of its own. */
export function isUndo(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.altKey || !(event.ctrlKey || event.metaKey)) return false;
  if ((event.target as Element).closest('dialog, textarea, input:not([type="range"], [type="checkbox"])')) return false;
  return /^[zy]$/i.test(event.key);
}
