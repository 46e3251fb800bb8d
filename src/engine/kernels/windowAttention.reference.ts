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

/** Sum of products of two runs of `length` values; four sums at a time, which do not wait for one another. */
function dot(values: Float32Array, a: number, b: number, length: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let i = 0;
  for (; i + 3 < length; i += 4) {
    s0 += (values[a + i] as number) * (values[b + i] as number);
    s1 += (values[a + i + 1] as number) * (values[b + i + 1] as number);
    s2 += (values[a + i + 2] as number) * (values[b + i + 2] as number);
    s3 += (values[a + i + 3] as number) * (values[b + i + 3] as number);
  }
  for (; i < length; i++) s0 += (values[a + i] as number) * (values[b + i] as number);
  return s0 + s1 + (s2 + s3);
}

/**
 * out[to ...] = sum of weights times the values at `first` of each place (`step` floats apart), over total; four channels at
 * a time, which stay in registers.
 */
function mix(
  out: Float32Array,
  to: number,
  depth: number,
  qkv: Float32Array,
  first: number,
  step: number,
  weights: Float64Array,
  places: Int32Array,
  total: number,
): void {
  let d = 0;
  for (; d + 3 < depth; d += 4) {
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    for (let k = 0; k < weights.length; k++) {
      const at = (places[k] as number) * step + first + d;
      const weight = weights[k] as number;
      s0 += weight * (qkv[at] as number);
      s1 += weight * (qkv[at + 1] as number);
      s2 += weight * (qkv[at + 2] as number);
      s3 += weight * (qkv[at + 3] as number);
    }
    out[to + d] = s0 / total;
    out[to + d + 1] = s1 / total;
    out[to + d + 2] = s2 / total;
    out[to + d + 3] = s3 / total;
  }
  for (; d < depth; d++) {
    let sum = 0;
    for (let k = 0; k < weights.length; k++) {
      sum += (weights[k] as number) * (qkv[(places[k] as number) * step + first + d] as number);
    }
    out[to + d] = sum / total;
  }
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
  const places = new Int32Array(members);
  const scores = new Float64Array(members);
  for (let image = 0; image < batch; image++) {
    for (let w = 0; w < tokens / members; w++) {
      for (let k = 0; k < members; k++) places[k] = image * tokens + tokenOf(shape, w, k);
      for (let head = 0; head < heads; head++) {
        const [keys, values] = [channels + head * depth, 2 * channels + head * depth];
        for (let i = 0; i < members; i++) {
          const query = (places[i] as number) * 3 * channels + head * depth;
          const row = (((w % kinds) * heads + head) * members + i) * members;
          let high = Number.NEGATIVE_INFINITY;
          for (let k = 0; k < members; k++) {
            const key = (places[k] as number) * 3 * channels + keys;
            const score = (bias[row + k] as number) + dot(qkv, query, key, depth);
            scores[k] = score;
            high = Math.max(high, score);
          }
          let total = 0;
          for (let k = 0; k < members; k++) {
            const weight = Math.exp((scores[k] as number) - high);
            scores[k] = weight;
            total += weight;
          }
          const to = (places[i] as number) * channels + head * depth;
          mix(out, to, depth, qkv, values, 3 * channels, scores, places, total);
        }
      }
    }
  }
  return out;
}
