/**
 * Convolutions. Addresses, steps and pitches are bytes: a step leads to the next px of a row, a pitch to the next row.
 * Maps are rows of px, a px its channels; a map that a 3x3 convolution reads has a border of one px of zeros, which its
 * address is inside of.
 */
import { fma } from './maths';

/** Outputs computed at a time; filters are packed in blocks of as many: [outputs / 8, taps, inputs, 8]. */
const BLOCK: i32 = 8;
/** Bytes of input that stay in the processor's nearest memory while all blocks of filters pass over them. */
const NEAR: i32 = 12288;

/** Stores the first `count` of eight floats. */
function storeSome(to: usize, low: v128, high: v128, count: i32): void {
  if (count >= 4) {
    v128.store(to, low);
    to += 16;
    low = high;
    count -= 4;
  }
  if (count >= 2) {
    v128.store64_lane(to, low, 0);
    to += 8;
    low = i8x16.shuffle(low, low, 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15);
    count -= 2;
  }
  if (count > 0) v128.store32_lane(to, low, 0);
}

/**
 * `groups` times four px of one block of outputs; the loop that the network's time goes to. Eight sums stay in registers, and a
 * value of the filters is loaded once for four px.
 */
function panel(
  x: usize,
  xStep: usize,
  tapRows: i32,
  tapPitch: usize,
  tapColumns: i32,
  tapStep: usize,
  inputs: i32,
  filters: usize,
  bias: usize,
  least: f32,
  residual: usize,
  to: usize,
  toStep: usize,
  count: i32,
  groups: i32,
): void {
  const length: usize = (<usize>inputs) << 2;
  const floor = f32x4.splat(least);
  for (let group = 0; group < groups; group++) {
    let a0 = v128.load(bias);
    let a1 = v128.load(bias, 16);
    let b0 = a0;
    let b1 = a1;
    let c0 = a0;
    let c1 = a1;
    let d0 = a0;
    let d1 = a1;
    let f = filters;
    for (let row = 0; row < tapRows; row++) {
      for (let column = 0; column < tapColumns; column++) {
        let xa = x + <usize>row * tapPitch + <usize>column * tapStep;
        let xb = xa + xStep;
        let xc = xb + xStep;
        let xd = xc + xStep;
        const end = xa + length;
        while (xa < end) {
          const f0 = v128.load(f);
          const f1 = v128.load(f, 16);
          let value = v128.load32_splat(xa);
          a0 = fma(value, f0, a0);
          a1 = fma(value, f1, a1);
          value = v128.load32_splat(xb);
          b0 = fma(value, f0, b0);
          b1 = fma(value, f1, b1);
          value = v128.load32_splat(xc);
          c0 = fma(value, f0, c0);
          c1 = fma(value, f1, c1);
          value = v128.load32_splat(xd);
          d0 = fma(value, f0, d0);
          d1 = fma(value, f1, d1);
          xa += 4;
          xb += 4;
          xc += 4;
          xd += 4;
          f += 32;
        }
      }
    }
    const toB = to + toStep;
    const toC = toB + toStep;
    const toD = toC + toStep;
    if (residual) {
      // Of the output's own layout.
      const rest = residual - to;
      a0 = f32x4.add(a0, v128.load(to + rest));
      a1 = f32x4.add(a1, v128.load(to + rest, 16));
      b0 = f32x4.add(b0, v128.load(toB + rest));
      b1 = f32x4.add(b1, v128.load(toB + rest, 16));
      c0 = f32x4.add(c0, v128.load(toC + rest));
      c1 = f32x4.add(c1, v128.load(toC + rest, 16));
      d0 = f32x4.add(d0, v128.load(toD + rest));
      d1 = f32x4.add(d1, v128.load(toD + rest, 16));
      residual += toStep << 2;
    }
    a0 = f32x4.pmax(a0, floor);
    a1 = f32x4.pmax(a1, floor);
    b0 = f32x4.pmax(b0, floor);
    b1 = f32x4.pmax(b1, floor);
    c0 = f32x4.pmax(c0, floor);
    c1 = f32x4.pmax(c1, floor);
    d0 = f32x4.pmax(d0, floor);
    d1 = f32x4.pmax(d1, floor);
    if (count >= BLOCK) {
      v128.store(to, a0);
      v128.store(to, a1, 16);
      v128.store(toB, b0);
      v128.store(toB, b1, 16);
      v128.store(toC, c0);
      v128.store(toC, c1, 16);
      v128.store(toD, d0);
      v128.store(toD, d1, 16);
    } else {
      storeSome(to, a0, a1, count);
      storeSome(toB, b0, b1, count);
      storeSome(toC, c0, c1, count);
      storeSome(toD, d0, d1, count);
    }
    x += xStep << 2;
    to += toStep << 2;
  }
}

/**
 * max(x * filters + bias + residual, least) over width x height px. A tap is `inputs` floats; taps lie `tapStep` apart in a row of
 * them, rows `tapPitch` apart. xBlock: bytes of input from one block of outputs to the next (groups), 0 where all see all.
 * residual: 0, or a map laid out as the output, whose channels are then a multiple of eight.
 */
export function convolve(
  x: usize,
  xStep: usize,
  xPitch: usize,
  xBlock: usize,
  tapRows: i32,
  tapPitch: usize,
  tapColumns: i32,
  tapStep: usize,
  inputs: i32,
  filters: usize,
  bias: usize,
  least: f32,
  residual: usize,
  to: usize,
  toStep: usize,
  toPitch: usize,
  width: i32,
  height: i32,
  outputs: i32,
): void {
  const block: usize = (<usize>(tapRows * tapColumns * inputs * BLOCK)) << 2;
  const tile: i32 = max(4, (NEAR / (tapRows * tapColumns * inputs * 4)) & ~3);
  for (let y = 0; y < height; y++) {
    for (let first = 0; first < width; first += tile) {
      const px = min(tile, width - first);
      const groups = px >> 2;
      const over = px & 3;
      const row = x + <usize>y * xPitch + <usize>first * xStep;
      const toRow = to + <usize>y * toPitch + <usize>first * toStep;
      for (let o = 0; o < outputs; o += BLOCK) {
        const k: usize = <usize>(o / BLOCK);
        const f = filters + k * block;
        const b = bias + ((<usize>o) << 2);
        const count = outputs - o;
        const from = row + k * xBlock;
        const at = toRow + ((<usize>o) << 2);
        const rest: usize = residual ? residual + (at - to) : 0;
        // biome-ignore format: one line a call, so that what differs can be seen
        panel(from, xStep, tapRows, tapPitch, tapColumns, tapStep, inputs, f, b, least, rest, at, toStep, count, groups);
        if (over === 0) continue;
        if (groups > 0) {
          // The last four px once more, some of them a second time.
          const back: usize = <usize>(px - 4);
          const again: usize = rest ? rest + back * toStep : 0;
          // biome-ignore format: as above
          panel(from + back * xStep, xStep, tapRows, tapPitch, tapColumns, tapStep, inputs, f, b, least, again, at + back * toStep, toStep, count, 1);
          continue;
        }
        for (let i: usize = 0; i < <usize>over; i++) {
          const alone: usize = rest ? rest + i * toStep : 0;
          // Fewer than four px: each as all four.
          // biome-ignore format: as above
          panel(from + i * xStep, 0, tapRows, tapPitch, tapColumns, tapStep, inputs, f, b, least, alone, at + i * toStep, 0, count, 1);
        }
      }
    }
  }
}

/** Depthwise 3x3 convolution, filters [3, 3, channels], channels a multiple of four: max(x * filters + bias, least). */
export function depthwise(
  x: usize,
  xStep: usize,
  xPitch: usize,
  stride: i32,
  filters: usize,
  bias: usize,
  least: f32,
  to: usize,
  toStep: usize,
  toPitch: usize,
  width: i32,
  height: i32,
  channels: i32,
): void {
  const floor = f32x4.splat(least);
  const tap: usize = (<usize>channels) << 2;
  for (let y = 0; y < height; y++) {
    for (let c: usize = 0; c < tap; c += 16) {
      const f = filters + c;
      const g = f + 3 * tap;
      const h = g + 3 * tap;
      const f0 = v128.load(f);
      const f1 = v128.load(f + tap);
      const f2 = v128.load(f + 2 * tap);
      const g0 = v128.load(g);
      const g1 = v128.load(g + tap);
      const g2 = v128.load(g + 2 * tap);
      const h0 = v128.load(h);
      const h1 = v128.load(h + tap);
      const h2 = v128.load(h + 2 * tap);
      const start = v128.load(bias + c);
      let above = x + <usize>(y * stride) * xPitch + c;
      let at = to + <usize>y * toPitch + c;
      if (stride === 1) {
        // A column of three px goes into the sums of three outputs, so that each is loaded once.
        let left = start;
        let middle = start;
        for (let column = 0; column < width + 2; column++) {
          const p = v128.load(above);
          const q = v128.load(above + xPitch);
          const r = v128.load(above + 2 * xPitch);
          const done = fma(p, f2, fma(q, g2, fma(r, h2, left)));
          left = fma(p, f1, fma(q, g1, fma(r, h1, middle)));
          middle = fma(p, f0, fma(q, g0, fma(r, h0, start)));
          if (column > 1) {
            v128.store(at, f32x4.pmax(done, floor));
            at += toStep;
          }
          above += xStep;
        }
        continue;
      }
      for (let column = 0; column < width; column++) {
        const middle = above + xPitch;
        const below = middle + xPitch;
        let a = fma(v128.load(above), f0, start);
        let b = f32x4.mul(v128.load(middle), g0);
        let d = f32x4.mul(v128.load(below), h0);
        a = fma(v128.load(above + xStep), f1, a);
        b = fma(v128.load(middle + xStep), g1, b);
        d = fma(v128.load(below + xStep), h1, d);
        a = fma(v128.load(above + 2 * xStep), f2, a);
        b = fma(v128.load(middle + 2 * xStep), g2, b);
        d = fma(v128.load(below + 2 * xStep), h2, d);
        v128.store(at, f32x4.pmax(f32x4.add(a, f32x4.add(b, d)), floor));
        at += toStep;
        above += <usize>stride * xStep;
      }
    }
  }
}
