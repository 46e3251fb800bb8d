/** Segmentation logits of one crop -> classes on the network's grid. */
import { BACKGROUND, CYTOPLASM, NUCLEUS } from '../../domain/mask';

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
