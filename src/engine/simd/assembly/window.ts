/** What a window shows of an image, row by row: the twin of kernels/resampleWindow.ts. Px have four floats here, the last of no meaning. */
import { fma, splat } from './maths';

/**
 * How far below white a row's px are: bytes [count, 4] to max(0, 1 - byte / white). White along a row is a parabola of u = start + px * step,
 * no less than low and no more than high; white: a, b, d, low and high of a + (b + d u) u, four floats each, in bytes.
 */
export function darkness(bytes: usize, count: i32, white: usize, start: f32, step: f32, to: usize): void {
  const a = v128.load(white);
  const b = v128.load(white, 16);
  const d = v128.load(white, 32);
  const low = v128.load(white, 48);
  const high = v128.load(white, 64);
  for (let i = 0; i < count; i++) {
    const u = splat(start + <f32>i * step);
    const limit = f32x4.pmin(high, f32x4.pmax(low, fma(fma(d, u, b), u, a)));
    const wide = i16x8.extend_low_i8x16_u(v128.load32_zero(bytes));
    const value = f32x4.convert_i32x4_u(i32x4.extend_low_i16x8_u(wide));
    v128.store(to, f32x4.pmax(f32x4.sub(splat(1), f32x4.div(value, limit)), splat(0)));
    bytes += 4;
    to += 16;
  }
}

/** A row [px, 4] resampled to `width` px of three floats, and one float more: each the sum of `taps` px from its first on, weighted. first [width], weights [width, taps]. */
export function across(x: usize, first: usize, weights: usize, taps: i32, to: usize, width: i32): void {
  for (let i = 0; i < width; i++) {
    let at = x + ((<usize>load<i32>(first)) << 4);
    let total = splat(0);
    for (let k = 0; k < taps; k++) {
      total = fma(v128.load(at), v128.load32_splat(weights), total);
      weights += 4;
      at += 16;
    }
    v128.store(to, total);
    first += 4;
    to += 12;
  }
}

/** `to` less x times a weight, `count` floats. */
export function subtract(x: usize, to: usize, count: i32, weight: f32): void {
  const factor = splat(-weight);
  const end = to + ((<usize>count) << 2);
  for (; to + 16 <= end; to += 16) {
    v128.store(to, fma(v128.load(x), factor, v128.load(to)));
    x += 16;
  }
  for (; to < end; to += 4) {
    store<f32>(to, load<f32>(to) - weight * load<f32>(x));
    x += 4;
  }
}
