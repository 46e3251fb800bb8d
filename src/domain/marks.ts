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
/** An edge is crisp where so many px beyond it the colour is another by so many levels: along this share of a mark. */
const [BEYOND, STEP, CRISP] = [3, 64, 0.75];
/** A block reaches over so much of its box, and this share of it is its own ground: the rest are letters. */
const [BLOCK, GROUND] = [0.97, 0.5];
/** A thin line has so much area of the square of its box's diagonal: scale bars and arrows 0.06 to 0.1, nuclei of bands and lobes from 0.15 on. */
const THIN = 0.12;
/** White, which no nucleus is, is slender: crisp edge squared by area, of a disc 20 and of a square 16, counted in sides of px. */
const SLENDER = 30;
/** Px beyond a mark's edge that its colour bleeds into. */
const BLEED = 3;

/** Px of one row, from x0 up to but not including x1, whose colours are extreme. */
interface Run {
  y: number;
  x0: number;
  x1: number;
}

/** One of the screen's plainest colours: one foreign to smears, white, or another that stain may have. */
type Tint = 'foreign' | 'white' | 'possible';
type TintAt = (x: number, y: number) => Tint | null;

/**
 * Paints over the marks in a picture, in place, from their edges inwards with what is around them; returns how many px.
 * `brightness`: what nine tenths of the picture's px stay under by their brightest channel, 0 to 255.
 */
export function paintMarks(pixels: Pixels, brightness: number): number {
  const { data, width, height } = pixels;
  const tintOf = plainest(data, brightness);
  const tintAt: TintAt = (x, y) => tintOf(4 * (y * width + x));
  const runs: Run[] = [];
  let most = MOST * width * height;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (!tintAt(x, y)) continue;
      const x0 = x;
      while (x < width && tintAt(x, y)) x++;
      runs.push({ y, x0, x1: x });
      most -= x - x0;
      if (most < 0 || runs.length > MOST_RUNS) return 0;
    }
  }
  const marks = connected(runs).flatMap((own) => asMark(pixels, own, tintAt) ?? []);
  return marks.length === 0 ? 0 : fill(pixels, widened(marks, width, height));
}

/** Tells which of the screen's plainest colours the px has whose channels begin at an index, if any. */
function plainest(data: Uint8ClampedArray, brightness: number): (at: number) => Tint | null {
  const [black, white] = [brightness > DIM ? PLAIN : -1, brightness < BRIGHT ? 255 - PLAIN : 256];
  return (at) => {
    // No arrays here: every px of the picture passes through.
    const r = data[at] as number;
    const g = data[at + 1] as number;
    const b = data[at + 2] as number;
    const low = Math.min(r, g, b);
    const high = Math.max(r, g, b);
    if (low >= white) return 'white';
    if (high <= black) return 'possible';
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

/** The runs to be painted over for some that hang together: large enough, crisp, and of a foreign colour, a straight block, or drawn with a thin line; null where they are no mark. */
function asMark({ data, width, height }: Pixels, runs: Run[], tintAt: TintAt): Run[] | null {
  const area = runs.reduce((sum, { x0, x1 }) => sum + x1 - x0, 0);
  if (area < LEAST) return null;
  let [seen, crisp, foreign, white] = [0, 0, 0, 0];
  const isIn = (u: number, v: number) => u >= 0 && v >= 0 && u < width && v < height;
  const look = (x: number, y: number, dx: number, dy: number) => {
    if (isIn(x + dx, y + dy) && tintAt(x + dx, y + dy)) return;
    const [u, v] = [x + BEYOND * dx, y + BEYOND * dy];
    // Letters on black are one mark with it.
    if (!isIn(u, v) || tintAt(u, v)) return;
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
      const tint = tintAt(x, y);
      foreign += Number(tint === 'foreign');
      white += Number(tint === 'white');
    }
  }
  const rows = new Map<number, { x0: number; x1: number }>();
  for (const { y, x0, x1 } of runs) rows.set(y, { x0: rows.get(y)?.x0 ?? x0, x1 });
  const ends = [...rows.values()];
  const across =
    ends.reduce((most, { x1 }) => Math.max(most, x1), 0) - ends.reduce((least, { x0 }) => Math.min(least, x0), width);
  const covered = ends.reduce((sum, { x0, x1 }) => sum + x1 - x0, 0);
  // Whatever is written on it; a corner of the picture may hide half of its edge.
  const isBlock = covered >= BLOCK * across * rows.size && area >= GROUND * covered;
  if (isBlock && crisp >= CRISP * (across + rows.size)) {
    return [...rows].map(([y, row]) => ({ y, ...row }));
  }
  if (foreign > area / 2) return crisp >= CRISP * seen ? runs : null;
  if (white > area / 2) return crisp ** 2 >= SLENDER * area ? runs : null;
  return crisp >= CRISP * seen && area <= THIN * (across ** 2 + rows.size ** 2) ? runs : null;
}

/** 1 where a mark is, and where its colour bleeds. */
function widened(marks: readonly Run[], width: number, height: number): Uint8Array {
  const inside = new Uint8Array(width * height);
  for (const { y, x0, x1 } of marks) {
    for (let v = Math.max(0, y - BLEED); v <= Math.min(height - 1, y + BLEED); v++) {
      inside.fill(1, v * width + Math.max(0, x0 - BLEED), v * width + Math.min(width, x1 + BLEED));
    }
  }
  return inside;
}

/** Ring by ring from outside, each px as the mean of those beside it that are known; returns how many. */
function fill({ data, width, height }: Pixels, inside: Uint8Array): number {
  /** Px of a ring by their place, and what they become: known to none of that ring before all of it is. */
  let ring: number[] = [];
  inside.forEach((value, at) => {
    if (value && hasBeside(inside, at, width, height, 0)) ring.push(at);
  });
  let painted = 0;
  while (ring.length > 0) {
    const colours = new Uint8ClampedArray(3 * ring.length);
    ring.forEach((at, i) => {
      let [r, g, b, n] = [0, 0, 0, 0];
      eachBeside(at, width, height, (other) => {
        if (inside[other]) return;
        r += data[4 * other] as number;
        g += data[4 * other + 1] as number;
        b += data[4 * other + 2] as number;
        n++;
      });
      colours[3 * i] = r / n;
      colours[3 * i + 1] = g / n;
      colours[3 * i + 2] = b / n;
    });
    ring.forEach((at, i) => {
      data.set(colours.subarray(3 * i, 3 * i + 3), 4 * at);
      inside[at] = 0;
    });
    painted += ring.length;
    const next: number[] = [];
    for (const at of ring) {
      eachBeside(at, width, height, (other) => {
        // Each once: those that wait are 2.
        if (inside[other] !== 1) return;
        inside[other] = 2;
        next.push(other);
      });
    }
    ring = next;
  }
  return painted;
}

/** Calls `visit` with the px around one, corners counted, and itself. */
function eachBeside(at: number, width: number, height: number, visit: (other: number) => void): void {
  const x = at % width;
  const y = (at - x) / width;
  for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++) {
    for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) visit(v * width + u);
  }
}

function hasBeside(inside: Uint8Array, at: number, width: number, height: number, value: number): boolean {
  let has = false;
  eachBeside(at, width, height, (other) => {
    has ||= inside[other] === value;
  });
  return has;
}
