/** Outlines under a person's hand: painted, erased, joined and cut. Coordinates are px of the image. */
import { components } from '../components';
import { BACKGROUND, CYTOPLASM, decodeMask, encodeMask, maskAreas } from '../mask';
import { splitRegions, straightenCuts } from '../split';
import type { Shape } from './events';

type Measured = Shape & { areas: { cell: number; nucleus: number } };

/** A drawing board over part of the image. */
class Board {
  readonly classes: Uint8Array;
  readonly x0: number;
  readonly y0: number;
  readonly width: number;
  readonly height: number;

  constructor(x0: number, y0: number, x1: number, y1: number) {
    [this.x0, this.y0, this.width, this.height] = [x0, y0, Math.max(0, x1 - x0), Math.max(0, y1 - y0)];
    this.classes = new Uint8Array(this.width * this.height);
  }

  /** Draws what of a shape lies on the board; the nucleus wins where two overlap. */
  draw({ box, mask }: Shape): void {
    const parts = decodeMask(mask);
    const [left, top] = [box.x0 - this.x0, box.y0 - this.y0];
    for (let y = Math.max(0, -top); y < Math.min(mask.height, this.height - top); y++) {
      for (let x = Math.max(0, -left); x < Math.min(mask.width, this.width - left); x++) {
        const at = (top + y) * this.width + left + x;
        this.classes[at] = Math.max(this.classes[at] ?? 0, parts[y * mask.width + x] ?? 0);
      }
    }
  }

  /** What is drawn (where `only` is set), cut to its extent; null where nothing is. */
  shape(only?: ArrayLike<number>, value = 1): Measured | null {
    const { width, height } = this;
    let [left, top, right, bottom] = [width, height, 0, 0];
    const inside = (i: number) => this.classes[i] !== BACKGROUND && (!only || only[i] === value);
    for (let i = 0; i < this.classes.length; i++) {
      if (!inside(i)) continue;
      const x = i % width;
      const y = (i - x) / width;
      [left, right, top, bottom] = [
        Math.min(left, x),
        Math.max(right, x + 1),
        Math.min(top, y),
        Math.max(bottom, y + 1),
      ];
    }
    if (right <= left) return null;
    const [w, h] = [right - left, bottom - top];
    const cut = Uint8Array.from({ length: w * h }, (_, i) => {
      const at = (top + Math.floor(i / w)) * width + left + (i % w);
      return inside(at) ? (this.classes[at] as number) : BACKGROUND;
    });
    const mask = encodeMask(cut, w, h);
    const box = { x0: this.x0 + left, y0: this.y0 + top, x1: this.x0 + right, y1: this.y0 + bottom };
    return { box, mask, areas: maskAreas(mask) };
  }
}

export interface Stroke {
  /** Middle line, px of the image. */
  points: readonly { x: number; y: number }[];
  radius: number;
  /** What it paints: 0 erases, 1 cytoplasm, 2 nucleus. */
  part: 0 | 1 | 2;
}

/** True where a stroke overlaps a shape or lies at it, corners counted: painted, it is one piece with it. */
export function touches({ box, mask }: Shape, { points, radius }: Stroke): boolean {
  const around = [box.x0 - 1, box.y0 - 1, box.x1 + 1, box.y1 + 1] as const;
  const [own, painted] = [new Board(...around), new Board(...around)];
  own.draw({ box, mask });
  draw(painted, points, radius, CYTOPLASM);
  const { width } = own;
  return painted.classes.some(
    (px, i) =>
      px !== BACKGROUND &&
      [-1, 0, 1].some((row) =>
        [-1, 0, 1].some((column) => {
          const x = (i % width) + column;
          return x >= 0 && x < width && (own.classes[i + row * width + column] ?? BACKGROUND) !== BACKGROUND;
        }),
      ),
  );
}

/**
 * The shape after a stroke, or of a stroke alone, kept inside the image; null where nothing of it is left. Of a shape of one piece that is
 * erased apart the largest piece stays: measured as one, two would be a cell of neither's area.
 */
export function paint(
  shape: Shape | null,
  { points, radius, part }: Stroke,
  width: number,
  height: number,
): Measured | null {
  const reach = Math.ceil(radius);
  const xs = points.map(({ x }) => Math.floor(x));
  const ys = points.map(({ y }) => Math.floor(y));
  const grows = part !== BACKGROUND && points.length > 0;
  if (!shape && !grows) return null;
  const box = shape?.box ?? NOWHERE;
  const board = new Board(
    Math.max(0, grows ? Math.min(box.x0, Math.min(...xs) - reach) : box.x0),
    Math.max(0, grows ? Math.min(box.y0, Math.min(...ys) - reach) : box.y0),
    Math.min(width, grows ? Math.max(box.x1, Math.max(...xs) + reach + 1) : box.x1),
    Math.min(height, grows ? Math.max(box.y1, Math.max(...ys) + reach + 1) : box.y1),
  );
  if (shape) board.draw(shape);
  const pieces = part === BACKGROUND ? piecesOf(board).count : 0;
  draw(board, points, radius, part);
  if (pieces !== 1) return board.shape();
  const left = piecesOf(board);
  return board.shape(left.labels, largest(left.labels));
}

function piecesOf({ classes, width, height }: Board) {
  const inside = Int32Array.from(classes, (v) => (v === BACKGROUND ? 0 : 1));
  return components(inside, width, height);
}

/** The label, from 1, that most px have. */
function largest(labels: Int32Array): number {
  const px = new Map<number, number>();
  for (const label of labels) if (label > 0) px.set(label, (px.get(label) ?? 0) + 1);
  return [...px].reduce((best, one) => (one[1] > best[1] ? one : best), [1, 0])[0];
}

const NOWHERE = { x0: Number.POSITIVE_INFINITY, y0: Number.POSITIVE_INFINITY, x1: 0, y1: 0 };

function draw(board: Board, points: Stroke['points'], radius: number, part: Stroke['part']): void {
  points.forEach((point, i) => {
    stroke(board, points[Math.max(0, i - 1)] ?? point, point, radius, part);
  });
}

/** Sets every px whose centre is within `radius` of the line from a to b. */
function stroke(board: Board, a: Stroke['points'][0], b: Stroke['points'][0], radius: number, part: number): void {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const length = dx * dx + dy * dy;
  const [left, right] = [Math.min(a.x, b.x) - radius - board.x0, Math.max(a.x, b.x) + radius - board.x0];
  const [top, bottom] = [Math.min(a.y, b.y) - radius - board.y0, Math.max(a.y, b.y) + radius - board.y0];
  for (let y = Math.max(0, Math.floor(top)); y < Math.min(board.height, bottom + 1); y++) {
    for (let x = Math.max(0, Math.floor(left)); x < Math.min(board.width, right + 1); x++) {
      const [px, py] = [board.x0 + x + 0.5 - a.x, board.y0 + y + 0.5 - a.y];
      const along = length === 0 ? 0 : Math.min(1, Math.max(0, (px * dx + py * dy) / length));
      if (Math.hypot(px - along * dx, py - along * dy) <= radius) board.classes[y * board.width + x] = part;
    }
  }
}

/** Several shapes as one. */
export function union(shapes: readonly Shape[]): Measured | null {
  const boxes = shapes.map(({ box }) => box);
  const board = new Board(
    Math.min(...boxes.map(({ x0 }) => x0)),
    Math.min(...boxes.map(({ y0 }) => y0)),
    Math.max(...boxes.map(({ x1 }) => x1)),
    Math.max(...boxes.map(({ y1 }) => y1)),
  );
  for (const shape of shapes) board.draw(shape);
  return board.shape();
}

/** Smallest half width of a part that may be a cell, as a share of the shape's shorter side. */
const LEAST_PART = 0.12;

/**
 * Cuts a shape where it has necks (the watershed that the engine uses); where it has none, through its middle across its
 * long axis. Always two parts or more, or none where the shape is too small to be cut.
 */
export function cut(shape: Shape): Measured[] {
  const { box } = shape;
  const board = new Board(box.x0, box.y0, box.x1, box.y1);
  board.draw(shape);
  const { width, height } = board;
  const inside = Int32Array.from(board.classes, (v) => (v === BACKGROUND ? 0 : 1));
  const separate = piecesOf(board);
  const parted = splitRegions(separate.labels, separate.count, width, height, Math.min(width, height) * LEAST_PART);
  const labels = parted.count > 1 ? straightenCuts(parted.labels, width, height) : halves(inside, width);
  const count = parted.count > 1 ? parted.count : 2;
  const parts = Array.from({ length: count }, (_, i) => board.shape(labels, i + 1)).filter((part) => part !== null);
  return parts.length > 1 ? parts : [];
}

/** 1 and 2 on the two sides of the line through the centroid across the axis of largest spread. */
function halves(inside: Int32Array, width: number): Int32Array {
  let [n, sx, sy, sxx, syy, sxy] = [0, 0, 0, 0, 0, 0];
  inside.forEach((v, i) => {
    if (!v) return;
    const x = i % width;
    const y = (i - x) / width;
    [n, sx, sy, sxx, syy, sxy] = [n + 1, sx + x, sy + y, sxx + x * x, syy + y * y, sxy + x * y];
  });
  const [mx, my] = [sx / n, sy / n];
  const angle = Math.atan2(2 * (sxy / n - mx * my), sxx / n - mx * mx - (syy / n - my * my)) / 2;
  const [ux, uy] = [Math.cos(angle), Math.sin(angle)];
  return inside.map((v, i) => {
    if (!v) return 0;
    const x = i % width;
    return (x - mx) * ux + ((i - x) / width - my) * uy < 0 ? 1 : 2;
  });
}

/** A disc, for a cell drawn where the engine sees none. */
export function disc(x: number, y: number, radius: number, width: number, height: number): Measured | null {
  const empty: Shape = {
    box: { x0: Math.floor(x), y0: Math.floor(y), x1: Math.floor(x) + 1, y1: Math.floor(y) + 1 },
    mask: encodeMask([CYTOPLASM], 1, 1),
  };
  return paint(empty, { points: [{ x, y }], radius, part: CYTOPLASM }, width, height);
}
