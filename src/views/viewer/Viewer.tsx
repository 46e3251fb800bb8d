/** The field with its layers: zoomed and panned like a map, cells selected by click or key. */
import { useEffect, useMemo, useRef, useState } from 'react';
import { useShallow } from 'zustand/react/shallow';
import type { DetectedCell } from '../../domain/cell';
import { TYPE_NAMES } from '../../domain/cellType';
import { selectCell } from '../../store/actions';
import { passes } from '../../store/cells';
import { overlay } from '../../store/explain';
import { fieldKey, overlayKey } from '../../store/pixels';
import { useStore } from '../../store/store';
import { percent, plural } from '../parts/format';
import { usePixels } from '../parts/Pixels';
import { TypeBadge } from '../parts/TypeBadge';
import { type Size, toImage } from './camera';
import { drawFrame } from './draw';
import { FieldFacts } from './FieldFacts';
import { LayersBar } from './LayersBar';
import { cellAt } from './paths';
import { useCamera } from './useCamera';
import { type Gestures, useGestures } from './useGestures';
import { useTiles } from './useTiles';
import { ViewerNote } from './ViewerNote';
import { ZoomBar } from './ZoomBar';
import './viewer.css';

const OVERLAYS = ['saliency', 'masks', 'gradcam'] as const;
const NO_CELLS: readonly DetectedCell[] = [];

export function Viewer() {
  const image = useStore((state) => state.images.find(({ id }) => id === state.selectedImage));
  const { layers, opacity, typeFilter, selectedCell } = useStore(
    useShallow(({ layers, opacity, typeFilter, selectedCell }) => ({ layers, opacity, typeFilter, selectedCell })),
  );
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
  // The field of a large image is an overview, smaller than the image.
  const width = analysis?.width || image?.width || field?.width || 0;
  const height = analysis?.height || image?.height || field?.height || 0;
  const size = useMemo<Size>(() => ({ width, height }), [width, height]);
  const canvas = useRef<HTMLCanvasElement>(null);
  const { view, camera, zoomBy, panBy, showAll, show } = useCamera(canvas, size);
  const tiles = useTiles(id, camera, view);
  const [hover, setHover] = useState<{ cell: DetectedCell; x: number; y: number } | null>(null);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another image is looked at afresh
  useEffect(() => {
    showAll();
    setHover(null);
  }, [id, showAll]);

  useEffect(() => {
    if (!analysis) return;
    for (const kind of OVERLAYS) if (layers[kind]) void overlay(id, kind);
  }, [id, analysis, layers]);

  useEffect(() => {
    const cell = cells.find((entry) => entry.id === selectedCell);
    if (cell) show(cell.box);
  }, [cells, selectedCell, show]);

  useEffect(() => {
    const request = requestAnimationFrame(() => {
      const overlays = [layers.saliency && saliency, layers.gradcam && gradcam, layers.masks && masks];
      drawFrame(canvas.current, {
        camera,
        view,
        image: size,
        field: layers.original ? field : undefined,
        tiles: layers.original ? tiles : [],
        overlays: overlays.filter((bitmap) => bitmap instanceof ImageBitmap),
        opacity,
        cells: layers.outlines ? cells : NO_CELLS,
        selected: selectedCell,
        hovered: hover?.cell.id ?? null,
      });
    });
    return () => cancelAnimationFrame(request);
  }, [camera, view, size, field, tiles, saliency, masks, gradcam, layers, opacity, cells, selectedCell, hover]);

  const under = (at: { x: number; y: number }) => (camera ? cellAt(cells, toImage(camera, at)) : undefined);
  const gestures = useRef<Gestures>(null as never);
  gestures.current = {
    onZoom: zoomBy,
    onPan: panBy,
    onClick: (at) => selectCell(under(at)?.id ?? null),
    onHover: (at) => {
      const cell = at && under(at);
      setHover(cell ? { cell, ...at } : null);
    },
  };
  useGestures(canvas, gestures);

  const label = `${image?.name ?? 'No image'}${analysis ? `: ${plural(analysis.cells.length, 'cell')} outlined` : ''}`;
  return (
    <section className="viewer" aria-label="Viewer">
      <LayersBar />
      <div className="field">
        <canvas ref={canvas} role="img" aria-label={label} data-hover={hover ? '' : undefined} />
        {hover && (
          <div className="tooltip" style={tooltipPlace(hover, view)}>
            <TypeBadge type={hover.cell.type} />
            {TYPE_NAMES[hover.cell.type]}
            {/* The confidence is the nearest type's: nothing is 49 % unidentified. */}
            {hover.cell.type === 'unidentified' && `, nearest ${TYPE_NAMES[hover.cell.modelType]}`}{' '}
            {percent(hover.cell.confidence)}
            {hover.cell.touchesBorder && ', cut by the border'}
          </div>
        )}
        {image && <FieldFacts image={image} />}
        {image && <ViewerNote image={image} pictured={camera !== null} />}
        {camera && <ZoomBar scale={camera.scale} zoomBy={zoomBy} showAll={showAll} />}
      </div>
    </section>
  );
}

/** Beside the pointer, on the side where there is room. */
function tooltipPlace({ x, y }: { x: number; y: number }, view: Size) {
  const left = x > view.width - 240 ? `calc(${x - 10}px - 100%)` : `${x + 14}px`;
  const top = y > view.height - 60 ? `calc(${y - 10}px - 100%)` : `${y + 14}px`;
  return { translate: `${left} ${top}` };
}
