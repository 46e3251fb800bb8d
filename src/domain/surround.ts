/**
 * What is around a field of view and is no smear: the dark beyond the edge of an eyepiece, a video's black bars, the plain frame of a
 * figure. Left as it is it would be taken for stain, or for the background that stain is measured against.
 */
import { components } from './components';
import type { Pixels } from './pixels';

/** Cells of the grid along the longer side. */
const GRID = 192;
/** A cell of the grid is dark below the first share of the brightness that nine tenths of the image stay under, dim below the second. */
const [DARK, DIM] = [0.3, 0.9];
/** Px along each side that stand for the image in that. */
const SAMPLES = 32;
/** A cell of a frame has one colour, and the corner's: levels of a channel, with room for what JPEG does to it. */
const [FLAT, SAME] = [8, 4];
/** The surround holds so many of the image's corners, and so much of the image: no cell does. */
const [CORNERS, LEAST] = [2, 0.02];
/** How much of its bounding box the field fills, in the dark (an eyepiece's: 0.785) and in a frame (a cell: 0.8); and of the image. */
const [ROUND, SOLID, FIELD] = [0.7, 0.95, 0.1];
/** Whole sides of the image that a frame holds. */
const SIDES = 2;
/** Cells of the grid over which a soft edge may reach into the field. */
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
  /** Largest less smallest value, of the channel in which that is most. */
  spread: Float32Array;
}

/** Paints it as the background goes on there, in place; false where an image has none, which stays as it is. */
export function paintSurround(pixels: Pixels): boolean {
  const usual = brightnessOf(pixels);
  // Nearly every image has corners that are neither dark nor plain, and no need of the grid.
  if (cornersThat(pixels, (x, y) => brightest(pixels, x, y) < DARK * usual || isPlain(pixels, x, y)) < CORNERS)
    return false;
  const grid = gridOf(pixels);
  const surround = darkAround(grid, usual) ?? frameOf(grid);
  if (!surround) return false;
  paint(pixels, grid, surround);
  return true;
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

function gridOf({ data, width, height }: Pixels): Grid {
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
  return { step, columns, rows, colours, brightness, spread };
}

const cornersOf = ({ columns, rows }: Grid) => [0, columns - 1, columns * (rows - 1), columns * rows - 1];

/** The cells that hang together with corners among those that `are`; null where they hold too few corners or too little. */
function fromCorners(grid: Grid, are: (i: number) => boolean): Uint8Array | null {
  const { columns, rows, brightness } = grid;
  const inside = Uint8Array.from(brightness, (_, i) => Number(are(i)));
  const { labels } = components(inside, columns, rows);
  const corners = cornersOf(grid)
    .map((at) => labels[at] as number)
    .filter((label) => label > 0);
  const found = Uint8Array.from(labels, (label) => Number(corners.includes(label)));
  return corners.length < CORNERS || sizeOf(found) < LEAST * found.length ? null : found;
}

const sizeOf = (cells: Uint8Array) => cells.reduce((sum, value) => sum + value, 0);

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

/** A frame of one colour around a field with straight sides; null where there is none. Glass between cells is no frame. */
function frameOf(grid: Grid): Uint8Array | null {
  const { colours, spread } = grid;
  const alike = (i: number, corner: number) =>
    [0, 1, 2].every((c) => Math.abs((colours[3 * i + c] as number) - (colours[3 * corner + c] as number)) <= SAME);
  const corners = cornersOf(grid);
  const frame = fromCorners(grid, (i) => (spread[i] as number) <= FLAT && corners.some((corner) => alike(i, corner)));
  if (!frame) return null;
  const { sides, solidity } = fieldIn(frame, grid);
  return sides >= SIDES && solidity >= SOLID ? widened(frame, grid) : null;
}

/** Of what is not in the surround: sides of the image that it keeps from, and how much of its box it fills; 0 where it is too little. */
function fieldIn(surround: Uint8Array, { columns, rows }: Grid): { sides: number; solidity: number } {
  let [x0, y0, x1, y1, field] = [columns, rows, 0, 0, 0];
  surround.forEach((inside, i) => {
    if (inside) return;
    const [x, y] = [i % columns, Math.floor(i / columns)];
    [x0, x1, y0, y1] = [Math.min(x0, x), Math.max(x1, x + 1), Math.min(y0, y), Math.max(y1, y + 1)];
    field++;
  });
  const sides = [x0 > 0, y0 > 0, x1 < columns, y1 < rows].filter(Boolean).length;
  return { sides, solidity: field < FIELD * surround.length ? 0 : field / ((x1 - x0) * (y1 - y0)) };
}

/** With the cells beside them, corners counted. */
function widened(inside: Uint8Array, { columns, rows }: Grid): Uint8Array {
  return inside.map((_, i) => {
    const [x, y] = [i % columns, Math.floor(i / columns)];
    for (let v = Math.max(0, y - 1); v <= Math.min(rows - 1, y + 1); v++) {
      for (let u = Math.max(0, x - 1); u <= Math.min(columns - 1, x + 1); u++) if (inside[v * columns + u]) return 1;
    }
    return 0;
  });
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
