/**
 * The dark around a field of view: what a camera sees beyond the edge of an eyepiece, or a video's bars. It is no smear, and as
 * dark as a nucleus: left as it is it would be taken for the stain of everything beside it.
 */
import { components } from './components';
import type { Pixels } from './pixels';

/** Cells of the grid along the longer side. */
const GRID = 192;
/** A cell of the grid is dark below this share of the brightness that nine tenths of the image stay under. */
const DARK = 0.3;
/** Px along each side that stand for the image in that. */
const SAMPLES = 32;
/** The surround holds so many of the image's corners, and so much of the image: no cell does. */
const [CORNERS, LEAST] = [2, 0.02];
/** Cells of the grid over which a soft edge reaches into the field. */
const EDGE = 5;
/** Blocks along the longer side, each with a background colour of its own. */
const BLOCKS = 12;
const BACKGROUND_QUANTILE = 0.9;

interface Grid {
  /** px a cell. */
  step: number;
  columns: number;
  rows: number;
  /** Mean colour of each cell, 0 to 255. */
  colours: Float32Array;
  /** Mean of its brightest channel. */
  brightness: Float32Array;
}

/** Paints it as empty background goes on there, in place; false where an image has none, which stays as it is. */
export function paintSurround(pixels: Pixels): boolean {
  const limit = DARK * brightnessOf(pixels);
  // Nearly every image has bright corners, and no need of the grid.
  if (darkCorners(pixels, limit) < CORNERS) return false;
  const grid = gridOf(pixels);
  const surround = surroundOf(grid, limit);
  if (!surround) return false;
  const colourAt = backgroundOf(grid, surround);
  const { data, width, height } = pixels;
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
  return true;
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

function darkCorners(pixels: Pixels, limit: number): number {
  const ends = ({ width, height }: Pixels) =>
    [0, width - 1].flatMap((x) => [0, height - 1].map((y) => [x, y] as const));
  return ends(pixels).filter(([x, y]) => brightest(pixels, x, y) < limit).length;
}

function gridOf({ data, width, height }: Pixels): Grid {
  const step = Math.max(1, Math.ceil(Math.max(width, height) / GRID));
  const [columns, rows] = [Math.ceil(width / step), Math.ceil(height / step)];
  const colours = new Float32Array(3 * columns * rows);
  const brightness = new Float32Array(columns * rows);
  // A few px stand for each cell.
  const skip = Math.max(1, Math.floor(step / 4));
  for (let i = 0; i < brightness.length; i++) {
    const [x0, y0] = [(i % columns) * step, Math.floor(i / columns) * step];
    let [n, r, g, b, most] = [0, 0, 0, 0, 0];
    for (let y = y0; y < Math.min(height, y0 + step); y += skip) {
      for (let x = x0; x < Math.min(width, x0 + step); x += skip) {
        const at = 4 * (y * width + x);
        const [red, green, blue] = [data[at] as number, data[at + 1] as number, data[at + 2] as number];
        r += red;
        g += green;
        b += blue;
        most += Math.max(red, green, blue);
        n++;
      }
    }
    colours.set([r / n, g / n, b / n], 3 * i);
    brightness[i] = most / n;
  }
  return { step, columns, rows, colours, brightness };
}

/** Which cells of the grid are in the surround or at its soft edge; null where there is none. */
function surroundOf({ columns, rows, brightness }: Grid, limit: number): Uint8Array | null {
  const { labels } = components(
    brightness.map((value) => Number(value < limit)),
    columns,
    rows,
  );
  const corners = [0, columns - 1, columns * (rows - 1), columns * rows - 1].map((at) => labels[at]).filter(Boolean);
  const inside = Uint8Array.from(labels, (label) => Number(corners.includes(label)));
  const size = inside.reduce((sum, value) => sum + value, 0);
  if (corners.length < CORNERS || size < LEAST * inside.length) return null;
  return widened(inside, columns, rows);
}

/** The cells within EDGE of those inside, along rows and columns. */
function widened(inside: Uint8Array, columns: number, rows: number): Uint8Array {
  const along = (from: Uint8Array, stride: number, placeOf: (i: number) => number, length: number) =>
    from.map((_, i) => {
      for (let k = -EDGE; k <= EDGE; k++) {
        const place = placeOf(i) + k;
        if (place >= 0 && place < length && from[i + k * stride]) return 1;
      }
      return 0;
    });
  const across = along(inside, 1, (i) => i % columns, columns);
  return along(across, columns, (i) => Math.floor(i / columns), rows);
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
