/** Saliency maps -> candidate cells; twin of candidates.py. */

import { components, grow } from '../../domain/components';
import { splitRegions } from '../../domain/split';
import type { DetectorConstants } from '../manifest';

/** A probable white cell. Centre and diameter (mean of its box's sides) in image px. */
export interface Candidate {
  x: number;
  y: number;
  diameter: number;
  /** Mean core probability, 0 to 1. */
  score: number;
}

/** Cell and core probability, row-major. */
export interface DetectorMaps {
  cell: Float32Array;
  core: Float32Array;
  width: number;
  height: number;
}

/** Grid px; candidates.py has the same. */
const LEAST_RADIUS = 3;

/**
 * Each component of the core map is a candidate; every cell px goes to the core that reaches it
 * first, and regions with a neck are split: both part touching cells. Best score first.
 */
export function findCandidates(maps: DetectorMaps, factor: number, constants: DetectorConstants): Candidate[] {
  const { cell, core, width, height } = maps;
  const isCore = new Uint8Array(core.length);
  const isCell = new Uint8Array(cell.length);
  // Not Uint8Array.from, which lists all values first: large images have millions.
  for (let i = 0; i < cell.length; i++) {
    isCore[i] = (core[i] as number) > constants.coreThreshold ? 1 : 0;
    isCell[i] = (cell[i] as number) > constants.cellThreshold || isCore[i] ? 1 : 0;
  }
  const cores = components(isCore, width, height);
  const grown = grow(cores.labels, isCell, width, height);
  const { labels: regions, count } = splitRegions(grown, cores.count, width, height, LEAST_RADIUS);
  const boxes = Array.from({ length: count }, () => ({ x0: width, y0: height, x1: 0, y1: 0, sum: 0, px: 0, best: 0 }));
  regions.forEach((label, i) => {
    const box = boxes[label - 1];
    if (!box) return;
    const x = i % width;
    const y = (i - x) / width;
    box.x0 = Math.min(box.x0, x);
    box.y0 = Math.min(box.y0, y);
    box.x1 = Math.max(box.x1, x + 1);
    box.y1 = Math.max(box.y1, y + 1);
    // A part split off may hold no core: its best px stand for it.
    box.best = Math.max(box.best, core[i] as number);
    if (cores.labels[i]) {
      box.sum += core[i] as number;
      box.px++;
    }
  });
  return boxes
    .map(({ x0, y0, x1, y1, sum, px, best }) => ({
      x: ((x0 + x1) / 2) * factor,
      y: ((y0 + y1) / 2) * factor,
      diameter: ((x1 - x0 + y1 - y0) / 2) * factor,
      score: px ? sum / px : best,
    }))
    .filter((c) => c.diameter >= constants.minDiameter * factor)
    .sort((a, b) => b.score - a.score);
}

/** The one cell of a crop: the candidate at the centre, or a default there (0.45 of the short side). */
export function centralCandidate(candidates: Candidate[], width: number, height: number): Candidate {
  const short = Math.min(width, height);
  const distance = (c: Candidate) => Math.hypot(c.x - width / 2, c.y - height / 2);
  const near = candidates.filter((c) => distance(c) < Math.max(0.5 * c.diameter, 0.15 * short));
  near.sort((a, b) => distance(a) - distance(b));
  return near[0] ?? { x: width / 2, y: height / 2, diameter: 0.45 * short, score: 0 };
}
