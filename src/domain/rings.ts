/** Borders of masks as polygons whose corners are px corners: exact, for files; what is drawn is outline.ts. */
import { decodeMask, type Mask } from './mask';

export type Corner = [x: number, y: number];

/** An outer ring and its holes; rings are open (the last corner joins the first), outer ones have positive area. */
export type Polygon = Corner[][];

const STEPS = [
  [1, 0],
  [0, 1],
  [-1, 0],
  [0, -1],
] as const;

/**
 * Polygons of the px whose class is at least `atLeast` (1: whole cell, 2: nucleus), in px of the mask. Px that touch at a
 * corner only are apart. Rasterised at px centres they give the mask again.
 */
export function polygons(mask: Mask, atLeast: 1 | 2 = 1): Polygon[] {
  const rings = trace(mask, atLeast).flatMap(simple);
  const outer = rings.filter((ring) => areaOf(ring) > 0).map((ring): Polygon => [ring]);
  for (const hole of rings.filter((ring) => areaOf(ring) < 0)) {
    const [[ax, ay], [bx, by]] = [hole[0] as Corner, hole[1] as Corner];
    // Just inside the cell, beside the hole's first side: the cell lies on the right of a walk.
    const [dx, dy] = [Math.sign(bx - ax), Math.sign(by - ay)];
    const point: Corner = [(ax + bx) / 2 - 0.25 * dy, (ay + by) / 2 + 0.25 * dx];
    const around = outer.filter(([ring]) => contains(ring as Corner[], point));
    around.sort((a, b) => areaOf(a[0] as Corner[]) - areaOf(b[0] as Corner[]));
    around[0]?.push(hole);
  }
  return outer;
}

/** Walks along the cracks between px with the inside on the right; corners only. */
function trace(mask: Mask, atLeast: number): Corner[][] {
  const { width, height } = mask;
  const classes = decodeMask(mask);
  const inside = (x: number, y: number) =>
    x >= 0 && y >= 0 && x < width && y < height && (classes[y * width + x] as number) >= atLeast;
  const columns = width + 1;
  // Directions in which a walk leaves each corner, as bits.
  const leaving = new Uint8Array(columns * (height + 1));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (!inside(x, y)) continue;
      const at = y * columns + x;
      if (!inside(x, y - 1)) leaving[at]! |= 1;
      if (!inside(x + 1, y)) leaving[at + 1]! |= 2;
      if (!inside(x, y + 1)) leaving[at + columns + 1]! |= 4;
      if (!inside(x - 1, y)) leaving[at + columns]! |= 8;
    }
  }
  const rings: Corner[][] = [];
  for (let start = 0; start < leaving.length; start++) {
    while (leaving[start]) {
      const ring: Corner[] = [];
      let direction = [0, 1, 2, 3].find((d) => (leaving[start] as number) & (1 << d)) as number;
      let last = -1;
      let at = start;
      for (let going = true; going; ) {
        leaving[at]! &= ~(1 << direction);
        if (direction !== last) ring.push([at % columns, Math.floor(at / columns)]);
        last = direction;
        const [dx, dy] = STEPS[direction] as readonly [number, number];
        at += dx + dy * columns;
        // Right first: px that touch at a corner only stay apart. Every walk ends where it began.
        const turn = [1, 0, 3].find((by) => (leaving[at] as number) & (1 << ((last + by) % 4)));
        going = turn !== undefined;
        direction = (last + (turn ?? 0)) % 4;
      }
      rings.push(ring);
    }
  }
  return rings;
}

/** Parts a ring that comes to a corner twice: each part goes round once. */
function simple(ring: Corner[]): Corner[][] {
  const parts: Corner[][] = [];
  const path: Corner[] = [];
  const seen = new Map<string, number>();
  for (const corner of ring) {
    const key = corner.join();
    const before = seen.get(key);
    if (before !== undefined) {
      const loop = path.splice(before);
      for (const [x, y] of loop) seen.delete(`${x},${y}`);
      parts.push(loop);
    }
    seen.set(key, path.length);
    path.push(corner);
  }
  return [...parts, path].filter((part) => part.length >= 4);
}

/** Signed area: positive for outer rings. */
export function areaOf(ring: readonly Corner[]): number {
  let twice = 0;
  ring.forEach(([x, y], i) => {
    const [nx, ny] = ring[(i + 1) % ring.length] as Corner;
    twice += x * ny - nx * y;
  });
  return twice / 2;
}

/** Whether a point lies inside a ring (even-odd). */
export function contains(ring: readonly Corner[], [px, py]: Corner): boolean {
  let inside = false;
  ring.forEach(([x, y], i) => {
    const [nx, ny] = ring[(i + 1) % ring.length] as Corner;
    if (y > py !== ny > py && px < x + ((py - y) / (ny - y)) * (nx - x)) inside = !inside;
  });
  return inside;
}

/** Sets the px whose centres lie inside polygons (even-odd over all rings), `value` into row-major `into`. */
export function rasterise(
  rings: readonly (readonly Corner[])[],
  into: Uint8Array,
  width: number,
  height: number,
  value = 1,
): void {
  // Side by side of the rings, not row by row: of the sides of a long ring a row meets few.
  const crossings = Array.from({ length: height }, (): number[] => []);
  for (const ring of rings) {
    ring.forEach(([ax, ay], i) => {
      const [bx, by] = ring[(i + 1) % ring.length] as Corner;
      const to = Math.min(height, Math.ceil(Math.max(ay, by) - 0.5));
      for (let y = Math.max(0, Math.ceil(Math.min(ay, by) - 0.5)); y < to; y++)
        (crossings[y] as number[]).push(ax + ((y + 0.5 - ay) / (by - ay)) * (bx - ax));
    });
  }
  for (const [y, row] of crossings.entries()) {
    row.sort((a, b) => a - b);
    for (let k = 0; k + 1 < row.length; k += 2) {
      const from = Math.max(0, Math.ceil((row[k] as number) - 0.5));
      const to = Math.min(width - 1, Math.ceil((row[k + 1] as number) - 0.5) - 1);
      if (to >= from) into.fill(value, y * width + from, y * width + to + 1);
    }
  }
}
