/** The field with its layers: zoomed and panned like a map, cells selected by click or key, outlined by hand. */
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useShallow } from 'zustand/react/shallow';
import { TYPE_NAMES } from '../../domain/cellType';
import { plural } from '../../domain/plural';
import { isUnseen, type ReviewCell } from '../../domain/review/cells';
import type { Stroke } from '../../domain/review/shape';
import { chooseCell, hoverCell, selectCell } from '../../store/actions';
import { passes } from '../../store/cells';
import { overlay } from '../../store/explain';
import { fieldKey, overlayKey } from '../../store/pixels';
import { drawCell, paintCell } from '../../store/reshape';
import { cellRef, cellsSeen, parseRef } from '../../store/review';
import { segmentAt } from '../../store/segmentAt';
import { useStore } from '../../store/store';
import { percent } from '../parts/format';
import { isUndo } from '../parts/keys';
import { usePixels } from '../parts/Pixels';
import { TypeBadge } from '../parts/TypeBadge';
import { Told } from '../status/Told';
import { AddInMiddle } from './AddInMiddle';
import { type Camera, type Size, toImage } from './camera';
import { type DrawnStroke, drawFrame } from './draw';
import { FieldFacts } from './FieldFacts';
import { LayersBar } from './LayersBar';
import { cellAt } from './paths';
import { RulerForm } from './RulerForm';
import { ToolBar } from './ToolBar';
import { useCamera } from './useCamera';
import { type Gestures, useGestures } from './useGestures';
import { useMissing } from './useMissing';
import { useTiles } from './useTiles';
import { ViewerNote } from './ViewerNote';
import { ZoomBar } from './ZoomBar';
import './viewer.css';

const OVERLAYS = ['saliency', 'masks', 'gradcam'] as const;
const NO_CELLS: readonly ReviewCell[] = [];
const PARTS = { brush: 1, nucleus: 2, erase: 0 } as const;
const STROKES = { brush: '#56b4e9', nucleus: '#5b3a8c', erase: '#d55e00', ruler: '#ffffff' } as const;

/**
 * A line under the pointer, and what it paints of which cell (of a new one, where there is no ref), whatever is chosen before it
 * ends; a ruler's paints nothing.
 */
type Drawing = DrawnStroke & { paints: { ref: string | null; part: Stroke['part'] } | null };

export function Viewer() {
  const image = useStore((state) => state.images.find(({ id }) => id === state.selectedImage));
  const { layers, opacity, typeFilter, selectedCell, tool, brush, blind } = useStore(
    useShallow(({ layers, opacity, typeFilter, selectedCell, tool, brush, reader }) => ({
      ...{ layers, opacity, typeFilter, selectedCell, tool, brush },
      blind: reader === 'second',
    })),
  );
  const id = image?.id ?? '';
  const chosenRefs = useStore((state) => state.chosen);
  const chosen = useMemo(
    () => new Set(chosenRefs.map(parseRef).flatMap((ref) => (ref.image === id ? [ref.cell] : []))),
    [chosenRefs, id],
  );
  const field = usePixels(fieldKey(id));
  const saliency = usePixels(overlayKey(id, 'saliency'));
  const masks = usePixels(overlayKey(id, 'masks'));
  const gradcam = usePixels(overlayKey(id, 'gradcam'));
  const missing = useMissing(id, field !== undefined);
  const analysis = image?.analysis ?? null;
  const all = useStore((state) => cellsSeen(image, state));
  const cells = useMemo(() => all.filter((cell) => passes(typeFilter, cell)), [all, typeFilter]);
  // The field of a large image is an overview, smaller than the image.
  const width = analysis?.width || image?.width || field?.width || 0;
  const height = analysis?.height || image?.height || field?.height || 0;
  const size = useMemo<Size>(() => ({ width, height }), [width, height]);
  const canvas = useRef<HTMLCanvasElement>(null);
  const { view, camera, zoomBy, panBy, showAll, show } = useCamera(canvas, size);
  const tiles = useTiles(id, camera, view);
  const [hover, setHover] = useState<{ id: number; x: number; y: number } | null>(null);
  const hovered = hover && cells.find((cell) => cell.id === hover.id);
  const [stroke, setStroke] = useState<Drawing | null>(null);
  const drawing = stroke !== null && tool !== 'ruler';

  // biome-ignore lint/correctness/useExhaustiveDependencies: another image is looked at afresh
  useEffect(() => {
    showAll();
    setHover(null);
    setStroke(null);
  }, [id, showAll]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another tool starts without the line of the one before.
  useEffect(() => setStroke(null), [tool]);

  const painting = stroke?.paints != null;
  useEffect(() => {
    if (!painting) return;
    // Before the page's own undo, which would take back what was done before the stroke: elsewhere, it may be.
    const onKey = (event: KeyboardEvent) => {
      if (!isUndo(event)) return;
      event.preventDefault();
      setStroke(null);
    };
    addEventListener('keydown', onKey, { capture: true });
    return () => removeEventListener('keydown', onKey, { capture: true });
  }, [painting]);

  useEffect(() => {
    if (!analysis) return;
    for (const kind of OVERLAYS) if (layers[kind]) void overlay(id, kind, all);
  }, [id, analysis, layers, all]);

  // Once: while it stays selected the view is the person's, whatever becomes of the cells.
  const revealed = useRef<string | null>(null);
  useEffect(() => {
    const ref = selectedCell === null ? null : cellRef(id, selectedCell);
    if (ref === revealed.current) return;
    const cell = cells.find((entry) => entry.id === selectedCell);
    if (ref !== null && !cell) return;
    revealed.current = ref;
    if (cell) show(cell.box);
  }, [id, cells, selectedCell, show]);

  useEffect(() => {
    const request = requestAnimationFrame(() => {
      // Their colours and places tell the model's types.
      const telling = blind ? [] : [layers.gradcam && gradcam, layers.masks && masks];
      const overlays = [layers.saliency && saliency, ...telling];
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
        hovered: hover?.id ?? null,
        chosen,
        paints: tool in PARTS,
        stroke,
      });
    });
    return () => cancelAnimationFrame(request);
  }, [
    camera,
    view,
    size,
    field,
    tiles,
    saliency,
    masks,
    gradcam,
    layers,
    opacity,
    cells,
    selectedCell,
    hover,
    chosen,
    tool,
    stroke,
    blind,
  ]);

  const under = (at: { x: number; y: number }) => (camera ? cellAt(cells, toImage(camera, at)) : undefined);
  // With nothing selected the brush outlines what the engine does not see.
  const drawsNew = tool === 'brush' && selectedCell === null && analysis !== null && !blind;
  const gestures = useRef<Gestures>(null as never);
  gestures.current = {
    onZoom: zoomBy,
    onPan: panBy,
    onClick: (at, { ctrl }) => {
      const cell = under(at);
      if (tool === 'add' && camera && analysis) return void segmentAt(id, toImage(camera, at));
      if (ctrl && cell) return chooseCell(cell.id, id);
      selectCell(cell?.id ?? null);
    },
    onHold: (at) => {
      if (camera && analysis && tool === 'look' && !under(at)) void segmentAt(id, toImage(camera, at));
    },
    draws: tool === 'ruler' || (tool in PARTS && selectedCell !== null) || drawsNew,
    onDraw: (at, phase) => {
      if (!camera) return;
      const here = toImage(camera, at);
      if (phase === 'cancel') return setStroke(null);
      if (phase === 'start') {
        const color = STROKES[tool as keyof typeof STROKES];
        const part = PARTS[tool as keyof typeof PARTS];
        const ref = selectedCell === null ? null : cellRef(id, selectedCell);
        const paints = tool in PARTS ? { ref, part } : null;
        return setStroke({ points: [here], radius: paints && brush, color, paints });
      }
      // Dropped with its tool or its image before the pointer was let go.
      if (!stroke) return;
      const { points, radius, paints } = stroke;
      const next = paints ? [...points, here] : [points[0] ?? here, here];
      if (phase === 'move' || !paints) return setStroke((now) => now && { ...now, points: next });
      setStroke(null);
      const done = { part: paints.part, points: next, radius: radius ?? brush };
      if (paints.ref === null) drawCell(id, done);
      else paintCell(paints.ref, done);
    },
    onHover: (at) => {
      const cell = at && under(at);
      setHover(cell ? { id: cell.id, ...at } : null);
      // Keys act on what the pointer is over, but not while that hand holds a brush.
      hoverCell(cell && tool === 'look' ? cellRef(id, cell.id) : null);
    },
  };
  useGestures(canvas, gestures);

  const addInMiddle = useCallback(() => {
    if (camera) void segmentAt(id, toImage(camera, { x: view.width / 2, y: view.height / 2 }));
  }, [id, camera, view]);
  const label = `${image?.name ?? 'No image'}${analysis ? `: ${plural(all.length, 'cell')} outlined` : ''}`;
  return (
    <section className="viewer" aria-label="Viewer">
      <LayersBar />
      <div className="field">
        <canvas ref={canvas} role="img" aria-label={label} data-tool={tool} data-hover={hover ? '' : undefined} />
        {analysis && <ToolBar />}
        {analysis && camera && tool === 'add' && <AddInMiddle onAdd={addInMiddle} />}
        {hover && hovered && !drawing && (
          <div className="tooltip" style={tooltipPlace(hover, view)}>
            <TypeBadge type={hovered.type} />
            {TYPE_NAMES[hovered.type]}
            {!blind && aboutType(hovered)}
            {hovered.touchesBorder && ', cut by the border'}
          </div>
        )}
        {image && <FieldFacts image={image} />}
        <div className="told">
          <Told />
        </div>
        {image && <ViewerNote image={image} pictured={camera !== null} missing={missing} />}
        {camera && tool === 'ruler' && stroke && stroke.points.length === 2 && (
          <RulerForm imageId={id} px={lengthOf(stroke.points)} at={middleOf(stroke.points, camera)} />
        )}
        {camera && <ZoomBar scale={camera.scale} zoomBy={zoomBy} showAll={showAll} />}
      </div>
    </section>
  );
}

/** Whose type it is, and how sure the model was. */
function aboutType(cell: ReviewCell): string {
  const { by, type, modelCall, modelType, confidence } = cell;
  if (isUnseen(cell)) return ', not seen by the model';
  if (by === 'person') return modelCall === type ? ', confirmed' : `, the model said ${TYPE_NAMES[modelCall]}`;
  // The confidence is the nearest type's: nothing is 49 % unidentified.
  return `${type === 'unidentified' ? `, nearest ${TYPE_NAMES[modelType]}` : ''} ${percent(confidence)}`;
}

function lengthOf([a, b]: DrawnStroke['points']): number {
  return a && b ? Math.hypot(b.x - a.x, b.y - a.y) : 0;
}

function middleOf([a, b]: DrawnStroke['points'], { scale, x, y }: Camera) {
  return { x: (((a?.x ?? 0) + (b?.x ?? 0)) / 2) * scale + x, y: Math.max(a?.y ?? 0, b?.y ?? 0) * scale + y };
}

/** Beside the pointer, on the side where there is room. */
function tooltipPlace({ x, y }: { x: number; y: number }, view: Size) {
  const left = x > view.width / 2 ? `calc(${x - 10}px - 100%)` : `${x + 14}px`;
  const top = y > view.height - 60 ? `calc(${y - 10}px - 100%)` : `${y + 14}px`;
  return { translate: `${left} ${top}` };
}
