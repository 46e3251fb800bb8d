/**
 * The keyboard's focus is never lost: where the button that has it goes, or can no longer be pressed, what it was part of takes it.
 * Browsers let it fall to the page, from where it takes dozens of Tabs to come back.
 */
import { useEffect } from 'react';
import { isByPointer } from './useShortcuts';

/** Parts of the screen, rows of lists first: from them Tab goes on to what is inside. Not the next button, which a second press would set off. */
const PARTS = 'li, section, nav, aside, main, header, dialog, [popover]';

export function useKeptFocus(): void {
  useEffect(() => {
    const listening = new AbortController();
    let last: HTMLElement | null = null;
    let parts: HTMLElement[] = [];
    addEventListener(
      'focusin',
      ({ target }) => {
        last = target as HTMLElement;
        parts = [];
        for (let part = partOf(last); part; part = partOf(part)) parts.push(part);
      },
      { signal: listening.signal },
    );
    const check = () => {
      const isGone = last && (!last.isConnected || last.matches(':disabled'));
      if (!last || !isGone || isByPointer(last) || document.activeElement !== document.body) return;
      // Not one that is closed, nor one with nothing left in it.
      const part = parts.find((one) => one.isConnected && one.offsetHeight > 0);
      last = null;
      focusOn(part ?? document.querySelector<HTMLElement>('main'));
    };
    // Once the browser has let it go, and whoever puts it elsewhere has done so.
    const changes = new MutationObserver(() => requestAnimationFrame(() => setTimeout(check)));
    changes.observe(document.body, { subtree: true, childList: true, attributeFilter: ['disabled'] });
    return () => {
      listening.abort();
      changes.disconnect();
    };
  }, []);
}

const partOf = (element: HTMLElement) => element.parentElement?.closest<HTMLElement>(PARTS);

function focusOn(part: HTMLElement | null): void {
  if (!part) return;
  if (!part.hasAttribute('tabindex')) part.tabIndex = -1;
  part.focus({ preventScroll: true });
}
