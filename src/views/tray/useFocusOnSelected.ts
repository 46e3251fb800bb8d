/** In the gallery the focus goes with the selected cell: to the next one, and to where a cell's new type has put it. */
import { type RefObject, useEffect, useLayoutEffect, useRef } from 'react';
import { cellRef } from '../../store/review';
import { useStore } from '../../store/store';

/** `lines` are what is shown: where they change, the button that had the focus may be gone. */
export function useFocusOnSelected(box: RefObject<HTMLElement | null>, lines: unknown): void {
  const large = useStore((state) => state.galleryLarge);
  const selected = useStore(({ selectedImage, selectedCell }) =>
    selectedImage !== null && selectedCell !== null ? cellRef(selectedImage, selectedCell) : null,
  );
  const inside = useRef(false);
  const wanted = useRef<string | null>(null);

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const come = () => {
      inside.current = true;
    };
    const go = ({ target, relatedTarget }: FocusEvent) => {
      if (relatedTarget instanceof Node) {
        inside.current = element.contains(relatedTarget);
        return;
      }
      // A button that is taken away with its row has not been left.
      setTimeout(() => {
        if ((target as Node).isConnected && !element.contains(document.activeElement)) inside.current = false;
      });
    };
    element.addEventListener('focusin', come);
    element.addEventListener('focusout', go);
    return () => {
      element.removeEventListener('focusin', come);
      element.removeEventListener('focusout', go);
    };
  }, [box]);

  useLayoutEffect(() => {
    const lost = document.activeElement === document.body;
    const follows = inside.current || (large && lost);
    wanted.current = follows ? selected : null;
  }, [selected, large]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `lines` says that what is shown is another.
  useLayoutEffect(() => {
    if (inside.current && document.activeElement === document.body) wanted.current = selected;
  }, [lines]);

  // After every draw: the row of a cell that was out of view comes with one of the next.
  useLayoutEffect(() => {
    const element = box.current;
    if (!element || wanted.current === null) return;
    const button = element.querySelector<HTMLElement>(`[data-cell="${CSS.escape(wanted.current)}"]`);
    if (button) {
      wanted.current = null;
      button.focus({ preventScroll: true });
    } else if (inside.current && document.activeElement === document.body) {
      // Where the filters have taken the cell away, Tab goes on from the gallery.
      element.focus({ preventScroll: true });
    }
  });
}
