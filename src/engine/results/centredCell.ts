/** The one cell a crop is about, on the network's grid. Plain loops: on a GPU this takes as long as the network. */
import { components, squaredDistances } from '../../domain/components';
import { BACKGROUND } from '../../domain/mask';
import { regionBox } from './classMap';

/** Spurs thinner than twice this share of the crop's side are cut off: neighbours the mask leaks into by a thread. */
const SPUR = 0.025;

/** A part of the grid. */
interface Frame {
  x0: number;
  y0: number;
  width: number;
  height: number;
}

/** All of it. */
export const wholeGrid = (size: number): Frame => ({ x0: 0, y0: 0, width: size, height: size });

/**
 * Px [size * size] (0 or 1) of the one cell the crop is about, given the class of each: the component with most px near the
 * centre (Gaussian weight), without thin spurs, holes filled. All zero where the network sees no cell.
 */
export function centredCell(classes: Uint8Array, size: number): Uint8Array {
  const inside = new Uint8Array(size * size);
  for (let i = 0; i < inside.length; i++) if (classes[i] !== BACKGROUND) inside[i] = 1;
  const whole = onlyCentral(inside, wholeGrid(size), size);
  const reach = size * SPUR;
  // What is left to do is about the cell alone, which takes less than half of the crop.
  const frame = frameAround(whole, size, Math.ceil(reach) + 2);
  if (!frame) return whole;
  const cell = copied(whole, size, frame);
  return pasted(fillHoles(opened(cell, frame, reach, size), frame), size, frame);
}

/** Without what is thinner than twice `reach` px; all of it where all is. */
function opened(cell: Uint8Array, frame: Frame, reach: number, size: number): Uint8Array {
  const { width, height } = frame;
  const depths = squaredDistances(cell, width, height);
  const eroded = new Uint8Array(cell.length);
  for (let i = 0; i < eroded.length; i++) if ((depths[i] as number) > reach * reach) eroded[i] = 1;
  const body = onlyCentral(eroded, frame, size);
  if (!body.includes(1)) return cell;
  const away = squaredDistances(inverted(body), width, height);
  const out = new Uint8Array(cell.length);
  // One px more than was eroded, so that corners of the grid do not wear the outline down.
  for (let i = 0; i < out.length; i++) if (cell[i] && (away[i] as number) <= (reach + 1) ** 2) out[i] = 1;
  return out;
}

/** The component with most px near the crop's centre; all zero where there is none. */
export function onlyCentral(inside: Uint8Array, frame: Frame, size: number): Uint8Array {
  const { labels } = components(inside, frame.width, frame.height);
  const best = central(inside, labels, frame, size);
  const out = new Uint8Array(inside.length);
  if (best > 0) for (let i = 0; i < out.length; i++) if (labels[i] === best) out[i] = 1;
  return out;
}

function inverted(region: Uint8Array): Uint8Array {
  const out = new Uint8Array(region.length);
  for (let i = 0; i < out.length; i++) out[i] = region[i] ? 0 : 1;
  return out;
}

/** The label with most px near the centre of the crop. */
export function central(inside: Uint8Array, labels: Int32Array, { x0, y0, width }: Frame, size: number): number {
  let count = 0;
  for (let i = 0; i < labels.length; i++) if ((labels[i] as number) > count) count = labels[i] as number;
  const votes = new Float64Array(count + 1);
  const spread = 2 * (size / 6) ** 2;
  const weight = (at: number) => Math.exp(-((at + 0.5 - size / 2) ** 2) / spread);
  const columns = Float64Array.from({ length: width }, (_, x) => weight(x0 + x));
  for (let i = 0, y = y0; i < labels.length; y++) {
    const row = weight(y);
    for (let x = 0; x < width; x++, i++) {
      const id = labels[i] as number;
      if (id && inside[i]) votes[id] = (votes[id] as number) + row * (columns[x] as number);
    }
  }
  return votes.indexOf(Math.max(...votes));
}

/** Fills what the frame's border cannot reach. */
function fillHoles(region: Uint8Array, { width, height }: Frame): Uint8Array {
  const { labels, count } = components(inverted(region), width, height);
  const open = new Set<number>();
  for (let x = 0; x < width; x++) open.add(labels[x] as number).add(labels[(height - 1) * width + x] as number);
  for (let y = 0; y < height; y++) open.add(labels[y * width] as number).add(labels[y * width + width - 1] as number);
  // Label 0 is the region itself, which may reach the border too.
  open.add(0);
  if (open.size === count + 1) return region;
  return region.map((v, i) => (v || !open.has(labels[i] as number) ? 1 : 0));
}

/** The px set and `margin` px around them, as far as the grid reaches; null where none is. */
function frameAround(region: Uint8Array, size: number, margin: number): Frame | null {
  const box = regionBox(region, size);
  if (!box) return null;
  const [x0, y0] = [Math.max(0, box.x0 - margin), Math.max(0, box.y0 - margin)];
  return { x0, y0, width: Math.min(size, box.x1 + margin) - x0, height: Math.min(size, box.y1 + margin) - y0 };
}

function copied(region: Uint8Array, size: number, { x0, y0, width, height }: Frame): Uint8Array {
  const out = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    const at = (y0 + y) * size + x0;
    out.set(region.subarray(at, at + width), y * width);
  }
  return out;
}

function pasted(part: Uint8Array, size: number, { x0, y0, width, height }: Frame): Uint8Array {
  const out = new Uint8Array(size * size);
  for (let y = 0; y < height; y++) out.set(part.subarray(y * width, (y + 1) * width), (y0 + y) * size + x0);
  return out;
}
