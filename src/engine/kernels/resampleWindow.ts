/** Antialiased resampling of a white-pointed window of an image; twin of resample.py. */
import type { Box } from '../../domain/box';
import type { Pixels, WhiteOf } from '../../domain/pixels';

/** One output line's taps: for each target px the first source px and its weights. */
interface Taps {
  first: Int32Array;
  weights: Float32Array[];
}

/**
 * Triangle-filter taps that resample [start, stop) of a line, backwards where stop lies before start, of `limit` px to `size` px (as Pillow's
 * BILINEAR does); weights outside the line are dropped, so that a row may sum to less than one.
 */
export function tapsOf(start: number, stop: number, size: number, limit: number): Taps {
  const scale = (stop - start) / size;
  const radius = Math.max(Math.abs(scale), 1);
  const first = new Int32Array(size);
  const weights: Float32Array[] = [];
  for (let i = 0; i < size; i++) {
    const centre = start + (i + 0.5) * scale;
    const low = Math.floor(centre - radius);
    const high = Math.ceil(centre + radius);
    const raw: number[] = [];
    for (let at = low; at < high; at++) raw.push(Math.max(0, 1 - Math.abs(at + 0.5 - centre) / radius));
    const sum = raw.reduce((a, b) => a + b, 0);
    const lo = Math.min(Math.max(low, 0), limit);
    const hi = Math.max(Math.min(high, limit), lo);
    first[i] = lo;
    weights.push(Float32Array.from(raw.slice(lo - low, hi - low), (w) => w / sum));
  }
  return { first, weights };
}

/**
 * Resamples `box` (px, may leave the image, turned where its ends are swapped) to width x height, dividing each source px by its white
 * and clipping to [0, 1]. What lies outside the image is white (1). Returns [height, width, 3].
 */
export function resampleWindow(
  pixels: Pixels,
  whiteOf: WhiteOf,
  box: Box,
  width: number,
  height: number,
): Float32Array {
  const out = new Float32Array(width * height * 3).fill(1);
  const across = tapsOf(box.x0, box.x1, width, pixels.width);
  const down = tapsOf(box.y0, box.y1, height, pixels.height);
  const [x0, x1] = [range(across, 0), range(across, 1)];
  const [y0, y1] = [range(down, 0), range(down, 1)];
  const row = new Float32Array(Math.max(0, x1 - x0) * 3);
  const line = new Float32Array(width * 3);
  const white = new Float64Array(row.length);
  // Values are kept as darkness below white (1 - v), so that what is outside adds nothing.
  const targets = rowsBySource(down, y0, y1);
  for (let y = y0; y < y1; y++) {
    whiteOf(y, x0, x1, white);
    for (let from = (y * pixels.width + x0) * 4, to = 0; to < row.length; from += 4, to += 3) {
      row[to] = darkness(pixels.data[from] as number, white[to] as number);
      row[to + 1] = darkness(pixels.data[from + 1] as number, white[to + 1] as number);
      row[to + 2] = darkness(pixels.data[from + 2] as number, white[to + 2] as number);
    }
    for (let i = 0; i < width; i++) {
      const taps = across.weights[i] as Float32Array;
      let at = ((across.first[i] as number) - x0) * 3;
      let r = 0;
      let g = 0;
      let b = 0;
      for (let k = 0; k < taps.length; k++) {
        const w = taps[k] as number;
        r += w * (row[at] as number);
        g += w * (row[at + 1] as number);
        b += w * (row[at + 2] as number);
        at += 3;
      }
      line[i * 3] = r;
      line[i * 3 + 1] = g;
      line[i * 3 + 2] = b;
    }
    for (const [target, weight] of targets[y - y0] ?? []) {
      const to = target * width * 3;
      for (let k = 0; k < line.length; k++) out[to + k] = (out[to + k] as number) - weight * (line[k] as number);
    }
  }
  return out;
}

/** How far a byte is below white, 0 to 1. */
function darkness(value: number, white: number): number {
  return Math.max(0, 1 - value / (255 * white));
}

/** First source px (end 0) or one past the last (end 1) that any tap reads. */
export function range(taps: Taps, end: 0 | 1): number {
  let low = Number.POSITIVE_INFINITY;
  let high = 0;
  taps.weights.forEach((weights, i) => {
    if (weights.length === 0) return;
    low = Math.min(low, taps.first[i] as number);
    high = Math.max(high, (taps.first[i] as number) + weights.length);
  });
  if (end === 1) return high;
  return Number.isFinite(low) ? low : 0;
}

/** For each source row the target rows it feeds, with weights. */
export function rowsBySource(taps: Taps, from: number, to: number): [number, number][][] {
  const rows: [number, number][][] = Array.from({ length: Math.max(0, to - from) }, () => []);
  taps.weights.forEach((weights, target) => {
    weights.forEach((weight, k) => {
      if (weight > 0) rows[(taps.first[target] as number) + k - from]?.push([target, weight]);
    });
  });
  return rows;
}
