/** Keeps each cell once. */

import type { Box } from '../../domain/box';
import { type Mask, overlapShare, SAME_CELL } from '../../domain/mask';

interface Placed {
  box: Box;
  mask: Mask;
  score: number;
}

/** Drops finds that another with a higher score already covers; order of the rest is kept. */
export function distinct<T extends Placed>(finds: T[]): T[] {
  const kept: T[] = [];
  for (const find of [...finds].sort((a, b) => b.score - a.score)) {
    const twin = kept.some((other) => overlapShare(find, other) > SAME_CELL);
    if (!twin) kept.push(find);
  }
  return finds.filter((find) => kept.includes(find));
}
