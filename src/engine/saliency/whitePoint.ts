/**
 * White point: the colour of the empty background, per image, as a constant or a smooth surface.
 * Twin of white_point.py; golden/detector.json keeps the two equal.
 */
import type { Pixels, WhiteOf, WhitePoint } from '../../domain/pixels';
import { placeOf, whiteAlong } from '../../domain/white';
import type { WhitePointConstants } from '../manifest';

/** Box average to size x size, [size * size * 3] in [0, 1]. Twin of fused/kernels/thumbnail.ts. */
export function thumbnail({ data, width, height }: Pixels, size: number): Float64Array {
  const out = new Float64Array(size * size * 3);
  for (let ty = 0; ty < size; ty++) {
    const y0 = Math.floor((ty * height) / size);
    const y1 = Math.max(y0 + 1, Math.floor(((ty + 1) * height) / size));
    for (let tx = 0; tx < size; tx++) {
      const x0 = Math.floor((tx * width) / size);
      const x1 = Math.max(x0 + 1, Math.floor(((tx + 1) * width) / size));
      let r = 0;
      let g = 0;
      let b = 0;
      for (let y = y0; y < y1; y++) {
        for (let x = x0; x < x1; x++) {
          const at = (y * width + x) * 4;
          r += data[at] as number;
          g += data[at + 1] as number;
          b += data[at + 2] as number;
        }
      }
      const area = (y1 - y0) * (x1 - x0) * 255;
      out.set([r / area, g / area, b / area], (ty * size + tx) * 3);
    }
  }
  return out;
}

/** Lower empirical quantile: the sorted value at floor(q * (n - 1)). */
function quantile(values: Float64Array, q: number): number {
  values.sort();
  return values[Math.floor(q * (values.length - 1))] ?? 0;
}

function basis(x: number, y: number): number[] {
  return [1, x, y, x * x, x * y, y * y];
}

/** Solves a small symmetric system by Gaussian elimination with pivoting. */
function solve(matrix: number[][], right: number[]): number[] {
  const n = right.length;
  const m = matrix.map((row, i) => [...row, right[i] as number]);
  for (let k = 0; k < n; k++) {
    let best = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(m[i]![k]!) > Math.abs(m[best]![k]!)) best = i;
    [m[k], m[best]] = [m[best]!, m[k]!];
    for (let i = 0; i < n; i++) {
      if (i === k) continue;
      const factor = m[i]![k]! / m[k]![k]!;
      for (let j = k; j <= n; j++) m[i]![j]! -= factor * m[k]![j]!;
    }
  }
  return m.map((row, i) => row[n]! / row[i]!);
}

/** Asymmetric least squares (expectile) quadratic through the block values of one channel. */
function fitSurface(values: number[], design: number[][], constants: WhitePointConstants): number[] {
  let weights = values.map(() => 1);
  let fit: number[] = [];
  for (let round = 0; round < constants.iterations; round++) {
    const normal = Array.from({ length: 6 }, (_, i) =>
      Array.from({ length: 6 }, (_, j) =>
        design.reduce((sum, row, k) => sum + weights[k]! * row[i]! * row[j]!, i === j ? 1e-6 : 0),
      ),
    );
    const right = Array.from({ length: 6 }, (_, i) =>
      design.reduce((sum, row, k) => sum + weights[k]! * row[i]! * values[k]!, 0),
    );
    fit = solve(normal, right);
    weights = values.map((value, k) => {
      const fitted = design[k]!.reduce((sum, b, i) => sum + b * fit[i]!, 0);
      return value > fitted ? constants.expectile : 1 - constants.expectile;
    });
  }
  return fit;
}

/**
 * Estimates the white point: per channel a high quantile of a thumbnail; for fields (allowSurface)
 * of at least surfaceMinSide px, a quadratic surface through block quantiles that dark cells do not pull down.
 * small: the image's thumbnail.
 */
export function whitePoint(
  pixels: Pixels,
  allowSurface: boolean,
  constants: WhitePointConstants,
  small: ArrayLike<number> = thumbnail(pixels, constants.thumbnail),
): WhitePoint {
  const size = constants.thumbnail;
  const channels = [0, 1, 2];
  const constant = channels.map((c) => {
    const values = Float64Array.from({ length: size * size }, (_, i) => small[i * 3 + c] as number);
    return Math.max(quantile(values, constants.quantile), 0.2);
  });
  if (!allowSurface || Math.max(pixels.width, pixels.height) < constants.surfaceMinSide) {
    return { constant, surface: null };
  }
  const n = constants.blocks;
  const side = size / n;
  const centres = Array.from({ length: n }, (_, i) => ((i + 0.5) / n) * 2 - 1);
  const design = centres.flatMap((y) => centres.map((x) => basis(x, y)));
  const surface = channels.map((c) => {
    const values = design.map((_, block) => {
      const by = Math.floor(block / n) * side;
      const bx = (block % n) * side;
      const part = Float64Array.from({ length: side * side }, (_, i) => {
        const at = (by + Math.floor(i / side)) * size + bx + (i % side);
        return small[at * 3 + c] as number;
      });
      return quantile(part, constants.blockQuantile);
    });
    return fitSurface(values, design, constants);
  });
  return { constant, surface };
}

/** The white point by rows of px, clamped to 0.5 to 1.3 times its constant. */
export function whiteRows(white: WhitePoint, width: number, height: number): WhiteOf {
  const { constant, surface } = white;
  if (!surface) {
    return (_y, x0, x1, into) => {
      for (let i = 0; i < (x1 - x0) * 3; i++) into[i] = constant[i % 3] as number;
    };
  }
  return (py, x0, x1, into) => {
    for (const [c, { a, b, d, low, high }] of whiteAlong(white, py, height).entries()) {
      for (let px = x0, at = c; px < x1; px++, at += 3) {
        const x = placeOf(px, width);
        into[at] = Math.min(Math.max(a + (b + d * x) * x, low), high);
      }
    }
  };
}
