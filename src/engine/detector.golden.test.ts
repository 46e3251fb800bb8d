/** White point, resampling and candidates against what training's Python computed from the same formula inputs. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Pixels } from '../domain/pixels';
import { findCandidates } from './candidates/find';
import { resampleWindow } from './kernels/resampleWindow';
import type { Manifest } from './manifest';
import { whitePoint, whiteRows } from './saliency/whitePoint';

const folder = new URL('../../models/sg-cldff-v5/', import.meta.url);
const read = (name: string) => JSON.parse(readFileSync(new URL(name, folder), 'utf8'));
const manifest: Manifest = read('manifest.json');
const golden = read('golden/detector.json');

/** The formula picture of goldens.py. */
function pattern(width: number, height: number): Pixels {
  const data = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < 3; c++) {
        const ground = 236 - Math.floor((x * (12 + 4 * c)) / width) - Math.floor((y * 22) / height);
        const blob = (Math.floor(x / 37) + Math.floor(y / 41)) % 5 === 0 && x % 37 > 8 && y % 41 > 9;
        const value = blob
          ? Math.floor(ground / 2) + ((x * 7 + y * 3 + c * 11) % 32)
          : ground - ((x * 5 + y * 7 + c) % 6);
        data[(y * width + x) * 4 + c] = value;
      }
      data[(y * width + x) * 4 + 3] = 255;
    }
  }
  return { data, width, height };
}

/** Soft discs [x, y, radius], as goldens.py draws them. */
function discs(width: number, height: number, blobs: number[][]) {
  const draw = (share: number) =>
    Float32Array.from({ length: width * height }, (_, i) => {
      const values = blobs.map(([cx, cy, r]) => {
        const distance = Math.hypot((i % width) + 0.5 - cx!, Math.floor(i / width) + 0.5 - cy!);
        return Math.min(Math.max(0.5 + (share * r! - distance) / 4, 0), 1);
      });
      return Math.max(...values);
    });
  return { cell: draw(1), core: draw(0.5), width, height };
}

test('the white surface of a field is the one training computes', () => {
  const { size, constant, surface } = golden.whiteSurface;
  const white = whitePoint(pattern(size[0], size[1]), true, manifest.whitePoint);
  white.constant.forEach((v, c) => {
    expect(v).toBeCloseTo(constant[c], 9);
  });
  white.surface?.forEach((coefficients, c) => {
    coefficients.forEach((v, k) => {
      expect(v).toBeCloseTo(surface[k][c], 6);
    });
  });
  expect(white.surface).toHaveLength(3);
});

test('the white constant of a crop is the one training computes', () => {
  const { size, constant } = golden.whiteConstant;
  const white = whitePoint(pattern(size[0], size[1]), false, manifest.whitePoint);
  expect(white.surface).toBeNull();
  white.constant.forEach((v, c) => {
    expect(v).toBeCloseTo(constant[c], 9);
  });
});

test('a window that leaves the image is resampled as in training', () => {
  const { box, size, values } = golden.window;
  const pixels = pattern(470, 330);
  const white = whiteRows(whitePoint(pixels, true, manifest.whitePoint), 470, 330);
  const got = resampleWindow(pixels, white, { x0: box[0], y0: box[1], x1: box[2], y1: box[3] }, size[0], size[1]);
  expect(got).toHaveLength(values.length);
  got.forEach((v, i) => {
    expect(v).toBeCloseTo(values[i], 4);
  });
});

test('a window wholly outside the image is white', () => {
  const white = () => {};
  const got = resampleWindow(pattern(20, 20), white, { x0: 50, y0: 50, x1: 60, y1: 60 }, 4, 4);
  expect([...got]).toEqual(new Array(48).fill(1));
});

test('candidates are the ones training finds: touching discs apart, the cut one whole, the one without a core split off, the speck dropped', () => {
  const { size, factor, blobs, found } = golden.candidates;
  const got = findCandidates(discs(size[0], size[1], blobs), factor, manifest.detector);
  expect(found).toHaveLength(6);
  expect(got).toHaveLength(found.length);
  const sorted = (list: typeof got) => [...list].sort((a, b) => a.x - b.x);
  sorted(got).forEach((candidate, i) => {
    const want = sorted(found)[i]!;
    expect(candidate.x).toBeCloseTo(want.x, 6);
    expect(candidate.y).toBeCloseTo(want.y, 6);
    expect(candidate.diameter).toBeCloseTo(want.diameter, 6);
    expect(candidate.score).toBeCloseTo(want.score, 4);
  });
});
