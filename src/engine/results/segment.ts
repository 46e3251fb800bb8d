/** Segmentation logits of one crop -> class map of the centred cell on the network's grid. */
import { components, squaredDistances } from '../../domain/components';
import { BACKGROUND, CYTOPLASM, NUCLEUS } from '../../domain/mask';
import { splitRegions, straightenCuts } from '../../domain/split';

/** Softmax over the three classes, [size * size * 3]. */
export function softmax3(logits: Float32Array): Float32Array {
  const out = new Float32Array(logits.length);
  for (let i = 0; i < logits.length; i += 3) {
    const [a, b, c] = [logits[i] as number, logits[i + 1] as number, logits[i + 2] as number];
    const high = Math.max(a, b, c);
    const [ea, eb, ec] = [Math.exp(a - high), Math.exp(b - high), Math.exp(c - high)];
    const sum = ea + eb + ec;
    out[i] = ea / sum;
    out[i + 1] = eb / sum;
    out[i + 2] = ec / sum;
  }
  return out;
}

/** Most probable class of three. */
export function argmax3(background: number, cytoplasm: number, nucleus: number): number {
  if (nucleus >= background && nucleus >= cytoplasm) return NUCLEUS;
  return cytoplasm >= background ? CYTOPLASM : BACKGROUND;
}

/** Spurs thinner than twice this share of the crop's side are cut off: neighbours the mask leaks into by a thread. */
const SPUR = 0.025;

/**
 * Px [size * size] (0 or 1) of the one cell the crop is about: the component with most px near the
 * centre (Gaussian weight), without thin spurs, holes filled. All zero where the network sees no cell.
 */
export function centredCell(probabilities: Float32Array, size: number): Uint8Array {
  const p = (i: number) => probabilities[i] as number;
  const inside = new Uint8Array(size * size);
  for (let i = 0; i < inside.length; i++) {
    if (argmax3(p(i * 3), p(i * 3 + 1), p(i * 3 + 2)) !== BACKGROUND) inside[i] = 1;
  }
  const whole = onlyCentral(inside, size);
  const reach = size * SPUR;
  const depths = squaredDistances(whole, size, size, reach + 1);
  const eroded = whole.map((_, i) => ((depths[i] as number) > reach * reach ? 1 : 0));
  const body = onlyCentral(eroded, size);
  if (!body.includes(1)) return fillHoles(whole, size);
  const away = squaredDistances(
    body.map((v) => 1 - v),
    size,
    size,
    reach + 1,
  );
  // One px more than was eroded, so that corners of the grid do not wear the outline down.
  const opened = whole.map((v, i) => (v && (away[i] as number) <= (reach + 1) ** 2 ? 1 : 0));
  return fillHoles(opened, size);
}

/** The component with most px near the centre; all zero where there is none. */
function onlyCentral(inside: Uint8Array, size: number): Uint8Array {
  const { labels } = components(inside, size, size);
  const best = central(inside, size, labels);
  return inside.map((_, i) => (labels[i] === best && best > 0 ? 1 : 0));
}

/** The label with most px near the centre. */
function central(inside: Uint8Array, size: number, labels: Int32Array): number {
  const votes = new Float64Array(labels.reduce((a, b) => Math.max(a, b), 0) + 1);
  const spread = 2 * (size / 6) ** 2;
  for (let i = 0; i < labels.length; i++) {
    const id = labels[i] as number;
    if (!id || !inside[i]) continue;
    const dx = (i % size) + 0.5 - size / 2;
    const dy = Math.floor(i / size) + 0.5 - size / 2;
    votes[id] = (votes[id] as number) + Math.exp(-(dx * dx + dy * dy) / spread);
  }
  return votes.indexOf(Math.max(...votes));
}

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
  const own = central(region, size, labels);
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
  return onlyCentral(kept, size);
}

/** A part beside a cell must be at least so wide, as a share of it, to be looked at as another. */
const LEAST_BESIDE = 0.35;

/** Parts of a region [size * size] behind a neck that may be cells beside the centred one: centre and diameter, in px of the crop. */
export function partsBeside(region: Uint8Array, size: number): { x: number; y: number; diameter: number }[] {
  const parted = splitRegions(Int32Array.from(region), 1, size, size, size * LEAST_PART);
  if (parted.count === 1) return [];
  const labels = straightenCuts(parted.labels, size, size);
  const own = central(region, size, labels);
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

/** Fills what the border of the grid cannot reach. */
function fillHoles(region: Uint8Array, size: number): Uint8Array {
  const { labels } = components(
    region.map((v) => 1 - v),
    size,
    size,
  );
  const open = new Set<number>();
  for (let k = 0; k < size; k++) {
    for (const at of [k, size * (size - 1) + k, k * size, k * size + size - 1]) open.add(labels[at] as number);
  }
  return region.map((v, i) => (v || !open.has(labels[i] as number) ? 1 : 0));
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

/** Box of the px set in a size x size region (half-open), or null where none is. */
export function regionBox(region: Uint8Array, size: number): { x0: number; y0: number; x1: number; y1: number } | null {
  let [x0, y0, x1, y1] = [size, size, 0, 0];
  region.forEach((v, i) => {
    if (!v) return;
    const x = i % size;
    const y = (i - x) / size;
    x0 = Math.min(x0, x);
    y0 = Math.min(y0, y);
    x1 = Math.max(x1, x + 1);
    y1 = Math.max(y1, y + 1);
  });
  return x1 > x0 ? { x0, y0, x1, y1 } : null;
}
