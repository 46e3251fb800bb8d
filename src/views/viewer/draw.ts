/** Draws one frame of the viewer. */
import { TYPE_LETTERS } from '../../domain/cellType';
import { TYPE_COLORS } from '../../domain/palette';
import type { ReviewCell } from '../../domain/review/cells';
import { LETTER_SHIFT, letterColor, letterScale } from '../parts/shapes';
import type { Camera, Size } from './camera';
import { cellPaths, shapePath } from './paths';
import type { DrawnTile } from './useTiles';

export interface Frame {
  /** null: there is nothing to show. */
  camera: Camera | null;
  view: Size;
  image: Size;
  field: ImageBitmap | undefined;
  /** Of a large image, drawn over its overview. */
  tiles: readonly DrawnTile[];
  overlays: ImageBitmap[];
  opacity: number;
  /** Outlined; empty where outlines are off. */
  cells: readonly ReviewCell[];
  selected: number | null;
  hovered: number | null;
  /** Ids of cells chosen together. */
  chosen: ReadonlySet<number>;
  /** A brush or the eraser is in hand: the selected cell's nucleus is outlined too, or one would paint it blind. */
  paints: boolean;
  /** What is being painted or measured, px of the image. */
  stroke: DrawnStroke | null;
}

export interface DrawnStroke {
  points: readonly { x: number; y: number }[];
  /** null: a ruler's line. */
  radius: number | null;
  color: string;
}

/** A frame that has a camera, with the device px per CSS px. */
type Drawn = Frame & { camera: Camera; ratio: number };

export function drawFrame(canvas: HTMLCanvasElement | null, frame: Frame): void {
  const context = canvas?.getContext('2d');
  if (!canvas || !context) return;
  const ratio = devicePixelRatio;
  const { camera, view } = frame;
  const [width, height] = [Math.round(view.width * ratio), Math.round(view.height * ratio)];
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  // Also without an image: nothing of the one before may stay under the words about this one.
  context.clearRect(0, 0, view.width, view.height);
  if (camera) drawImage(context, { ...frame, camera, ratio });
}

function drawImage(context: CanvasRenderingContext2D, frame: Drawn) {
  const { camera, image, ratio, field, tiles, overlays, opacity } = frame;
  context.translate(camera.x, camera.y);
  context.scale(camera.scale, camera.scale);
  // From three screen px a px on, one wants to see the px.
  context.imageSmoothingEnabled = camera.scale < 3;
  context.imageSmoothingQuality = 'medium';
  if (field) context.drawImage(field, 0, 0, image.width, image.height);
  else {
    context.fillStyle = 'rgb(128 128 128 / 25%)';
    context.fillRect(0, 0, image.width, image.height);
  }
  for (const { bitmap, x, y, width, height } of tiles) context.drawImage(bitmap, x, y, width, height);
  context.imageSmoothingEnabled = true;
  context.globalAlpha = opacity;
  for (const overlay of overlays) context.drawImage(overlay, 0, 0, image.width, image.height);
  context.globalAlpha = 1;
  const cells = frame.cells.filter((cell) => inView(cell, frame));
  for (const cell of cells) if (isOutlined(cell, frame)) drawOutline(context, cell, frame);
  if (frame.stroke) drawStroke(context, frame.stroke, 1 / camera.scale);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  for (const cell of cells) drawBadge(context, cell, frame);
}

/** CSS px that rings and badges reach beyond a cell's box. */
const MARGIN = 24;

function inView({ box }: ReviewCell, { camera, view }: Drawn): boolean {
  const [left, top] = [box.x0 * camera.scale + camera.x, box.y0 * camera.scale + camera.y];
  const [right, bottom] = [box.x1 * camera.scale + camera.x, box.y1 * camera.scale + camera.y];
  return right > -MARGIN && bottom > -MARGIN && left < view.width + MARGIN && top < view.height + MARGIN;
}

/** CSS px. A smaller cell is its badge alone: its outline would cover it, and hundreds of them take a second to draw. */
const LEAST_OUTLINED = 14;

function isOutlined({ id, box }: ReviewCell, { camera, selected, hovered }: Drawn): boolean {
  return (
    id === selected || id === hovered || Math.max(box.x1 - box.x0, box.y1 - box.y0) * camera.scale >= LEAST_OUTLINED
  );
}

function drawStroke(context: CanvasRenderingContext2D, { points, radius, color }: DrawnStroke, px: number) {
  const [first, ...others] = points;
  if (!first) return;
  context.beginPath();
  context.moveTo(first.x, first.y);
  for (const { x, y } of others.length > 0 ? others : [{ x: first.x + 1e-3, y: first.y }]) context.lineTo(x, y);
  context.lineCap = 'round';
  context.lineJoin = 'round';
  context.setLineDash([]);
  context.globalAlpha = radius === null ? 1 : 0.45;
  context.strokeStyle = color;
  context.lineWidth = radius === null ? 2.5 * px : 2 * radius;
  context.stroke();
  context.globalAlpha = 1;
}

function drawOutline(context: CanvasRenderingContext2D, cell: ReviewCell, frame: Drawn) {
  const { camera, selected, hovered, chosen } = frame;
  const px = 1 / camera.scale;
  const path = cellPaths(cell).cell;
  const strong = cell.id === selected || cell.id === hovered;
  // A dark casing keeps every colour visible on every stain.
  context.setLineDash([]);
  context.lineJoin = 'round';
  context.strokeStyle = 'rgb(10 12 16 / 55%)';
  context.lineWidth = (strong ? 5.2 : 4) * px;
  context.stroke(path);
  // Dashed: the model's suggestion; solid: a person's decision.
  context.setLineDash(cell.by === 'person' ? [] : [8 * px, 3.5 * px]);
  context.strokeStyle = TYPE_COLORS[cell.type];
  context.lineWidth = (strong ? 3 : 2.2) * px;
  context.stroke(path);
  context.setLineDash([]);
  if (frame.paints && cell.id === selected) drawNucleus(context, cell, px);
  if (cell.id === selected || chosen.has(cell.id)) drawRing(context, cell, px);
}

/** Thin, and dotted as no outline of a cell is. */
function drawNucleus(context: CanvasRenderingContext2D, cell: ReviewCell, px: number) {
  const path = cellPaths(cell).nucleus;
  context.strokeStyle = 'rgb(10 12 16 / 55%)';
  context.lineWidth = 2.6 * px;
  context.stroke(path);
  context.setLineDash([3 * px, 3 * px]);
  context.strokeStyle = '#ffffff';
  context.lineWidth = 1.4 * px;
  context.stroke(path);
  context.setLineDash([]);
}

/** The selected cell's ring stands off its outline, so that both can be seen. */
function drawRing(context: CanvasRenderingContext2D, { box }: ReviewCell, px: number) {
  const radius = Math.max(box.x1 - box.x0, box.y1 - box.y0) * 0.62 + 6 * px;
  context.beginPath();
  context.arc((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2, radius, 0, 2 * Math.PI);
  context.strokeStyle = 'rgb(10 12 16 / 80%)';
  context.lineWidth = 4.5 * px;
  context.stroke();
  context.strokeStyle = '#ffffff';
  context.lineWidth = 2 * px;
  context.stroke();
}

function drawBadge(context: CanvasRenderingContext2D, { id, box, type }: ReviewCell, frame: Drawn) {
  const { camera, selected, ratio } = frame;
  const size = id === selected ? 11 : 9;
  const x = box.x0 * camera.scale + camera.x;
  const y = box.y0 * camera.scale + camera.y;
  context.setTransform(ratio * size, 0, 0, ratio * size, x * ratio, y * ratio);
  const path = shapePath(type);
  context.fillStyle = TYPE_COLORS[type];
  context.strokeStyle = 'rgb(10 12 16 / 85%)';
  context.lineWidth = 0.3;
  context.stroke(path);
  context.fill(path);
  // In CSS px: WebKit rounds a font's measures to whole px, and at one px its middle is far off.
  context.setTransform(ratio, 0, 0, ratio, x * ratio, y * ratio);
  context.fillStyle = letterColor(type);
  context.font = `700 ${1.25 * size * letterScale(TYPE_LETTERS[type])}px system-ui, sans-serif`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillText(TYPE_LETTERS[type], 0, size * (0.08 + (LETTER_SHIFT[type] ?? 0)));
}
