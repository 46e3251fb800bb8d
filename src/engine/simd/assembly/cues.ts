/** The six cues of cell-likeness (kernels/cues.reference.ts), four px at a time. */
import { fma, log } from './maths';

/** Four floats from `at` on, times a number, plus a sum. */
function times(at: usize, factor: f32, addend: v128): v128 {
  return fma(v128.load(at), f32x4.splat(factor), addend);
}

/** A row of rgb in [0, 1] to its rows in three planes of optical density and one of saturation; `pitch`: bytes of a plane's row. */
function separate(rgb: usize, n: i32, densities: usize, plane: usize, saturation: usize, pitch: usize): void {
  for (let i = 0; i < n; i++) {
    const r = load<f32>(rgb);
    const g = load<f32>(rgb, 4);
    const b = load<f32>(rgb, 8);
    rgb += 12;
    const at: usize = (<usize>i) << 2;
    store<f32>(densities + at, r);
    store<f32>(densities + plane + at, g);
    store<f32>(densities + 2 * plane + at, b);
    const high = max(r, max(g, b));
    store<f32>(saturation + at, (high - min(r, min(g, b))) / max<f32>(high, 1e-3));
  }
  const least = f32x4.splat(1 / 255);
  const scale = f32x4.splat(-Mathf.LOG10E);
  for (let c = 0; c < 3; c++) {
    // Up to four px at once: what lies beyond the width is never shown.
    for (let at: usize = 0; at < pitch; at += 16) {
      const value = f32x4.max(v128.load(densities + at), least);
      v128.store(densities + at, f32x4.mul(log(value), scale));
    }
    densities += plane;
  }
}

/** A line of `length` floats with both ends drawn out by `radius`. */
function padLine(from: usize, length: i32, radius: i32, to: usize): void {
  const first = load<f32>(from);
  const last = load<f32>(from + ((<usize>(length - 1)) << 2));
  for (let i = 0; i < radius; i++) {
    store<f32>(to + ((<usize>i) << 2), first);
    store<f32>(to + ((<usize>(radius + length + i)) << 2), last);
  }
  memory.copy(to + ((<usize>radius) << 2), from, (<usize>length) << 2);
}

/** Sum of a symmetric filter's taps over four neighbouring outputs; `at`: the first one's first tap. */
function filtered(at: usize, step: usize, taps: usize, radius: i32): v128 {
  let low = at;
  let high = at + <usize>(2 * radius) * step;
  let total = f32x4.splat(0);
  for (let k = 0; k < radius; k++) {
    total = fma(f32x4.add(v128.load(low), v128.load(high)), v128.load32_splat(taps), total);
    low += step;
    high -= step;
    taps += 4;
  }
  return fma(v128.load(low), v128.load32_splat(taps), total);
}

/**
 * to = plane blurred along both axes, times factor, plus what is there if `add`. Rows are `pitch` bytes apart, a multiple of 16;
 * rows: room for a plane and 2 * radius rows more; line: for a row and 2 * radius + 4 floats.
 */
function blur(
  from: usize,
  to: usize,
  width: i32,
  height: i32,
  pitch: usize,
  taps: usize,
  radius: i32,
  factor: f32,
  add: bool,
  rows: usize,
  line: usize,
): void {
  const top = rows + <usize>radius * pitch;
  const bottom = top + <usize>height * pitch;
  for (let y = 0; y < height; y++) {
    padLine(from + <usize>y * pitch, width, radius, line);
    const at = top + <usize>y * pitch;
    for (let x: usize = 0; x < pitch; x += 16) v128.store(at + x, filtered(line + x, 4, taps, radius));
  }
  for (let k: usize = 0; k < <usize>radius; k++) {
    memory.copy(rows + k * pitch, top, pitch);
    memory.copy(bottom + k * pitch, bottom - pitch, pitch);
  }
  for (let y = 0; y < height; y++) {
    const at = rows + <usize>y * pitch;
    const out = to + <usize>y * pitch;
    for (let x: usize = 0; x < pitch; x += 16) {
      const value = f32x4.mul(filtered(at + x, pitch, taps, radius), f32x4.splat(factor));
      v128.store(out + x, add ? f32x4.add(v128.load(out + x), value) : value);
    }
  }
}

/**
 * rgb [height, width, 3], white-pointed, to the six cues, px `toStep` and rows `toPitch` bytes apart. constants: unmixing (6), scales
 * (6), then half of each blur's taps, the middle one last. scratch: seven planes, twice the wide radius and one of rows, each padded to four px, and as many floats and four more.
 */
export function cues(
  rgb: usize,
  width: i32,
  height: i32,
  constants: usize,
  narrow: i32,
  wide: i32,
  scratch: usize,
  to: usize,
  toStep: usize,
  toPitch: usize,
): void {
  const pitch: usize = (<usize>(width + 3) & ~3) << 2;
  const plane = pitch * <usize>height;
  const densities = scratch;
  const saturation = scratch + 3 * plane;
  const mean = saturation + plane;
  const difference = mean + plane;
  const line = difference + plane;
  const rows = line + pitch + ((<usize>(2 * wide + 4)) << 2);
  for (let y = 0; y < height; y++) {
    const row: usize = <usize>y * pitch;
    separate(rgb + <usize>(y * width) * 12, width, densities + row, plane, saturation + row, pitch);
  }
  const azureR = load<f32>(constants);
  const azureG = load<f32>(constants, 4);
  const azureB = load<f32>(constants, 8);
  const eosinR = load<f32>(constants, 12);
  const eosinG = load<f32>(constants, 16);
  const eosinB = load<f32>(constants, 20);
  const zero = f32x4.splat(0);
  for (let at: usize = 0; at < plane; at += 16) {
    const r = densities + at;
    const third: f32 = 1.0 / 3.0;
    const m = times(r, third, times(r + plane, third, times(r + 2 * plane, third, zero)));
    v128.store(mean + at, m);
    const azure = times(r, azureR, times(r + plane, azureG, times(r + 2 * plane, azureB, zero)));
    const eosin = times(r, eosinR, times(r + plane, eosinG, times(r + 2 * plane, eosinB, zero)));
    v128.store(r, azure);
    v128.store(r + plane, eosin);
  }
  const taps = constants + 48;
  blur(mean, difference, width, height, pitch, taps, narrow, 1, false, rows, line);
  blur(mean, difference, width, height, pitch, taps + ((<usize>(narrow + 1)) << 2), wide, -1, true, rows, line);
  for (let y = 0; y < height; y++) {
    const row: usize = <usize>y * pitch;
    const above = mean + <usize>max(y - 1, 0) * pitch;
    const middle = mean + row;
    const below = mean + <usize>min(y + 1, height - 1) * pitch;
    let out = to + <usize>y * toPitch;
    for (let x = 0; x < width; x++) {
      const at: usize = (<usize>x) << 2;
      const left: usize = (<usize>max(x - 1, 0)) << 2;
      const right: usize = (<usize>min(x + 1, width - 1)) << 2;
      const corners = load<f32>(above + right) - load<f32>(below + left);
      const others = load<f32>(below + right) - load<f32>(above + left);
      const gx: f32 = (corners + others + 2 * (load<f32>(middle + right) - load<f32>(middle + left))) * 0.125;
      const gy: f32 = (others - corners + 2 * (load<f32>(below + at) - load<f32>(above + at))) * 0.125;
      store<f32>(out, load<f32>(middle + at) * load<f32>(constants, 24));
      store<f32>(out, load<f32>(densities + row + at) * load<f32>(constants, 28), 4);
      store<f32>(out, load<f32>(densities + plane + row + at) * load<f32>(constants, 32), 8);
      store<f32>(out, load<f32>(saturation + row + at) * load<f32>(constants, 36), 12);
      store<f32>(out, load<f32>(difference + row + at) * load<f32>(constants, 40), 16);
      store<f32>(out, sqrt<f32>(gx * gx + gy * gy + 1e-12) * load<f32>(constants, 44), 20);
      out += toStep;
    }
  }
}
