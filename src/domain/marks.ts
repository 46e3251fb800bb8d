/**
 * What programs draw into a picture: scale bars, letters, arrows, rings, the time. Its colours are the screen's plainest, which no stain
 * has, and its edges are crisp. Left as it is, some of it is taken for cells or for parts of them, and white for the background.
 */
import type { Pixels } from './pixels';

/**
 * A channel is at its end within so many levels: of green, yellow and cyan, which no stain is anywhere near, with room for what JPEG does
 * to thin lines; of red, blue and magenta; of black and white.
 */
const [NEAR, NEARER, PLAIN] = [72, 32, 8];
/** In a picture less bright than the first stain may be black, in one brighter than the second glass is white. */
const [DIM, BRIGHT] = [120, 225];
/** Px of the least mark, the share of the picture that all of them may be, and in how many runs: more is no mark, but light or noise. */
const [LEAST, MOST, MOST_RUNS] = [16, 0.15, 200_000];
/** An edge is crisp where so many px beyond it the colour is another by so many levels: along this share of a mark of a foreign colour. */
const [BEYOND, STEP, CRISP] = [3, 64, 0.75];
/** Other marks are slender as well (crisp edge squared by area, of a disc 20 and of a square 16, counted in sides of px), or fill so much of their box. */
const [SLENDER, BLOCK] = [30, 0.97];
/** Px beyond a mark's edge that its colour bleeds into, and most px of a row between two parts of it that are a letter's. */
const [BLEED, LETTER] = [3, 32];

/** Px of one row, from x0 up to but not including x1, whose colours are extreme. */
interface Run {
  y: number;
  x0: number;
  x1: number;
}

type IsExtreme = (x: number, y: number) => boolean;

/**
 * Paints over the marks in a picture, in place, from their edges inwards with what is around them; returns how many px.
 * `brightness`: what nine tenths of the picture's px stay under by their brightest channel, 0 to 255.
 */
export function paintMarks(pixels: Pixels, brightness: number): number {
  const { data, width, height } = pixels;
  const isPlain = plainest(data, brightness);
  const isExtreme: IsExtreme = (x, y) => isPlain(4 * (y * width + x)) !== null;
  const runs: Run[] = [];
  let most = MOST * width * height;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (!isExtreme(x, y)) continue;
      const x0 = x;
      while (x < width && isExtreme(x, y)) x++;
      runs.push({ y, x0, x1: x });
      most -= x - x0;
      if (most < 0 || runs.length > MOST_RUNS) return 0;
    }
  }
  const isForeign = (x: number, y: number) => isPlain(4 * (y * width + x)) === 'foreign';
  const marks = connected(runs).filter((mark) => isMark(pixels, mark, isExtreme, isForeign));
  return marks.length === 0 ? 0 : fill(pixels, widened(marks, width, height));
}

type Tint = 'foreign' | 'possible' | null;

/** Tells whether the px whose channels begin at an index has one of the screen's plainest colours: one foreign to smears, or one possible in them. */
function plainest(data: Uint8ClampedArray, brightness: number): (at: number) => Tint {
  const [black, white] = [brightness > DIM ? PLAIN : -1, brightness < BRIGHT ? 255 - PLAIN : 256];
  return (at) => {
    // No arrays here: every px of the picture passes through.
    const r = data[at] as number;
    const g = data[at + 1] as number;
    const b = data[at + 2] as number;
    const low = Math.min(r, g, b);
    const high = Math.max(r, g, b);
    if (high <= black || low >= white) return 'possible';
    if (low > NEAR || high < 255 - NEAR) return null;
    const areEnds = (near: number) => [r, g, b].every((value) => value <= near || value >= 255 - near);
    if (g >= 255 - NEAR) return areEnds(NEAR) ? 'foreign' : null;
    return low <= NEARER && high >= 255 - NEARER && areEnds(NEARER) ? 'possible' : null;
  };
}

/** Runs that hang together, corners counted. */
function connected(runs: readonly Run[]): Run[][] {
  const parents = runs.map((_, i) => i);
  const rootOf = (i: number): number => {
    let root = i;
    while (parents[root] !== root) root = parents[root] = parents[parents[root] as number] as number;
    return root;
  };
  let above = 0;
  runs.forEach(({ y, x0, x1 }, i) => {
    const isPast = (run: Run) => run.y < y - 1 || (run.y === y - 1 && run.x1 < x0);
    while (above < i && isPast(runs[above] as Run)) above++;
    for (let k = above; k < i; k++) {
      const other = runs[k] as Run;
      if (other.y !== y - 1 || other.x0 > x1) break;
      parents[rootOf(k)] = rootOf(i);
    }
  });
  const groups = new Map<number, Run[]>();
  runs.forEach((run, i) => {
    const root = rootOf(i);
    const group = groups.get(root);
    if (group) group.push(run);
    else groups.set(root, [run]);
  });
  return [...groups.values()];
}

/** Large enough, crisp, and of a foreign colour or slender. */
function isMark({ data, width, height }: Pixels, runs: Run[], isExtreme: IsExtreme, isForeign: IsExtreme): boolean {
  const area = runs.reduce((sum, { x0, x1 }) => sum + x1 - x0, 0);
  if (area < LEAST) return false;
  let [seen, crisp, foreign] = [0, 0, 0];
  const look = (x: number, y: number, dx: number, dy: number) => {
    const isIn = (u: number, v: number) => u >= 0 && v >= 0 && u < width && v < height;
    if (isIn(x + dx, y + dy) && isExtreme(x + dx, y + dy)) return;
    const [u, v] = [x + BEYOND * dx, y + BEYOND * dy];
    // Letters on black are one mark with it.
    if (!isIn(u, v) || isExtreme(u, v)) return;
    const [at, other] = [4 * (y * width + x), 4 * (v * width + u)];
    seen++;
    crisp += Number([0, 1, 2].some((c) => Math.abs((data[at + c] as number) - (data[other + c] as number)) >= STEP));
  };
  for (const { y, x0, x1 } of runs) {
    look(x0, y, -1, 0);
    look(x1 - 1, y, 1, 0);
    for (let x = x0; x < x1; x++) {
      look(x, y, 0, -1);
      look(x, y, 0, 1);
      foreign += Number(isForeign(x, y));
    }
  }
  if (foreign > area / 2) return crisp >= CRISP * seen;
  return crisp ** 2 >= SLENDER * area || isBlock(runs, crisp);
}

/** A straight rectangle, whatever is written on it; `crisp`: of its edge, px. */
function isBlock(runs: Run[], crisp: number): boolean {
  const rows = new Map<number, { x0: number; x1: number }>();
  for (const { y, x0, x1 } of runs) rows.set(y, { x0: rows.get(y)?.x0 ?? x0, x1 });
  const ends = [...rows.values()];
  const width =
    ends.reduce((most, { x1 }) => Math.max(most, x1), 0) -
    ends.reduce((least, { x0 }) => Math.min(least, x0), Number.POSITIVE_INFINITY);
  const covered = ends.reduce((sum, { x0, x1 }) => sum + x1 - x0, 0);
  // A corner of the picture may hide half of its edge.
  return covered >= BLOCK * width * rows.size && crisp >= CRISP * (width + rows.size);
}

/** 1 where a mark is, with the letters on it, and where its colour bleeds. */
function widened(marks: readonly Run[][], width: number, height: number): Uint8Array {
  const inside = new Uint8Array(width * height);
  for (const runs of marks) {
    runs.forEach(({ y, x0, x1 }, i) => {
      const next = runs[i + 1];
      const end = next?.y === y && next.x0 - x1 <= LETTER ? next.x0 : x1;
      for (let v = Math.max(0, y - BLEED); v <= Math.min(height - 1, y + BLEED); v++) {
        inside.fill(1, v * width + Math.max(0, x0 - BLEED), v * width + Math.min(width, end + BLEED));
      }
    });
  }
  return inside;
}

/** Ring by ring from outside, each px as the mean of those beside it that are known; returns how many. */
function fill({ data, width, height }: Pixels, inside: Uint8Array): number {
  const beside = (at: number): number[] => {
    const [x, y] = [at % width, Math.floor(at / width)];
    const found: number[] = [];
    for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++) {
      for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) found.push(v * width + u);
    }
    return found;
  };
  let ring: number[] = [];
  inside.forEach((value, at) => {
    if (value && beside(at).some((other) => !inside[other])) ring.push(at);
  });
  let painted = 0;
  while (ring.length > 0) {
    const colours = ring.map((at) => {
      const known = beside(at).filter((other) => !inside[other]);
      return [0, 1, 2].map((c) => known.reduce((sum, i) => sum + (data[4 * i + c] as number), 0) / known.length);
    });
    ring.forEach((at, i) => {
      data.set(colours[i] as number[], 4 * at);
      inside[at] = 0;
    });
    painted += ring.length;
    ring = [...new Set(ring.flatMap((at) => beside(at).filter((other) => inside[other])))];
  }
  return painted;
}
