/** Wheel, drag and pinch on the viewer's canvas, told as zooms and pans; a press without a drag is a click. */
import { type RefObject, useEffect } from 'react';

interface Point {
  x: number;
  y: number;
}

export interface Gestures {
  onZoom(factor: number, at: Point): void;
  onPan(dx: number, dy: number): void;
  onClick(at: Point): void;
  /** null: the pointer is elsewhere. */
  onHover(at: Point | null): void;
}

const SLOP = 4;

/** `gestures` is read at each event, so its functions may change from render to render. */
export function useGestures(canvas: RefObject<HTMLCanvasElement | null>, gestures: RefObject<Gestures>): void {
  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    const listening = new AbortController();
    const on = <Name extends keyof HTMLElementEventMap>(
      name: Name,
      listener: (event: HTMLElementEventMap[Name]) => void,
    ) => element.addEventListener(name, listener, { signal: listening.signal, passive: false });
    const at = (event: MouseEvent): Point => {
      const box = element.getBoundingClientRect();
      return { x: event.clientX - box.left, y: event.clientY - box.top };
    };
    const down = new Map<number, Point>();
    let travelled = 0;

    on('wheel', (event) => {
      event.preventDefault();
      // A pinch on a touchpad comes as a wheel with ctrl held, in smaller steps.
      const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 20 : 1;
      gestures.current.onZoom(Math.exp(-event.deltaY * lines * (event.ctrlKey ? 0.01 : 0.0016)), at(event));
    });
    on('pointerdown', (event) => {
      if (event.button !== 0) return;
      element.setPointerCapture(event.pointerId);
      if (down.size === 0) travelled = 0;
      down.set(event.pointerId, at(event));
    });
    on('pointermove', (event) => {
      const here = at(event);
      const before = down.get(event.pointerId);
      if (!before) return gestures.current.onHover(here);
      travelled += Math.hypot(here.x - before.x, here.y - before.y);
      const other = [...down].find(([id]) => id !== event.pointerId)?.[1];
      if (other) {
        const distance = (point: Point) => Math.max(1, Math.hypot(point.x - other.x, point.y - other.y));
        const middle = { x: (here.x + other.x) / 2, y: (here.y + other.y) / 2 };
        gestures.current.onZoom(distance(here) / distance(before), middle);
        gestures.current.onPan((here.x - before.x) / 2, (here.y - before.y) / 2);
      } else if (travelled > SLOP) {
        gestures.current.onPan(here.x - before.x, here.y - before.y);
      }
      down.set(event.pointerId, here);
    });
    const up = (event: PointerEvent) => {
      if (!down.delete(event.pointerId)) return;
      if (event.type === 'pointerup' && down.size === 0 && travelled <= SLOP) gestures.current.onClick(at(event));
    };
    on('pointerup', up);
    on('pointercancel', up);
    on('pointerleave', () => gestures.current.onHover(null));
    return () => listening.abort();
  }, [canvas, gestures]);
}
