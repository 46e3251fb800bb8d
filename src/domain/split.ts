/** Parts regions that are several cells pressed together: a watershed on the distance to the border. */
import { squaredDistances } from './components';

/** A neck narrower than this share of the smaller part's width parts two cells. */
const NECK = 0.75;

/**
 * Splits every labelled region where it has a neck; new parts get labels from `count` + 1. Px are
 * taken from the inside out; where two basins meet above the neck they become one, and so do parts
 * whose half width is under leastRadius px, which are no cells. Twin of candidates.py.
 */
export function splitRegions(
  labels: Int32Array,
  count: number,
  width: number,
  height: number,
  leastRadius: number,
): { labels: Int32Array; count: number } {
  const out = new Int32Array(labels.length);
  let total = count;
  boxesOf(labels, count, width, height).forEach(({ x0, y0, x1, y1 }, k) => {
    const region = k + 1;
    const w = Math.max(0, x1 - x0);
    const inside = new Uint8Array(w * Math.max(0, y1 - y0));
    const at = (i: number) => (y0 + Math.floor(i / w)) * width + x0 + (i % w);
    for (let i = 0; i < inside.length; i++) inside[i] = labels[at(i)] === region ? 1 : 0;
    const names = new Map<number, number>();
    // Neighbours share their basin: its name is looked up where it changes.
    let [last, name] = [0, 0];
    const basins = basinsOf(inside, w, y1 - y0, leastRadius);
    for (let i = 0; i < basins.length; i++) {
      const basin = basins[i] as number;
      if (!basin) continue;
      if (basin !== last) {
        if (!names.has(basin)) names.set(basin, names.size === 0 ? region : ++total);
        [last, name] = [basin, names.get(basin) as number];
      }
      out[at(i)] = name;
    }
  });
  return { labels: out, count: total };
}

/** Each label's box, with a px of margin where the map has one: distances are to what lies outside the region. */
function boxesOf(labels: Int32Array, count: number, width: number, height: number) {
  const boxes = Array.from({ length: count }, () => ({ x0: width, y0: height, x1: 0, y1: 0 }));
  for (let i = 0; i < labels.length; i++) {
    const box = labels[i] ? boxes[(labels[i] as number) - 1] : undefined;
    if (!box) continue;
    const x = i % width;
    const y = (i - x) / width;
    if (x <= box.x0) box.x0 = Math.max(0, x - 1);
    if (y <= box.y0) box.y0 = Math.max(0, y - 1);
    if (x + 2 > box.x1) box.x1 = Math.min(width, x + 2);
    if (y + 2 > box.y1) box.y1 = Math.min(height, y + 2);
  }
  return boxes;
}

/** Basin of every px of one region, named by 1 + its peak's index; 0 outside. */
function basinsOf(inside: Uint8Array, width: number, height: number, leastRadius: number): Int32Array {
  const distances = squaredDistances(inside, width, height);
  const order = insideOut(inside, distances);
  const basins = new Int32Array(inside.length);
  const parents = new Map<number, number>();
  const rootOf = (basin: number): number => {
    let root = basin;
    while (parents.get(root) !== root) root = parents.get(root) as number;
    return root;
  };
  const radius = (basin: number) => Math.sqrt(distances[basin - 1] as number);
  for (const at of order) {
    const x = at % width;
    const lone = loneBasin(basins, at, x, width);
    if (lone > 0) {
      basins[at] = rootOf(lone);
      continue;
    }
    const near = [
      x > 0 ? at - 1 : -1,
      x < width - 1 ? at + 1 : -1,
      at - width,
      at < width * (height - 1) ? at + width : -1,
    ].filter((next) => next >= 0 && basins[next]);
    const roots = [...new Set(near.map((next) => rootOf(basins[next] as number)))];
    // The widest first: it takes the px, and the others where they are no cells of their own.
    roots.sort((a, b) => radius(b) - radius(a) || a - b);
    const first = roots[0] ?? at + 1;
    if (roots.length === 0) parents.set(first, first);
    basins[at] = first;
    for (const other of roots.slice(1)) {
      const neck = Math.sqrt(distances[at] as number);
      if (radius(other) < leastRadius || neck > NECK * radius(other)) parents.set(other, first);
    }
  }
  return basins.map((basin) => (basin ? rootOf(basin) : 0));
}

/** Indices of the px inside, the deepest first, of equals the first first: counted, since squared distances are whole. */
function insideOut(inside: Uint8Array, distances: Float64Array): Uint32Array {
  // Past every finite distance and no larger: where nothing is outside, all are infinite and equal.
  const deepest = 1 + distances.reduce((most, d) => (d > most && d < Number.POSITIVE_INFINITY ? d : most), 0);
  const rank = (at: number) => deepest - Math.min(deepest, distances[at] as number);
  // Where the px of each rank begin, once those before them are counted.
  const begin = new Uint32Array(deepest + 2);
  for (let i = 0; i < inside.length; i++) if (inside[i]) begin[rank(i) + 1] = (begin[rank(i) + 1] as number) + 1;
  for (let k = 1; k < begin.length; k++) begin[k] = (begin[k] as number) + (begin[k - 1] as number);
  const order = new Uint32Array(begin.at(-1) as number);
  for (let i = 0; i < inside.length; i++) {
    if (!inside[i]) continue;
    const at = begin[rank(i)] as number;
    order[at] = i;
    begin[rank(i)] = at + 1;
  }
  return order;
}

/** The one basin of all neighbours that have one, -1 where there are several, 0 where there is none: most px have one. */
function loneBasin(basins: Int32Array, at: number, x: number, width: number): number {
  const left = x > 0 ? (basins[at - 1] as number) : 0;
  const right = x < width - 1 ? (basins[at + 1] as number) : 0;
  const up = basins[at - width] ?? 0;
  const down = basins[at + width] ?? 0;
  const one = left || right || up || down;
  const alike = (basin: number) => basin === 0 || basin === one;
  return alike(left) && alike(right) && alike(up) && alike(down) ? one : -1;
}

/**
 * The parts of split regions with the cuts between them drawn straight: a watershed leaves steps where small basins came
 * together. A part's body is what is wider than its widest cut; every px goes to the part whose body is nearest.
 */
export function straightenCuts(parts: Int32Array, width: number, height: number): Int32Array {
  const distances = squaredDistances(parts, width, height);
  const cuts = new Map<number, number>();
  parts.forEach((part, at) => {
    if (!part) return;
    const besides = [at % width > 0 ? at - 1 : at, at - width].filter((other) => parts[other] && parts[other] !== part);
    for (const other of besides) {
      const half = Math.max(distances[at] as number, distances[other] as number);
      for (const of of [part, parts[other] as number]) cuts.set(of, Math.max(half, cuts.get(of) ?? 0));
    }
  });
  const out = parts.slice();
  const nearest = new Float64Array(parts.length).fill(Number.POSITIVE_INFINITY);
  for (const [part, cut] of cuts) {
    const away = squaredDistances(
      parts.map((of, at) => (of === part && (distances[at] as number) > cut ? 0 : 1)),
      width,
      height,
    );
    away.forEach((distance, at) => {
      if (!cuts.has(parts[at] as number) || distance >= (nearest[at] as number)) return;
      nearest[at] = distance;
      out[at] = part;
    });
  }
  return out;
}
