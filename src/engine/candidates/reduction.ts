/** How far an image is reduced before it is searched: judged by the size of what was found, since no file says how large its cells are. */
import type { Candidate } from './find';
import type { Grid } from './grid';

/** Grid px. A find larger than this, of a head that saw few so large in training, may be a cell shown too large: look from further off. */
const LARGE = 48;
/** Seen from further off, half of the cells must still be of this size: then that is the better distance. */
const SETTLED = 22;
/** Core probability from which a find that is not seen from further off is kept. */
const CONFIDENT = 0.85;
/** Half of the cells smaller than this, or nearly so, some are lost: look closer. */
const SMALL = 17;
/** Fewer small finds may as well be platelets. */
const ENOUGH = 3;
/** Grid px below which no cell could be told from a speck. */
const LEAST_SIDE = 64;

const sizes = (candidates: Candidate[], { factor }: Grid) =>
  candidates.map(({ diameter }) => diameter / factor).sort((a, b) => a - b);

const median = (sorted: number[]) => sorted[sorted.length >> 1] ?? 0;

/** Whether an image searched on this grid, with these finds, should be looked at from further off too. */
export function tooClose(found: Candidate[], grid: Grid): boolean {
  return Math.max(grid.width, grid.height) >= 2 * LEAST_SIDE && (sizes(found, grid).at(-1) ?? 0) > LARGE;
}

/**
 * Whether the finds from further off are cells of the size that the head knows best, and one of those that were too large on the
 * grid before is among them: shadows and seams that merge into something large are not, and would cost the cells beside them.
 */
export function settled(found: Candidate[], grid: Grid, before: Candidate[], nearer: Grid): boolean {
  const large = before.filter(({ diameter }) => diameter / nearer.factor > LARGE);
  return median(sizes(found, grid)) >= SETTLED && large.some((one) => isHeld(one, found));
}

/** The middle of a find lies within another. */
const isHeld = ({ x, y }: Candidate, others: Candidate[]) =>
  others.some((other) => Math.max(Math.abs(other.x - x), Math.abs(other.y - y)) <= other.diameter / 2);

/** Finds of the grid before that are of a good size there, and lie where nothing is seen from further off: cells beside a large blot. */
export function besides(found: Candidate[], before: Candidate[], nearer: Grid): Candidate[] {
  const good = ({ diameter, score }: Candidate) =>
    diameter >= SETTLED * nearer.factor && diameter <= LARGE * nearer.factor && score >= CONFIDENT;
  return before.filter((one) => good(one) && !isHeld(one, found));
}

/** Whether an image searched on this grid, with these finds, should be looked at closer. */
export function tooFar(found: Candidate[], grid: Grid): boolean {
  return grid.factor > 1 && found.length >= ENOUGH && median(sizes(found, grid)) < SMALL;
}
