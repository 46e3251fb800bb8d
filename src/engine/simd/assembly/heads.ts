/** The channel gate, and what the heads do besides convolutions. Channels: multiples of four. */
import { exp, fma, logistic } from './maths';

/** Means over px of x [px, channels]. */
export function means(x: usize, px: i32, channels: i32, to: usize): void {
  const length: usize = (<usize>channels) << 2;
  const share = f32x4.splat(1 / <f32>px);
  for (let c: usize = 0; c < length; c += 16) {
    let total = f32x4.splat(0);
    let at = x + c;
    for (let i = 0; i < px; i++) {
      total = f32x4.add(total, v128.load(at));
      at += length;
    }
    v128.store(to + c, f32x4.mul(total, share));
  }
}

/**
 * Channels times sigmoid(three taps over their means): efficient channel attention (Wang et al. 2020). scratch: twice the channels,
 * and eight floats.
 */
export function eca(x: usize, px: i32, channels: i32, taps: usize, to: usize, scratch: usize): void {
  const length: usize = (<usize>channels) << 2;
  const mean = scratch + 16;
  const gates = mean + length + 16;
  v128.store(scratch, f32x4.splat(0));
  v128.store(mean + length, f32x4.splat(0));
  means(x, px, channels, mean);
  const before = v128.load32_splat(taps);
  const own = v128.load32_splat(taps, 4);
  const after = v128.load32_splat(taps, 8);
  for (let c: usize = 0; c < length; c += 16) {
    const at = mean + c;
    const sum = fma(v128.load(at - 4), before, fma(v128.load(at), own, f32x4.mul(v128.load(at + 4), after)));
    v128.store(gates + c, logistic(sum));
  }
  for (let i = 0; i < px; i++) {
    for (let c: usize = 0; c < length; c += 16) {
      v128.store(to, f32x4.mul(v128.load(x), v128.load(gates + c)));
      x += 16;
      to += 16;
    }
  }
}

/** Sub-pixel shuffle: [height, width, 4 * 3] to [2 * height, 2 * width, 3]. */
export function shuffle(x: usize, to: usize, width: i32, height: i32): void {
  const pitch: usize = <usize>width * 24;
  for (let y = 0; y < height; y++) {
    for (let i = 0; i < width; i++) {
      v128.store(to, v128.load(x));
      v128.store64_lane(to + 16, v128.load(x, 8), 1);
      v128.store64_lane(to + pitch, v128.load(x, 16), 1);
      v128.store(to + pitch + 8, v128.load(x, 32));
      x += 48;
      to += 24;
    }
    to += pitch;
  }
}

/** Probability of cell of four px whose three logits (background first) lie one behind the other. */
function cellness(at: usize): v128 {
  const p = v128.load(at);
  const q = v128.load(at, 16);
  const r = v128.load(at, 32);
  const a = v128.shuffle<f32>(v128.shuffle<f32>(p, q, 0, 3, 6, 0), r, 0, 1, 2, 5);
  const b = v128.shuffle<f32>(v128.shuffle<f32>(p, q, 1, 4, 7, 0), r, 0, 1, 2, 6);
  const c = v128.shuffle<f32>(v128.shuffle<f32>(p, q, 2, 5, 0, 0), r, 0, 1, 4, 7);
  const high = f32x4.pmax(a, f32x4.pmax(b, c));
  const both = f32x4.add(exp(f32x4.sub(b, high)), exp(f32x4.sub(c, high)));
  return f32x4.div(both, f32x4.add(both, exp(f32x4.sub(a, high))));
}

/**
 * Shares in the evidence: mean cell probability of each 4 x 4 px of logits [4 * size, 4 * size, 3] times mean saliency of each 2 x 2 of
 * [2 * size, 2 * size, 2], plus `least`; sum 1.
 */
export function poolWeights(logits: usize, saliency: usize, size: i32, least: f32, to: usize): void {
  const pitch: usize = <usize>size * 48;
  const half: usize = <usize>size * 16;
  let total: f32 = 0;
  let at = to;
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      let sum = f32x4.add(cellness(logits), cellness(logits + pitch));
      sum = f32x4.add(sum, f32x4.add(cellness(logits + 2 * pitch), cellness(logits + 3 * pitch)));
      const cell =
        f32x4.extract_lane(sum, 0) +
        f32x4.extract_lane(sum, 1) +
        (f32x4.extract_lane(sum, 2) + f32x4.extract_lane(sum, 3));
      const s =
        load<f32>(saliency) + load<f32>(saliency, 8) + (load<f32>(saliency + half) + load<f32>(saliency + half, 8));
      const weight: f32 = cell * 0.0625 * (s * 0.25) + least;
      store<f32>(at, weight);
      total += weight;
      logits += 48;
      saliency += 16;
      at += 4;
    }
    logits += 3 * pitch;
    saliency += half;
  }
  const share: f32 = 1 / total;
  for (let i = to; i < at; i += 4) store<f32>(i, load<f32>(i) * share);
}

/** Sum over px of x [px, channels] times weights [px]. */
export function pool(x: usize, weights: usize, px: i32, channels: i32, to: usize): void {
  const length: usize = (<usize>channels) << 2;
  for (let c: usize = 0; c < length; c += 16) {
    let total = f32x4.splat(0);
    let at = x + c;
    for (let i: usize = 0; i < <usize>px; i++) {
      total = fma(v128.load(at), v128.load32_splat(weights + (i << 2)), total);
      at += length;
    }
    v128.store(to + c, total);
  }
}

/** x [px, columns] to [columns, px]; any sizes. */
export function transpose(x: usize, to: usize, px: i32, columns: i32): void {
  for (let i = 0; i < px; i++) {
    for (let c = 0; c < columns; c++) {
      store<f32>(to + ((<usize>(c * px + i)) << 2), load<f32>(x));
      x += 4;
    }
  }
}
