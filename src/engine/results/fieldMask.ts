/** A cell's class map from the network's grid to px of the image. */
import type { Box } from '../../domain/box';
import { BACKGROUND, CYTOPLASM, encodeMask, type Mask, NUCLEUS } from '../../domain/mask';
import { argmax3, regionBox } from './classMap';

/** Low tap, high tap, high weight of sampling a line of `size` px at a position in px. */
function tap(position: number, size: number): [number, number, number] {
  const at = Math.min(Math.max(position - 0.5, 0), size - 1);
  const low = Math.floor(at);
  return [low, Math.min(low + 1, size - 1), at - low];
}

/**
 * Interpolates class probabilities [size * size * 3] to the px of the image inside `crop`, keeps
 * those in the cell's region (grown by one grid px, so that interpolation decides the border), and
 * returns box and mask; null where nothing is left inside the image. `forced` calls region px cell
 * whatever their class.
 */
export function fieldMask(
  probabilities: Float32Array,
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
  const classes = new Uint8Array(w * h);
  const columns = Array.from({ length: w }, (_, x) => tap((x0 + x + 0.5 - crop.x0) / scale, size));
  for (let y = 0; y < h; y++) {
    const [ya, yb, fy] = tap((y0 + y + 0.5 - crop.y0) / scale, size);
    for (let x = 0; x < w; x++) {
      const [xa, xb, fx] = columns[x] as [number, number, number];
      const [a, b, c, d] = [ya * size + xa, ya * size + xb, yb * size + xa, yb * size + xb];
      const held = (region[a] as number) + (region[b] as number) + (region[c] as number) + (region[d] as number);
      if (held === 0) continue;
      const [sa, sb, sc, sd] = [(1 - fx) * (1 - fy), fx * (1 - fy), (1 - fx) * fy, fx * fy];
      const p = (k: number) =>
        sa * (probabilities[a * 3 + k] as number) +
        sb * (probabilities[b * 3 + k] as number) +
        sc * (probabilities[c * 3 + k] as number) +
        sd * (probabilities[d * 3 + k] as number);
      const best = argmax3(p(BACKGROUND), p(CYTOPLASM), p(NUCLEUS));
      // A filled hole is background to the network and cell to us.
      classes[y * w + x] = best === BACKGROUND && (forced || held === 4) ? CYTOPLASM : best;
    }
  }
  return trim(classes, w, h, x0, y0);
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
