/**
 * What is around a field of view and is no smear: the dark beyond the edge of an eyepiece, a video's black bars, a figure's frame, the
 * window of the program that shows it. Left as it is it would be taken for stain, or for the background that stain is measured against.
 */
import type { Box } from './box';
import { components } from './components';
import { paintMarks } from './marks';
import type { Pixels } from './pixels';
import { CORNERS, fieldIn, fromCorners, fromSides, type Grid, gridOf, sizeOf, widened } from './surroundGrid';

/** A cell of the grid is dark below the first share of the brightness that nine tenths of the image stay under, dim below the second. */
const [DARK, DIM] = [0.3, 0.9];
/** Px along each side that stand for the image in that. */
const SAMPLES = 32;
/** A cell of a frame has one colour, one that the image's edge has: levels of a channel, with room for what JPEG does to it. */
const [FLAT, SAME] = [8, 4];
/** How much of its bounding box the field fills, in the dark (an eyepiece's: 0.785) and in a frame (a cell: 0.8). */
const [ROUND, SOLID] = [0.7, 0.95];
/** Whole sides of the image that a frame holds, and the share of it that may be letters and buttons: less than another field would be. */
const [SIDES, LETTERS] = [2, 0.2];
/** Cells of the grid over which a soft edge may reach into the field. */
const EDGE = 5;
/** Blocks along the longer side, each with a background colour of its own. */
const BLOCKS = 12;
const BACKGROUND_QUANTILE = 0.9;

/** The part of an image that is a field of view, and where it lies in the image, px. */
export interface Field {
  pixels: Pixels;
  x: number;
  y: number;
  /** Whether a px of the field was painted: beyond a round one's edge. */
  isPainted?: (x: number, y: number) => boolean;
}

/** An image that is nothing but its field. */
export const whole = (pixels: Pixels): Field => ({ pixels, x: 0, y: 0 });

/**
 * The field that an image shows: what has straight sides is cut out, what has not stays where it is, and around it the background is
 * painted on, as over the marks drawn into it. All in place: the image's own px are no longer of use. An image that is nothing but its
 * field stays as it is.
 */
export function fieldOf(pixels: Pixels): Field {
  const framed = cornersThat(pixels, (x, y) => isPlain(pixels, x, y)) < CORNERS ? null : framedIn(gridOf(pixels));
  const field = framed ? cutOut(pixels, framed) : whole(pixels);
  // What a frame holds may be an eyepiece's.
  const isPainted = paintDark(field.pixels);
  paintMarks(field.pixels, brightnessOf(field.pixels));
  return isPainted ? { ...field, isPainted } : field;
}

/** Paints the dark around a field as the background goes on there, and tells what is painted; null where there is none. */
function paintDark(pixels: Pixels): Field['isPainted'] | null {
  const usual = brightnessOf(pixels);
  // Most images have no dark corners, and no need of the grid.
  if (cornersThat(pixels, (x, y) => brightest(pixels, x, y) < DARK * usual) < CORNERS) return null;
  const grid = gridOf(pixels);
  const dark = darkAround(grid, usual);
  if (!dark) return null;
  paint(pixels, grid, dark);
  const { step, columns } = grid;
  return (x, y) => dark[Math.floor(y / step) * columns + Math.floor(x / step)] === 1;
}

/** Moves the rows of a part to the front of the image's own px. */
function cutOut({ data, width }: Pixels, { x0, y0, x1, y1 }: Box): Field {
  const [w, h] = [x1 - x0, y1 - y0];
  for (let y = 0; y < h; y++) {
    const from = 4 * ((y0 + y) * width + x0);
    data.copyWithin(4 * y * w, from, from + 4 * w);
  }
  return { pixels: { data: data.subarray(0, 4 * w * h), width: w, height: h }, x: x0, y: y0 };
}

function paint({ data, width, height }: Pixels, grid: Grid, surround: Uint8Array): void {
  const colourAt = backgroundOf(grid, surround);
  const { step, columns } = grid;
  const colour = [0, 0, 0];
  surround.forEach((inside, i) => {
    if (!inside) return;
    const [x0, y0] = [(i % columns) * step, Math.floor(i / columns) * step];
    for (let y = y0; y < Math.min(height, y0 + step); y++) {
      for (let x = x0; x < Math.min(width, x0 + step); x++) {
        colourAt(x, y, colour);
        data.set(colour, 4 * (y * width + x));
      }
    }
  });
}

/** Brightest channel of a px. */
const brightest = ({ data, width }: Pixels, x: number, y: number) => {
  const at = 4 * (y * width + x);
  return Math.max(data[at] as number, data[at + 1] as number, data[at + 2] as number);
};

/** What nine tenths of the image stay under, 0 to 255. */
function brightnessOf(pixels: Pixels): number {
  const place = (k: number, n: number) => Math.floor(((k + 0.5) / SAMPLES) * n);
  const samples = Array.from({ length: SAMPLES ** 2 }, (_, i) =>
    brightest(pixels, place(i % SAMPLES, pixels.width), place(Math.floor(i / SAMPLES), pixels.height)),
  );
  return quantile(samples, BACKGROUND_QUANTILE);
}

function cornersThat({ width, height }: Pixels, are: (x: number, y: number) => boolean): number {
  return [0, width - 1].flatMap((x) => [0, height - 1].filter((y) => are(x, y))).length;
}

/** A few px from a corner on along both sides have its colour. */
function isPlain({ data, width, height }: Pixels, x: number, y: number): boolean {
  const at = 4 * (y * width + x);
  return Array.from({ length: 8 }, (_, k) => k + 1).every((k) =>
    [
      [Math.abs(x - k), y],
      [x, Math.abs(y - k)],
    ].every(([u = 0, v = 0]) => {
      const other = 4 * (Math.min(height - 1, v) * width + Math.min(width - 1, u));
      return [0, 1, 2].every((c) => Math.abs((data[other + c] as number) - (data[at + c] as number)) <= FLAT);
    }),
  );
}

const not = (value: number) => 1 - value;

/** The dark from the corners on, with its soft edge; null where there is none. */
function darkAround(grid: Grid, usual: number): Uint8Array | null {
  const { brightness } = grid;
  let dark = fromCorners(grid, (i) => (brightness[i] as number) < DARK * usual);
  if (!dark) return null;
  // The cells that the edge itself cuts, and as many more as are dim.
  for (let ring = 0; ring < EDGE; ring++) {
    const wider = widened(dark, grid);
    const before = dark;
    dark = wider.map((value, i) =>
      Number(value && (before[i] || ring === 0 || (brightness[i] as number) < DIM * usual)),
    );
  }
  // Bright things on a dark ground are no field.
  return fieldIn(dark, grid).solidity >= ROUND ? dark : null;
}

/** The cells of one colour, one that cells at the image's edge have too. */
function plainIn({ spread, colours, columns, rows }: Grid): Uint8Array {
  const colourOf = (i: number) => [0, 1, 2].map((c) => colours[3 * i + c] as number);
  const alike = (a: number[], b: number[]) => a.every((value, c) => Math.abs(value - (b[c] as number)) <= SAME);
  const atEdge: number[][] = [];
  spread.forEach((value, i) => {
    const [x, y] = [i % columns, Math.floor(i / columns)];
    if (value > FLAT || (x > 0 && y > 0 && x < columns - 1 && y < rows - 1)) return;
    const colour = colourOf(i);
    if (!atEdge.some((known) => alike(known, colour))) atEdge.push(colour);
  });
  return Uint8Array.from(spread, (value, i) => {
    if (value > FLAT) return 0;
    const colour = colourOf(i);
    return Number(atEdge.some((known) => alike(known, colour)));
  });
}

/**
 * The one field with straight sides on plain ground, px: in a figure's frame, between bars, in the window of the program that shows it,
 * with its letters and buttons; null where there is none. Glass between cells is no such ground.
 */
function framedIn(grid: Grid): Box | null {
  const { step, columns, rows } = grid;
  const plain = plainIn(grid);
  // Letters and the lines between parts of a window are thin; what hangs on the field by them alone is no part of it.
  const thick = widened(widened(plain, grid).map(not), grid);
  const { labels, count } = components(thick, columns, rows);
  if (count === 0) return null;
  const sizes = new Int32Array(count + 1);
  for (const label of labels) if (label) sizes[label] = (sizes[label] as number) + 1;
  const field = sizes.indexOf(Math.max(...sizes));
  const frame = fromSides(
    labels.map((label) => Number(label !== field)),
    grid,
  );
  const { box, sides, solidity } = fieldIn(frame, grid);
  const letters = frame.reduce((sum, inside, i) => sum + Number(inside && !plain[i]), 0);
  if (sides < SIDES || solidity < SOLID || letters > LETTERS * sizeOf(frame)) return null;
  // The cells on its sides are cut by them.
  return {
    x0: box.x0 && (box.x0 + 1) * step,
    y0: box.y0 && (box.y0 + 1) * step,
    x1: box.x1 < columns ? (box.x1 - 1) * step : grid.width,
    y1: box.y1 < rows ? (box.y1 - 1) * step : grid.height,
  };
}

/** The background's colour at any px: between blocks' own, and beyond the field as in the nearest block of it. */
function backgroundOf({ step, columns, rows, colours }: Grid, surround: Uint8Array) {
  const size = Math.ceil(Math.max(columns, rows) / BLOCKS);
  const [across, down] = [Math.ceil(columns / size), Math.ceil(rows / size)];
  const members: number[][] = Array.from({ length: across * down }, () => []);
  surround.forEach((inside, i) => {
    const block = Math.floor(Math.floor(i / columns) / size) * across + Math.floor((i % columns) / size);
    if (!inside) members[block]?.push(i);
  });
  const known = members.map((of) =>
    of.length === 0
      ? null
      : [0, 1, 2].map((c) =>
          quantile(
            of.map((i) => colours[3 * i + c] as number),
            BACKGROUND_QUANTILE,
          ),
        ),
  );
  const places = known.flatMap((colour, i) => (colour ? [{ colour, x: i % across, y: Math.floor(i / across) }] : []));
  const blocks = known.map((colour, i) => {
    if (colour) return colour;
    const far = (place: { x: number; y: number }) =>
      Math.hypot(place.x - (i % across), place.y - Math.floor(i / across));
    return places.reduce((best, one) => (far(one) < far(best) ? one : best)).colour;
  });
  return (x: number, y: number, into: number[]) => {
    const u = Math.min(across - 1, Math.max(0, x / step / size - 0.5));
    const v = Math.min(down - 1, Math.max(0, y / step / size - 0.5));
    const [column, row] = [Math.min(across - 2, Math.floor(u)), Math.min(down - 2, Math.floor(v))].map((n) =>
      Math.max(0, n),
    );
    const at = (row as number) * across + (column as number);
    const [p, q] = [u - (column as number), v - (row as number)];
    const right = across > 1 ? 1 : 0;
    const below = down > 1 ? across : 0;
    for (let c = 0; c < 3; c++) {
      const value = (i: number) => (blocks[i] as number[])[c] as number;
      const top = value(at) * (1 - p) + value(at + right) * p;
      const bottom = value(at + below) * (1 - p) + value(at + below + right) * p;
      into[c] = top * (1 - q) + bottom * q;
    }
  };
}

/** The value that this share of them do not exceed. */
function quantile(values: number[], share: number): number {
  values.sort((a, b) => a - b);
  return values[Math.floor(share * (values.length - 1))] ?? 0;
}
