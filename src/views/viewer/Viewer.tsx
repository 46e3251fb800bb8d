/** The field with its layers: zoomed and panned like a map, cells selected by click or key. */
import { Maximize, Minus, Plus } from 'lucide-react';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { DetectedCell } from '../../domain/cell';
import { TYPE_NAMES } from '../../domain/cellType';
import { selectCell } from '../../store/actions';
import { overlay } from '../../store/analyse';
import { passes } from '../../store/cells';
import { ensureField } from '../../store/pictures';
import { fieldKey, overlayKey } from '../../store/pixels';
import { useStore } from '../../store/store';
import { percent, plural } from '../parts/format';
import { usePixels } from '../parts/Pixels';
import { TypeBadge } from '../parts/TypeBadge';
import { type Camera, pan, reveal, type Size, toImage, whole, zoomAt } from './camera';
import { drawFrame } from './draw';
import { LayersBar } from './LayersBar';
import { cellPaths } from './paths';
import { type Gestures, useGestures } from './useGestures';
import { ViewerNote } from './ViewerNote';
import './viewer.css';

const OVERLAYS = ['saliency', 'masks', 'gradcam'] as const;
const NO_CELLS: readonly DetectedCell[] = [];

export function Viewer() {
  const image = useStore((state) => state.images.find(({ id }) => id === state.selectedImage));
  const { layers, opacity, typeFilter, selectedCell } = useStore((state) => state);
  const id = image?.id ?? '';
  const field = usePixels(fieldKey(id));
  const saliency = usePixels(overlayKey(id, 'saliency'));
  const masks = usePixels(overlayKey(id, 'masks'));
  const gradcam = usePixels(overlayKey(id, 'gradcam'));
  const analysis = image?.analysis ?? null;
  const cells = useMemo(
    () => analysis?.cells.filter((cell) => passes(typeFilter, cell)) ?? NO_CELLS,
    [analysis, typeFilter],
  );
  const width = analysis?.width ?? field?.width ?? 0;
  const height = analysis?.height ?? field?.height ?? 0;
  const size = useMemo<Size>(() => ({ width, height }), [width, height]);

  const canvas = useRef<HTMLCanvasElement>(null);
  const [view, setView] = useState<Size>({ width: 0, height: 0 });
  const [camera, setCamera] = useState<Camera | null>(null);
  const [hover, setHover] = useState<{ cell: DetectedCell; x: number; y: number } | null>(null);
  const usable = width > 0 && view.width > 0;
  const shown = camera ?? (usable ? whole(size, view) : null);

  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setView({ width: element.clientWidth, height: element.clientHeight }));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  // Another image is looked at afresh.
  useEffect(() => {
    setCamera(null);
    setHover(null);
    void ensureField(id);
  }, [id]);

  useEffect(() => {
    if (!analysis) return;
    for (const kind of OVERLAYS) if (layers[kind]) void overlay(id, kind);
  }, [id, analysis, layers]);

  useEffect(() => {
    const cell = cells.find((entry) => entry.id === selectedCell);
    if (cell && usable) setCamera((now) => now && reveal(now, cell.box, size, view));
  }, [cells, selectedCell, usable, size, view]);

  useEffect(() => {
    const element = canvas.current;
    if (!element || !shown) return;
    const request = requestAnimationFrame(() => {
      const ratio = devicePixelRatio;
      const [w, h] = [Math.round(view.width * ratio), Math.round(view.height * ratio)];
      if (element.width !== w || element.height !== h) Object.assign(element, { width: w, height: h });
      const context = element.getContext('2d');
      if (!context) return;
      const overlays = [
        layers.saliency ? saliency : undefined,
        layers.gradcam ? gradcam : undefined,
        layers.masks ? masks : undefined,
      ].filter((bitmap) => bitmap !== undefined);
      drawFrame(context, {
        camera: shown,
        view,
        image: size,
        ratio,
        field: layers.original ? field : undefined,
        overlays,
        opacity,
        cells: layers.outlines ? cells : NO_CELLS,
        selected: selectedCell,
        hovered: hover?.cell.id ?? null,
      });
    });
    return () => cancelAnimationFrame(request);
  }, [shown, view, size, field, saliency, masks, gradcam, layers, opacity, cells, selectedCell, hover]);

  const zoom = useCallback(
    (factor: number, at = { x: view.width / 2, y: view.height / 2 }) =>
      usable && setCamera((now) => zoomAt(now ?? whole(size, view), factor, at, size, view)),
    [usable, size, view],
  );
  const cellAt = (at: { x: number; y: number }) => {
    const context = canvas.current?.getContext('2d');
    if (!shown || !context) return undefined;
    const { x, y } = toImage(shown, at);
    // Under the identity, as isPointInPath leaves the path untransformed only then.
    context.setTransform(1, 0, 0, 1, 0, 0);
    return cells.findLast(
      (cell) =>
        x >= cell.box.x0 &&
        x < cell.box.x1 &&
        y >= cell.box.y0 &&
        y < cell.box.y1 &&
        context.isPointInPath(cellPaths(cell).cell, x, y),
    );
  };
  const gestures = useRef<Gestures>(null as never);
  gestures.current = {
    onZoom: (factor, at) => void zoom(factor, at),
    onPan: (dx, dy) => usable && setCamera((now) => pan(now ?? whole(size, view), dx, dy, size, view)),
    onClick: (at) => selectCell(cellAt(at)?.id ?? null),
    onHover: (at) => {
      const cell = at && cellAt(at);
      setHover(cell ? { cell, x: at.x, y: at.y } : null);
    },
  };
  useGestures(canvas, gestures);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if ((event.target as Element).closest('input, select, textarea, dialog, [popover]')) return;
      if (event.ctrlKey || event.metaKey || event.altKey || !useStore.getState().shortcuts) return;
      if (event.key === '+' || event.key === '=') zoom(1.3);
      else if (event.key === '-') zoom(1 / 1.3);
      else if (event.key === '0') setCamera(null);
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [zoom]);

  const label = `${image?.name ?? 'No image'}${analysis ? `: ${plural(analysis.cells.length, 'cell')} outlined` : ''}`;
  return (
    <section className="viewer" aria-label="Viewer">
      <LayersBar />
      <div className="field">
        <canvas ref={canvas} role="img" aria-label={label} data-hover={hover ? '' : undefined} />
        {hover && (
          <div className="tooltip" style={{ translate: `${hover.x + 14}px ${hover.y + 14}px` }}>
            <TypeBadge type={hover.cell.type} />
            {TYPE_NAMES[hover.cell.type]} {percent(hover.cell.confidence)}
          </div>
        )}
        {image && <ViewerNote image={image} pictured={usable} />}
        <fieldset className="zoom">
          <legend className="hidden">Zoom</legend>
          <button type="button" aria-label="Zoom out" title="Zoom out (-)" onClick={() => zoom(1 / 1.3)}>
            <Minus size={15} aria-hidden="true" />
          </button>
          <button type="button" title="Whole image (0)" onClick={() => setCamera(null)} aria-label="Whole image">
            <Maximize size={14} aria-hidden="true" />
          </button>
          <button type="button" aria-label="Zoom in" title="Zoom in (+)" onClick={() => zoom(1.3)}>
            <Plus size={15} aria-hidden="true" />
          </button>
          <span>{shown ? `${Math.round(100 * shown.scale)} %` : ''}</span>
        </fieldset>
      </div>
    </section>
  );
}
