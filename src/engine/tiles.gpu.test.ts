// A large field computed in tiles is the field computed at once: same maps, same candidates, each cell once, seams or not.
import plain from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm.wasm?url';
import simd from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-simd.wasm?url';
import threaded from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-threaded-simd.wasm?url';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import fieldUrl from '../../e2e/fixtures/field-b.png?url';
import type { Pixels } from '../domain/pixels';
import { findCandidates } from './candidates/find';
import { tilesOf } from './candidates/grid';
import { decodeFile } from './decode/decodeImage';
import { loadModel } from './network/weights';
import { fieldSaliency } from './pipeline';
import { openWasm } from './runtime/levels';

/** Its cells are as large as a field of this size would show them. */
const ENLARGED = 3;

/** The field again and again, every other one mirrored, so that cells lie on every seam sooner or later. */
function wall(field: Pixels, columns: number, rows: number): Pixels {
  const [across, down] = [field.width * ENLARGED, field.height * ENLARGED];
  const [width, height] = [across * columns, down * rows];
  const from = new Uint32Array(field.data.buffer);
  const to = new Uint32Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const inside = x % across;
      const sx = Math.floor(x / across) % 2 === 1 ? across - 1 - inside : inside;
      to[y * width + x] = from[Math.floor((y % down) / ENLARGED) * field.width + Math.floor(sx / ENLARGED)] as number;
    }
  }
  return { data: new Uint8ClampedArray(to.buffer), width, height };
}

test('tiles put together are the whole', async () => {
  const model = await loadModel(new URL('/models/sg-cldff-v3/', location.href).href);
  const { network } = await openWasm(model, {
    'tfjs-backend-wasm.wasm': plain,
    'tfjs-backend-wasm-simd.wasm': simd,
    'tfjs-backend-wasm-threaded-simd.wasm': threaded,
  });
  expect(tf.getBackend()).toBe('wasm');
  const field = await decodeFile(await (await fetch(fieldUrl)).blob(), null);
  const image = wall(field, 4, 4);
  const white = (_x: number, _y: number, into: Float64Array) => void into.fill(0.95);
  const whole = await fieldSaliency(model, network, image, white, async () => {});

  const { detector } = model.manifest;
  const small = { ...model, manifest: { ...model.manifest, detector: { ...detector, maxPixels: 110_000 } } };
  const seen: number[] = [];
  const tiled = await fieldSaliency(small, network, image, white, async (done) => void seen.push(done));
  expect(seen).toEqual(
    Array.from({ length: tilesOf(whole.grid, small.manifest.detector).length - 1 }, (_, i) => i + 1),
  );
  expect(seen.length).toBeGreaterThan(5);

  let most = 0;
  for (let i = 0; i < whole.cell.length; i++) {
    most = Math.max(most, Math.abs((whole.cell[i] ?? 0) - (tiled.cell[i] ?? 0)));
    most = Math.max(most, Math.abs((whole.core[i] ?? 0) - (tiled.core[i] ?? 0)));
  }
  console.log(`tiles against the whole: largest difference ${most}`);
  expect(most).toBeLessThan(1e-4);
  const candidates = ({ cell, core, grid }: typeof whole) =>
    findCandidates({ cell, core, width: grid.width, height: grid.height }, grid.factor, detector);
  const found = candidates(whole);
  expect(found.length).toBeGreaterThanOrEqual(2 * 16);
  expect(candidates(tiled).length).toBe(found.length);
});
