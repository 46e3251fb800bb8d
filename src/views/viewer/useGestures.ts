/** Wheel, drag and pinch on the viewer's canvas, told as zooms and pans; a press without a drag is a click. */
import { type RefObject, useEffect } from 'react';

interface Point {
  x: number;
  y: number;
}

export interface Gestures {
  onZoom(factor: number, at: Point): void;
  onPan(dx: number, dy: number): void;
  onClick(at: Point, event: { ctrl: boolean }): void;
  /** A press that stays where it is. */
  onHold(at: Point): void;
  /** True while a drag draws instead of panning. */
  draws: boolean;
  /** A drag that draws: where it is, and whether it ends there. */
  onDraw(at: Point, phase: 'start' | 'move' | 'end' | 'cancel'): void;
  /** null: the pointer is elsewhere. */
  onHover(at: Point | null): void;
}

const SLOP = 4;
/** Milliseconds that make a press a hold. */
const HOLD = 550;

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
    let holding = 0;
    // A hold is no click, and a stroke is neither.
    let spent = false;
    let drawing = false;
    const letGo = () => clearTimeout(holding);

    on('wheel', (event) => {
      event.preventDefault();
      // A pinch on a touchpad comes as a wheel with ctrl held, in smaller steps.
      const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 20 : 1;
      gestures.current.onZoom(Math.exp(-event.deltaY * lines * (event.ctrlKey ? 0.01 : 0.0016)), at(event));
    });
    on('pointerdown', (event) => {
      if (event.button !== 0) return;
      element.setPointerCapture(event.pointerId);
      if (down.size === 0) {
        travelled = 0;
        spent = false;
      }
      down.set(event.pointerId, at(event));
      letGo();
      if (drawing) gestures.current.onDraw(at(event), 'cancel');
      drawing = gestures.current.draws && down.size === 1;
      if (drawing) gestures.current.onDraw(at(event), 'start');
      else if (down.size === 1) {
        const here = at(event);
        holding = window.setTimeout(() => {
          spent = true;
          gestures.current.onHold(here);
        }, HOLD);
      }
    });
    on('pointermove', (event) => {
      const here = at(event);
      const before = down.get(event.pointerId);
      if (!before) return gestures.current.onHover(here);
      travelled += Math.hypot(here.x - before.x, here.y - before.y);
      if (travelled > SLOP) letGo();
      if (drawing) {
        down.set(event.pointerId, here);
        return gestures.current.onDraw(here, 'move');
      }
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
      letGo();
      if (drawing) {
        drawing = false;
        return gestures.current.onDraw(at(event), event.type === 'pointerup' ? 'end' : 'cancel');
      }
      if (event.type === 'pointerup' && down.size === 0 && travelled <= SLOP && !spent) {
        gestures.current.onClick(at(event), { ctrl: event.ctrlKey || event.metaKey || event.shiftKey });
      }
    };
    on('pointerup', up);
    on('pointercancel', up);
    on('pointerleave', () => gestures.current.onHover(null));
    return () => {
      letGo();
      listening.abort();
    };
  }, [canvas, gestures]);
}
