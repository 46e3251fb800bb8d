/** Outlines of masks as closed lines, for drawing and for export. */
import { decodeMask, type Mask } from './mask';

/** Flat [x0, y0, x1, y1, ...] in px of the mask (pixel edges are at integers); the last point joins the first. */
export type Ring = number[];

/**
 * Boundary of the px whose class is at least `atLeast` (1: whole cell, 2: nucleus). Follows the cracks between px with
 * the inside on the right and joins their midpoints, which cuts the staircase's corners. Holes come as rings too.
 */
export function outlines(mask: Mask, atLeast: 1 | 2 = 1): Ring[] {
  const { width, height } = mask;
  const classes = decodeMask(mask);
  const inside = (x: number, y: number) =>
    x >= 0 && y >= 0 && x < width && y < height && (classes[y * width + x] ?? 0) >= atLeast;
  const columns = width + 1;
  const next = new Map<number, number[]>();
  const edge = (ax: number, ay: number, bx: number, by: number) => {
    const from = ay * columns + ax;
    const list = next.get(from);
    if (list) list.push(by * columns + bx);
    else next.set(from, [by * columns + bx]);
  };
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (!inside(x, y)) continue;
      if (!inside(x, y - 1)) edge(x, y, x + 1, y);
      if (!inside(x + 1, y)) edge(x + 1, y, x + 1, y + 1);
      if (!inside(x, y + 1)) edge(x + 1, y + 1, x, y + 1);
      if (!inside(x - 1, y)) edge(x, y + 1, x, y);
    }
  }
  const rings: Ring[] = [];
  for (const start of next.keys()) {
    for (let corners = follow(next, start); corners.length > 0; corners = follow(next, start)) {
      rings.push(midpoints(corners, columns));
    }
  }
  return rings;
}

/** Takes one closed walk of corners out of `next`; empty where none starts any more. */
function follow(next: Map<number, number[]>, start: number): number[] {
  const corners: number[] = [];
  let at = start;
  for (let to = next.get(at)?.pop(); to !== undefined; to = next.get(at)?.pop()) {
    corners.push(at);
    at = to;
    if (at === start) break;
  }
  return corners;
}

/** Midpoints of the walk's steps, without those that lie on a straight line between their neighbours. */
function midpoints(corners: number[], columns: number): Ring {
  const step = (i: number) => {
    const a = corners.at(i % corners.length) ?? 0;
    const b = corners.at((i + 1) % corners.length) ?? 0;
    return { x: ((a % columns) + (b % columns)) / 2, y: (Math.floor(a / columns) + Math.floor(b / columns)) / 2 };
  };
  const ring: Ring = [];
  for (let i = 0; i < corners.length; i++) {
    const [before, here, after] = [step(i - 1), step(i), step(i + 1)];
    const turn = (here.x - before.x) * (after.y - here.y) - (here.y - before.y) * (after.x - here.x);
    if (turn !== 0) ring.push(here.x, here.y);
  }
  return ring;
}
