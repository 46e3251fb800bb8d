/** What of a crop's cell px belongs to which cell, on the network's grid. */
import { splitRegions, straightenCuts } from '../../domain/split';
import { central, onlyCentral, wholeGrid } from './centredCell';
import { regionBox } from './classMap';

/** Half width, as a share of the crop's side, from which a part of a mask may be a cell of its own. */
const LEAST_PART = 0.06;

/** A candidate inside the cell and narrower than this share of it, with no neck between them, is a lobe of its nucleus. */
const LOBE = 0.6;

/** A region that holds this share of another candidate's disc has leaked into it; one that holds more has it within. */
const LEAK = 0.2;
const WITHIN = 0.8;

/** Share of a candidate's disc that a region holds. */
function covered(region: Uint8Array, size: number, { x, y, diameter }: { x: number; y: number; diameter: number }) {
  let count = 0;
  region.forEach((v, i) => {
    if (v && Math.hypot((i % size) + 0.5 - x, Math.floor(i / size) + 0.5 - y) < diameter / 2) count++;
  });
  return count / (Math.PI * (diameter / 2) ** 2);
}

/**
 * Takes out of a region what belongs to other cells: parts behind a neck that hold another candidate's centre, and, where
 * the region leaks into another candidate without a neck between them, px that are nearer to the other for its size,
 * unless the other is so small, and so far inside, that it is a lobe of this one's nucleus.
 * others: centre and diameter of the other candidates, in px of the crop; `diameter` is this cell's.
 */
export function withoutNeighbours(
  region: Uint8Array,
  size: number,
  diameter: number,
  others: { x: number; y: number; diameter: number }[],
): Uint8Array {
  const at = (x: number, y: number) =>
    x >= 0 && y >= 0 && x < size && y < size ? Math.floor(y) * size + Math.floor(x) : -1;
  const rivals = others.filter((other) => region[at(other.x, other.y)] || covered(region, size, other) > LEAK);
  if (rivals.length === 0) return region;
  const parted = splitRegions(Int32Array.from(region), 1, size, size, size * LEAST_PART);
  const labels = straightenCuts(parted.labels, size, size);
  const own = central(region, labels, wholeGrid(size), size);
  const foreign = new Set(rivals.map(({ x, y }) => labels[at(x, y)]));
  const shared = rivals.filter((c) => {
    const part = labels[at(c.x, c.y)];
    const outside = Math.hypot(c.x - size / 2, c.y - size / 2) > diameter / 2 && covered(region, size, c) < WITHIN;
    return (!part || part === own) && (outside || c.diameter > LOBE * diameter);
  });
  const kept = region.map((v, i) => {
    const part = labels[i];
    if (!v || (part !== own && foreign.has(part))) return 0;
    const [x, y] = [(i % size) + 0.5, Math.floor(i / size) + 0.5];
    const mine = Math.hypot(x - size / 2, y - size / 2) / diameter;
    return shared.some((c) => Math.hypot(x - c.x, y - c.y) / c.diameter < mine) ? 0 : 1;
  });
  return onlyCentral(kept, wholeGrid(size), size);
}

/** A part beside a cell must be at least so wide, as a share of it, to be looked at as another. */
const LEAST_BESIDE = 0.35;

/** Parts of a region [size * size] behind a neck that may be cells beside the centred one: centre and diameter, in px of the crop. */
export function partsBeside(region: Uint8Array, size: number): { x: number; y: number; diameter: number }[] {
  const parted = splitRegions(Int32Array.from(region), 1, size, size, size * LEAST_PART);
  if (parted.count === 1) return [];
  const labels = straightenCuts(parted.labels, size, size);
  const own = central(region, labels, wholeGrid(size), size);
  const boxes = Array.from({ length: parted.count }, (_, i) =>
    regionBox(
      Uint8Array.from(labels, (label) => (label === i + 1 ? 1 : 0)),
      size,
    ),
  );
  const widths = boxes.map((box) => (box ? (box.x1 - box.x0 + box.y1 - box.y0) / 2 : 0));
  return boxes.flatMap((box, i) =>
    box && i + 1 !== own && (widths[i] as number) >= LEAST_BESIDE * (widths[own - 1] as number)
      ? [{ x: (box.x0 + box.x1) / 2, y: (box.y0 + box.y1) / 2, diameter: widths[i] as number }]
      : [],
  );
}

/**
 * Where the network sees no cell but one must be reported (crop mode): px at least half as probable
 * as the most probable, or, where all are improbable, a disc of `diameter` px.
 */
export function forcedCell(probabilities: Float32Array, size: number, diameter: number): Uint8Array {
  const cell = Float32Array.from({ length: size * size }, (_, i) => 1 - (probabilities[i * 3] as number));
  const peak = cell.reduce((a, b) => Math.max(a, b), 0);
  if (peak > 0.1)
    return cell.reduce((into, p, i) => into.fill(p >= peak / 2 ? 1 : 0, i, i + 1), new Uint8Array(size * size));
  return Uint8Array.from({ length: size * size }, (_, i) => {
    const dx = (i % size) + 0.5 - size / 2;
    const dy = Math.floor(i / size) + 0.5 - size / 2;
    return Math.hypot(dx, dy) <= diameter / 2 ? 1 : 0;
  });
}
