/** Work on maps between convolutions. Addresses, steps and pitches as in convolution.ts; channels: multiples of four, unless said. */
import { fma, logistic } from './maths';

/** Zeros around the width x height px of a map with a border; `at`: its first px inside. */
export function clearBorder(at: usize, step: usize, width: i32, height: i32): void {
  const pitch: usize = <usize>(width + 2) * step;
  const corner = at - pitch - step;
  memory.fill(corner, 0, pitch);
  for (let y = 1; y <= height; y++) {
    memory.fill(corner + <usize>y * pitch, 0, step);
    memory.fill(corner + <usize>(y + 1) * pitch - step, 0, step);
  }
  memory.fill(corner + <usize>(height + 1) * pitch, 0, pitch);
}

/** The first `bytes` of each px of a map into another. */
export function copy(
  x: usize,
  xStep: usize,
  xPitch: usize,
  to: usize,
  toStep: usize,
  toPitch: usize,
  width: i32,
  height: i32,
  bytes: usize,
): void {
  for (let y = 0; y < height; y++) {
    for (let i: usize = 0; i < <usize>width; i++) memory.copy(to + i * toStep, x + i * xStep, bytes);
    x += xPitch;
    to += toPitch;
  }
}

/** x to 1 / (1 + e^-x), in place. */
export function sigmoid(x: usize, bytes: usize): void {
  for (let at: usize = 0; at < bytes; at += 16) v128.store(x + at, logistic(v128.load(x + at)));
}

/**
 * max(x resampled (bilinear, half-pixel centres) + what is at `add`, least); add: 0, or a map laid out as the output, which
 * it may be.
 */
export function resample(
  x: usize,
  xStep: usize,
  xPitch: usize,
  fromWidth: i32,
  fromHeight: i32,
  add: usize,
  least: f32,
  to: usize,
  toStep: usize,
  toPitch: usize,
  width: i32,
  height: i32,
  channels: i32,
): void {
  const length: usize = (<usize>channels) << 2;
  const floor = f32x4.splat(least);
  const across: f32 = <f32>fromWidth / <f32>width;
  const down: f32 = <f32>fromHeight / <f32>height;
  const rest = add - to;
  for (let y = 0; y < height; y++) {
    const v: f32 = max<f32>((<f32>y + 0.5) * down - 0.5, 0);
    const y0 = min(<i32>v, fromHeight - 1);
    const fy: f32 = v - <f32>y0;
    const top = x + <usize>y0 * xPitch;
    const bottom = x + <usize>min(y0 + 1, fromHeight - 1) * xPitch;
    let out = to + <usize>y * toPitch;
    for (let i = 0; i < width; i++) {
      const u: f32 = max<f32>((<f32>i + 0.5) * across - 0.5, 0);
      const x0 = min(<i32>u, fromWidth - 1);
      const fx: f32 = u - <f32>x0;
      const left: usize = <usize>x0 * xStep;
      const right: usize = <usize>min(x0 + 1, fromWidth - 1) * xStep;
      const a = f32x4.splat((1 - fx) * (1 - fy));
      const b = f32x4.splat(fx * (1 - fy));
      const c = f32x4.splat((1 - fx) * fy);
      const d = f32x4.splat(fx * fy);
      for (let k: usize = 0; k < length; k += 16) {
        let value = f32x4.mul(v128.load(top + left + k), a);
        value = fma(v128.load(top + right + k), b, value);
        value = fma(v128.load(bottom + left + k), c, value);
        value = fma(v128.load(bottom + right + k), d, value);
        if (add) value = f32x4.add(value, v128.load(out + rest + k));
        v128.store(out + k, f32x4.pmax(value, floor));
      }
      out += toStep;
    }
  }
}

/** Mean of 2 x 2 px of [2 * height, 2 * width, 3]. */
export function halve(x: usize, to: usize, width: i32, height: i32): void {
  const pitch: usize = <usize>width * 24;
  for (let y = 0; y < height; y++) {
    for (let i = 0; i < width; i++) {
      for (let c = 0; c < 3; c++) {
        const pair = load<f32>(x) + load<f32>(x, 12) + (load<f32>(x + pitch) + load<f32>(x + pitch, 12));
        store<f32>(to, pair * 0.25);
        x += 4;
        to += 4;
      }
      x += 12;
    }
    x += pitch;
  }
}

/** Scale (3) and shift (3) that standardise rgb [px, 3] (kernels/standardise.reference.ts). */
export function levels(rgb: usize, px: i32, gain: f64, floor: f64, to: usize): void {
  for (let c = 0; c < 3; c++) {
    let total: f64 = 0;
    let at = rgb + ((<usize>c) << 2);
    for (let i = 0; i < px; i++) {
      total += <f64>load<f32>(at);
      at += 12;
    }
    const mean = total / <f64>px;
    let squares: f64 = 0;
    at = rgb + ((<usize>c) << 2);
    for (let i = 0; i < px; i++) {
      const off = <f64>load<f32>(at) - mean;
      squares += off * off;
      at += 12;
    }
    const scale = gain / (sqrt<f64>(squares / <f64>px) + floor);
    store<f32>(to, <f32>scale);
    store<f32>(to, <f32>(-mean * scale), 12);
    to += 4;
  }
}

/** What the stem sees: [standardised rgb, saliency of cells, resampled x2] of size x size px; saliency [size / 2, size / 2, 2]. */
export function stemInput(rgb: usize, level: usize, saliency: usize, to: usize, toPitch: usize, size: i32): void {
  const half = size / 2;
  for (let y = 0; y < size; y++) {
    // Half-pixel centres at twice the size: a quarter of one neighbour and three of the other.
    const y0 = min(max((y - 1) >> 1, 0), half - 1);
    const y1 = min((y + 1) >> 1, half - 1);
    const fy: f32 = y0 === y1 ? 0 : y & 1 ? 0.25 : 0.75;
    const top = saliency + <usize>(y0 * half) * 8;
    const bottom = saliency + <usize>(y1 * half) * 8;
    let out = to + <usize>y * toPitch;
    for (let x = 0; x < size; x++) {
      const x0: usize = (<usize>min(max((x - 1) >> 1, 0), half - 1)) << 3;
      const x1: usize = (<usize>min((x + 1) >> 1, half - 1)) << 3;
      const fx: f32 = x0 === x1 ? 0 : x & 1 ? 0.25 : 0.75;
      const above = load<f32>(top + x0) * (1 - fx) + load<f32>(top + x1) * fx;
      const below = load<f32>(bottom + x0) * (1 - fx) + load<f32>(bottom + x1) * fx;
      store<f32>(out, load<f32>(rgb) * load<f32>(level) + load<f32>(level, 12));
      store<f32>(out, load<f32>(rgb, 4) * load<f32>(level, 4) + load<f32>(level, 16), 4);
      store<f32>(out, load<f32>(rgb, 8) * load<f32>(level, 8) + load<f32>(level, 20), 8);
      store<f32>(out, above * (1 - fy) + below * fy, 12);
      rgb += 12;
      out += 16;
    }
  }
}

/** Every px's channels times (gate + saliency of cells), in place; saliency [px, 2]. */
export function guide(x: usize, px: i32, channels: i32, saliency: usize, gate: f32): void {
  for (let i = 0; i < px; i++) {
    const factor = f32x4.splat(gate + load<f32>(saliency));
    for (let c = 0; c < channels; c += 4) {
      v128.store(x, f32x4.mul(v128.load(x), factor));
      x += 16;
    }
    saliency += 8;
  }
}
