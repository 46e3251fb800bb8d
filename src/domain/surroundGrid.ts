/** An image by the cells of a coarse grid, for telling what is around a field of view (surround.ts). */
import type { Box } from './box';
import { components } from './components';
import type { Pixels } from './pixels';

/** Cells of the grid along the longer side. */
const GRID = 192;
/** The surround holds so many of the image's corners, and so much of the image: no cell does. */
export const CORNERS = 2;
const LEAST = 0.02;
/** The field is at least so much of the image. */
const FIELD = 0.1;

export interface Grid {
  /** px a cell. */
  step: number;
  /** Px of the image. */
  width: number;
  height: number;
  columns: number;
  rows: number;
  /** Mean colour of each cell, 0 to 255. */
  colours: Float32Array;
  /** Mean of its brightest channel. */
  brightness: Float32Array;
  /** Largest less smallest value, of the channel in which that is most. */
  spread: Float32Array;
}

export function gridOf({ data, width, height }: Pixels): Grid {
  const step = Math.max(1, Math.ceil(Math.max(width, height) / GRID));
  const [columns, rows] = [Math.ceil(width / step), Math.ceil(height / step)];
  const colours = new Float32Array(3 * columns * rows);
  const brightness = new Float32Array(columns * rows);
  const spread = new Float32Array(columns * rows);
  // A few px stand for each cell.
  const skip = Math.max(1, Math.floor(step / 4));
  for (let i = 0; i < brightness.length; i++) {
    const [x0, y0] = [(i % columns) * step, Math.floor(i / columns) * step];
    let [n, r, g, b, most] = [0, 0, 0, 0, 0];
    const [low, high] = [
      [255, 255, 255],
      [0, 0, 0],
    ] as [number[], number[]];
    for (let y = y0; y < Math.min(height, y0 + step); y += skip) {
      for (let x = x0; x < Math.min(width, x0 + step); x += skip) {
        const at = 4 * (y * width + x);
        const [red, green, blue] = [data[at] as number, data[at + 1] as number, data[at + 2] as number];
        r += red;
        g += green;
        b += blue;
        most += Math.max(red, green, blue);
        n++;
        for (let c = 0; c < 3; c++) {
          const value = data[at + c] as number;
          if (value < (low[c] as number)) low[c] = value;
          if (value > (high[c] as number)) high[c] = value;
        }
      }
    }
    colours.set([r / n, g / n, b / n], 3 * i);
    brightness[i] = most / n;
    spread[i] = Math.max(...[0, 1, 2].map((c) => (high[c] as number) - (low[c] as number)));
  }
  return { step, width, height, columns, rows, colours, brightness, spread };
}

const cornersOf = ({ columns, rows }: Grid) => [0, columns - 1, columns * (rows - 1), columns * rows - 1];

/** The cells that hang together with corners among those that `are`; null where they hold too few corners or too little. */
export function fromCorners(grid: Grid, are: (i: number) => boolean): Uint8Array | null {
  const { columns, rows, brightness } = grid;
  const inside = Uint8Array.from(brightness, (_, i) => Number(are(i)));
  const { labels } = components(inside, columns, rows);
  const corners = cornersOf(grid)
    .map((at) => labels[at] as number)
    .filter((label) => label > 0);
  const found = Uint8Array.from(labels, (label) => Number(corners.includes(label)));
  return corners.length < CORNERS || sizeOf(found) < LEAST * found.length ? null : found;
}

/** Of these cells those that hang together with a side of the image. */
export function fromSides(inside: ArrayLike<number>, { columns, rows }: Grid): Uint8Array {
  const { labels, count } = components(inside, columns, rows);
  const atSide = new Uint8Array(count + 1);
  labels.forEach((label, i) => {
    const [x, y] = [i % columns, Math.floor(i / columns)];
    if (label && (x === 0 || y === 0 || x === columns - 1 || y === rows - 1)) atSide[label] = 1;
  });
  return Uint8Array.from(labels, (label) => atSide[label] as number);
}

export const sizeOf = (cells: Uint8Array) => cells.reduce((sum, value) => sum + value, 0);

/** Of what is not in the surround: its box, the sides of the image that it keeps from, and how much of the box it fills; 0 where it is too little. */
export function fieldIn(surround: Uint8Array, { columns, rows }: Grid): { box: Box; sides: number; solidity: number } {
  let [x0, y0, x1, y1, field] = [columns, rows, 0, 0, 0];
  surround.forEach((inside, i) => {
    if (inside) return;
    const [x, y] = [i % columns, Math.floor(i / columns)];
    [x0, x1, y0, y1] = [Math.min(x0, x), Math.max(x1, x + 1), Math.min(y0, y), Math.max(y1, y + 1)];
    field++;
  });
  const sides = [x0 > 0, y0 > 0, x1 < columns, y1 < rows].filter(Boolean).length;
  const solidity = field < FIELD * surround.length ? 0 : field / ((x1 - x0) * (y1 - y0));
  return { box: { x0, y0, x1, y1 }, sides, solidity };
}

/** With the cells beside them, corners counted. */
export function widened(inside: ArrayLike<number>, { columns, rows }: Grid): Uint8Array {
  return Uint8Array.from(inside, (_, i) => {
    const [x, y] = [i % columns, Math.floor(i / columns)];
    for (let v = Math.max(0, y - 1); v <= Math.min(rows - 1, y + 1); v++) {
      for (let u = Math.max(0, x - 1); u <= Math.min(columns - 1, x + 1); u++) if (inside[v * columns + u]) return 1;
    }
    return 0;
  });
}
