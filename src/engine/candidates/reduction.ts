/** How far an image is reduced before it is searched: judged by the size of what was found, since no file says how large its cells are. */
import type { Candidate } from './find';
import type { Grid } from './grid';

/** Grid px. A find larger than this, of a head that saw few so large in training, may be a cell shown too large: look from further off. */
const LARGE = 48;
/** Seen from further off, half of the cells must still be of this size: then that is the better distance. */
const SETTLED = 22;
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

/** Whether the finds from further off are cells of the size that the head knows best. */
export function settled(found: Candidate[], grid: Grid): boolean {
  return median(sizes(found, grid)) >= SETTLED;
}

/** Whether an image searched on this grid, with these finds, should be looked at closer. */
export function tooFar(found: Candidate[], grid: Grid): boolean {
  return grid.factor > 1 && found.length >= ENOUGH && median(sizes(found, grid)) < SMALL;
}
