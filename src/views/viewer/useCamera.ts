/** The viewer's camera: the canvas's size, zoom and pan, and the keys for them. */
import { type RefObject, useCallback, useEffect, useState } from 'react';
import { isShortcut } from '../parts/keys';
import { type Camera, pan, reveal, type Size, whole, zoomAt } from './camera';

/** Where the image moves when one looks that way. */
const ARROWS: Record<string, [number, number]> = {
  ArrowLeft: [80, 0],
  ArrowRight: [-80, 0],
  ArrowUp: [0, 80],
  ArrowDown: [0, -80],
};

/** `image` is 0 x 0 while its size is not known; `camera` is null then. */
export function useCamera(canvas: RefObject<HTMLCanvasElement | null>, image: Size) {
  const [view, setView] = useState<Size>({ width: 0, height: 0 });
  // null: the whole image, whatever the size of the window.
  const [chosen, setChosen] = useState<Camera | null>(null);
  const usable = image.width > 0 && view.width > 0;

  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setView({ width: element.clientWidth, height: element.clientHeight }));
    observer.observe(element);
    return () => observer.disconnect();
  }, [canvas]);

  const change = useCallback(
    (next: (now: Camera) => Camera) => {
      if (usable) setChosen((now) => next(now ?? whole(image, view)));
    },
    [usable, image, view],
  );
  const zoomBy = useCallback(
    (factor: number, at = { x: view.width / 2, y: view.height / 2 }) =>
      change((now) => zoomAt(now, factor, at, image, view)),
    [change, image, view],
  );
  const panBy = useCallback(
    (dx: number, dy: number) => change((now) => pan(now, dx, dy, image, view)),
    [change, image, view],
  );
  const showAll = useCallback(() => setChosen(null), []);
  /** Brings a box into view; the whole image shows it anyway. */
  const show = useCallback(
    (box: Parameters<typeof reveal>[1]) => setChosen((now) => now && reveal(now, box, image, view)),
    [image, view],
  );

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!isShortcut(event)) return;
      const arrow = event.shiftKey ? ARROWS[event.key] : undefined;
      if (arrow) panBy(...arrow);
      else if (event.key === '+' || event.key === '=') zoomBy(1.3);
      else if (event.key === '-') zoomBy(1 / 1.3);
      else if (event.key === '0') showAll();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [zoomBy, panBy, showAll]);

  return { view, camera: usable ? (chosen ?? whole(image, view)) : null, zoomBy, panBy, showAll, show };
}
