/** A dialog in front of everything else. */
import { type RefObject, useEffect, useRef } from 'react';

/**
 * For a dialog that is open as long as it is mounted. The focus goes back to where it was, also where an action inside takes
 * the dialog away: browsers do that for close() alone.
 */
export function useModal(): RefObject<HTMLDialogElement | null> {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    dialog.current?.showModal();
    // It gives the focus to what comes first, also where another tab is open and the first one is out of the tab order.
    dialog.current?.querySelector<HTMLElement>('[role="tab"][aria-selected="true"]')?.focus();
    return () => {
      if (document.activeElement === document.body && before instanceof HTMLElement) before.focus();
    };
  }, []);
  return dialog;
}
