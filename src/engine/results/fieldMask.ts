/** A cell's class map from the network's grid to px of the image. */
import type { Box } from '../../domain/box';
import { BACKGROUND, CYTOPLASM, encodeMask, type Mask, NUCLEUS } from '../../domain/mask';
import { type CropOutput, classOf } from '../plan/outputs';
import { regionBox, softmaxAt } from './classMap';

/** Low px, high px, and the high one's weight. */
type Tap = [number, number, number];

/** How a line of `size` px is sampled at a position in px. */
function tap(position: number, size: number): Tap {
  const at = Math.min(Math.max(position - 0.5, 0), size - 1);
  const low = Math.floor(at);
  return [low, Math.min(low + 1, size - 1), at - low];
}

/**
 * Interpolates the network's class probabilities to the px of the image inside `crop`, keeps
 * those in the cell's region (grown by one grid px, so that interpolation decides the border), and
 * returns box and mask; null where nothing is left inside the image. `forced` calls region px cell
 * whatever their class.
 */
export function fieldMask(
  { segmentation, classes }: Pick<CropOutput, 'segmentation' | 'classes'>,
  region: Uint8Array,
  size: number,
  crop: Box,
  width: number,
  height: number,
  forced = false,
): { box: Box; mask: Mask } | null {
  const extent = regionBox(region, size);
  if (!extent) return null;
  const scale = (crop.x1 - crop.x0) / size;
  const x0 = Math.max(0, Math.floor(crop.x0 + Math.max(0, extent.x0 - 1) * scale));
  const y0 = Math.max(0, Math.floor(crop.y0 + Math.max(0, extent.y0 - 1) * scale));
  const x1 = Math.min(width, Math.ceil(crop.x0 + Math.min(size, extent.x1 + 1) * scale));
  const y1 = Math.min(height, Math.ceil(crop.y0 + Math.min(size, extent.y1 + 1) * scale));
  if (x1 <= x0 || y1 <= y0) return null;
  const [w, h] = [x1 - x0, y1 - y0];
  const found = new Uint8Array(w * h);
  const between = interpolation(segmentation);
  const columns = Array.from({ length: w }, (_, x) => tap((x0 + x + 0.5 - crop.x0) / scale, size));
  for (let y = 0; y < h; y++) {
    const [ya, yb, fy] = tap((y0 + y + 0.5 - crop.y0) / scale, size);
    for (let x = 0; x < w; x++) {
      const column = columns[x] as Tap;
      const a = ya * size + column[0];
      const b = ya * size + column[1];
      const c = yb * size + column[0];
      const d = yb * size + column[1];
      const held = (region[a] as number) + (region[b] as number) + (region[c] as number) + (region[d] as number);
      if (held === 0) continue;
      const one = classes[a] as number;
      // What is the most probable in all four is so between them: only along borders is there anything to compute.
      const alike = classes[b] === one && classes[c] === one && classes[d] === one;
      const best = alike ? one : between(a, b, c, d, column[2], fy);
      // A filled hole is background to the network and cell to us.
      found[y * w + x] = best === BACKGROUND && (forced || held === 4) ? CYTOPLASM : best;
    }
  }
  return trim(found, w, h, x0, y0);
}

/** The most probable class between four px a, b above c, d of the grid, fx and fy of the way from a. */
function interpolation(logits: Float32Array) {
  // Filled where they are asked for.
  const probabilities = new Float32Array(logits.length);
  const at = (px: number) => {
    const from = px * 3;
    if (probabilities[from] === 0 && probabilities[from + 1] === 0) softmaxAt(logits, from, probabilities);
    return from;
  };
  return (a: number, b: number, c: number, d: number, fx: number, fy: number): number => {
    const [pa, pb, pc, pd] = [at(a), at(b), at(c), at(d)];
    const [sa, sb, sc, sd] = [(1 - fx) * (1 - fy), fx * (1 - fy), (1 - fx) * fy, fx * fy];
    const p = (k: number) =>
      sa * (probabilities[pa + k] as number) +
      sb * (probabilities[pb + k] as number) +
      sc * (probabilities[pc + k] as number) +
      sd * (probabilities[pd + k] as number);
    return classOf(p(BACKGROUND), p(CYTOPLASM), p(NUCLEUS));
  };
}

/** Cuts a class map to the px that are cell. */
function trim(classes: Uint8Array, w: number, h: number, x0: number, y0: number): { box: Box; mask: Mask } | null {
  let [left, top, right, bottom] = [w, h, 0, 0];
  for (let i = 0; i < classes.length; i++) {
    if (classes[i] === BACKGROUND) continue;
    const x = i % w;
    const y = (i - x) / w;
    if (x < left) left = x;
    if (y < top) top = y;
    if (x >= right) right = x + 1;
    bottom = y + 1;
  }
  if (right <= left) return null;
  const cut = new Uint8Array((right - left) * (bottom - top));
  for (let y = top; y < bottom; y++) {
    cut.set(classes.subarray(y * w + left, y * w + right), (y - top) * (right - left));
  }
  return {
    box: { x0: x0 + left, y0: y0 + top, x1: x0 + right, y1: y0 + bottom },
    mask: encodeMask(cut, right - left, bottom - top),
  };
}
