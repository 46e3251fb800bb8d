/** Segmentation logits of one crop -> class probabilities, and the extent of px on the network's grid. */

/** Softmax over the three classes, [size * size * 3]. */
export function softmax3(logits: Float32Array): Float32Array {
  const out = new Float32Array(logits.length);
  for (let i = 0; i < logits.length; i += 3) softmaxAt(logits, i, out);
  return out;
}

/** Of the px whose logits begin at `at`, into the same place of `out`. */
export function softmaxAt(logits: Float32Array, at: number, out: Float32Array): void {
  const a = logits[at] as number;
  const b = logits[at + 1] as number;
  const c = logits[at + 2] as number;
  const high = Math.max(a, b, c);
  const ea = Math.exp(a - high);
  const eb = Math.exp(b - high);
  const ec = Math.exp(c - high);
  const sum = ea + eb + ec;
  out[at] = ea / sum;
  out[at + 1] = eb / sum;
  out[at + 2] = ec / sum;
}

/** Box of the px set in a size x size region (half-open), or null where none is. */
export function regionBox(region: Uint8Array, size: number): { x0: number; y0: number; x1: number; y1: number } | null {
  let [x0, y0, x1, y1] = [size, size, 0, 0];
  for (let i = 0; i < region.length; i++) {
    if (!region[i]) continue;
    const x = i % size;
    const y = (i - x) / size;
    if (x < x0) x0 = x;
    if (y < y0) y0 = y;
    if (x >= x1) x1 = x + 1;
    y1 = y + 1;
  }
  return x1 > x0 ? { x0, y0, x1, y1 } : null;
}
