/** What Swin blocks do besides linear layers. */
import { exp, fma, sum } from './maths';

/** Each of `count` runs of `channels` floats (a multiple of four) shifted and scaled to mean 0 and variance 1 (plus 1e-5). */
export function layerNorm(x: usize, to: usize, count: i32, channels: i32): void {
  const length: usize = (<usize>channels) << 2;
  for (let k = 0; k < count; k++) {
    let total = f32x4.splat(0);
    for (let c: usize = 0; c < length; c += 16) total = f32x4.add(total, v128.load(x + c));
    const mean = f32x4.splat(sum(total) / <f32>channels);
    let squares = f32x4.splat(0);
    for (let c: usize = 0; c < length; c += 16) {
      const off = f32x4.sub(v128.load(x + c), mean);
      squares = fma(off, off, squares);
    }
    const scale = f32x4.splat(1 / sqrt<f32>(sum(squares) / <f32>channels + 1e-5));
    for (let c: usize = 0; c < length; c += 16) {
      v128.store(to + c, f32x4.mul(f32x4.sub(v128.load(x + c), mean), scale));
    }
    x += length;
    to += length;
  }
}

/** Row-major token of a place in a window, after the cyclic shift (windowAttention.reference.ts). */
function tokenOf(size: i32, window: i32, shift: i32, index: i32, inside: i32): i32 {
  const across = size / window;
  const y = (index / across) * window + inside / window;
  const x = (index % across) * window + (inside % window);
  return ((y + shift) % size) * size + ((x + shift) % size);
}

/**
 * softmax(q k + bias) v in every window of a size x size map; qkv [size * size, 3 * channels], q scaled; bias [kinds, heads,
 * window^2, members], rows padded to `members`, a multiple of four, with what no query attends to. Channels of a head: a
 * multiple of four. scratch: window^2 addresses and `members` floats.
 */
export function attention(
  qkv: usize,
  bias: usize,
  kinds: i32,
  to: usize,
  size: i32,
  channels: i32,
  heads: i32,
  window: i32,
  shift: i32,
  members: i32,
  scratch: usize,
): void {
  const tokens = window * window;
  const depth: usize = (<usize>(channels / heads)) << 2;
  const step: usize = (<usize>(3 * channels)) << 2;
  const keys: usize = (<usize>channels) << 2;
  const row: usize = (<usize>members) << 2;
  const scores = scratch;
  const places = scratch + row;
  const count = (size / window) * (size / window);
  for (let w = 0; w < count; w++) {
    for (let i = 0; i < tokens; i++) store<i32>(places + ((<usize>i) << 2), tokenOf(size, window, shift, w, i));
    for (let head = 0; head < heads; head++) {
      const first = qkv + <usize>head * depth;
      let b = bias + <usize>(((w % kinds) * heads + head) * tokens) * row;
      for (let i = 0; i < tokens; i++) {
        const query = load<i32>(places + ((<usize>i) << 2));
        const q = first + <usize>query * step;
        for (let j = 0; j < tokens; j++) {
          const k = first + keys + <usize>load<i32>(places + ((<usize>j) << 2)) * step;
          let products = f32x4.splat(0);
          for (let d: usize = 0; d < depth; d += 16) products = fma(v128.load(q + d), v128.load(k + d), products);
          store<f32>(scores + ((<usize>j) << 2), sum(products));
        }
        for (let j = tokens; j < members; j++) store<f32>(scores + ((<usize>j) << 2), 0);
        let high = f32x4.splat(-Infinity);
        for (let j: usize = 0; j < row; j += 16) {
          const score = f32x4.add(v128.load(scores + j), v128.load(b + j));
          v128.store(scores + j, score);
          high = f32x4.pmax(high, score);
        }
        const most = f32x4.splat(
          max(
            max(f32x4.extract_lane(high, 0), f32x4.extract_lane(high, 1)),
            max(f32x4.extract_lane(high, 2), f32x4.extract_lane(high, 3)),
          ),
        );
        let total = f32x4.splat(0);
        for (let j: usize = 0; j < row; j += 16) {
          const weight = exp(f32x4.sub(v128.load(scores + j), most));
          v128.store(scores + j, weight);
          total = f32x4.add(total, weight);
        }
        const share = f32x4.splat(1 / sum(total));
        const out = to + <usize>query * keys + <usize>head * depth;
        for (let d: usize = 0; d < depth; d += 16) {
          let mixed = f32x4.splat(0);
          for (let j = 0; j < tokens; j++) {
            const v = first + 2 * keys + <usize>load<i32>(places + ((<usize>j) << 2)) * step;
            mixed = fma(v128.load32_splat(scores + ((<usize>j) << 2)), v128.load(v + d), mixed);
          }
          v128.store(out + d, f32x4.mul(mixed, share));
        }
        b += row;
      }
    }
  }
}
