/** Plain loops for windowAttention. */

/** Sizes of an attention over windows of a square map. */
export interface WindowShape {
  batch: number;
  /** Side of the map, px; a multiple of the window. */
  size: number;
  channels: number;
  heads: number;
  window: number;
  /** Cyclic shift, px. */
  shift: number;
}

/** Row-major token of a place in a window, after the cyclic shift. */
export function tokenOf({ size, window, shift }: WindowShape, index: number, inside: number): number {
  const across = size / window;
  const y = Math.floor(index / across) * window + Math.floor(inside / window);
  const x = (index % across) * window + (inside % window);
  return ((y + shift) % size) * size + ((x + shift) % size);
}

/**
 * softmax(q k + bias) v in every window (Liu et al. 2021); qkv [batch, size * size, 3 * channels] with q
 * scaled, bias [kinds, heads, window^2, window^2], the kind of window w being w mod kinds.
 */
export function windowAttentionReference(
  qkv: Float32Array,
  bias: Float32Array,
  kinds: number,
  shape: WindowShape,
): Float32Array {
  const { batch, size, channels, heads, window } = shape;
  const [tokens, members, depth] = [size * size, window * window, channels / heads];
  const out = new Float32Array(batch * tokens * channels);
  const weights = new Float64Array(members);
  for (let image = 0; image < batch; image++) {
    for (let w = 0; w < tokens / members; w++) {
      const places = Array.from({ length: members }, (_, k) => image * tokens + tokenOf(shape, w, k));
      for (let head = 0; head < heads; head++) {
        for (let i = 0; i < members; i++) {
          const query = (places[i] as number) * 3 * channels + head * depth;
          let total = 0;
          for (let k = 0; k < members; k++) {
            const key = (places[k] as number) * 3 * channels + channels + head * depth;
            let score = bias[(((w % kinds) * heads + head) * members + i) * members + k] as number;
            for (let d = 0; d < depth; d++) score += (qkv[query + d] as number) * (qkv[key + d] as number);
            weights[k] = score;
          }
          const high = weights.reduce((a, b) => Math.max(a, b));
          for (let k = 0; k < members; k++) {
            weights[k] = Math.exp((weights[k] as number) - high);
            total += weights[k] as number;
          }
          for (let d = 0; d < depth; d++) {
            let mixed = 0;
            for (let k = 0; k < members; k++) {
              mixed +=
                (weights[k] as number) *
                (qkv[(places[k] as number) * 3 * channels + 2 * channels + head * depth + d] as number);
            }
            out[(places[i] as number) * channels + head * depth + d] = mixed / total;
          }
        }
      }
    }
  }
  return out;
}
