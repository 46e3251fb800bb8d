/** Keeps each cell once. */

import type { Box } from '../../domain/box';
import { boxIou } from '../../domain/box';
import { type Mask, maskAreas, maskIou } from '../../domain/mask';

interface Placed {
  box: Box;
  mask: Mask;
  score: number;
}

/**
 * Two finds are one cell where their masks overlap this much of the smaller. Of 276 touching synthetic cells no two overlapped by more than 0.26, of
 * 249 in real training fields none by more than 0.05.
 */
const SAME_CELL = 1 / 3;

/** Drops finds that another with a higher score already covers; order of the rest is kept. */
export function distinct<T extends Placed>(finds: T[]): T[] {
  const kept: T[] = [];
  for (const find of [...finds].sort((a, b) => b.score - a.score)) {
    const twin = kept.some((other) => boxIou(find.box, other.box) > 0 && overlapShare(find, other) > SAME_CELL);
    if (!twin) kept.push(find);
  }
  return finds.filter((find) => kept.includes(find));
}

/** Intersection over the smaller cell's area. */
export function overlapShare(a: Omit<Placed, 'score'>, b: Omit<Placed, 'score'>): number {
  const iou = maskIou(a.mask, a.box, b.mask, b.box);
  const [areaA, areaB] = [maskAreas(a.mask).cell, maskAreas(b.mask).cell];
  const both = (iou * (areaA + areaB)) / (1 + iou);
  return both / Math.min(areaA, areaB);
}
