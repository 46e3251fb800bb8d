// Large fields: computed in tiles they are the field computed at once, and their cells are found whatever their size in px.
import { expect, test } from 'vitest';
import truth from '../../e2e/fixtures/field-b.json';
import fieldUrl from '../../e2e/fixtures/field-b.png?url';
import type { Pixels } from '../domain/pixels';
import { type Candidate, findCandidates } from './candidates/find';
import { tilesOf } from './candidates/grid';
import { decodeFile } from './decode/decodeImage';
import { detect, fieldSaliency } from './detect';
import { loadModel } from './network/weights';
import { openSimd } from './runtime/levels';
import { whitePoint } from './saliency/whitePoint';

/** Its cells are as large as a field of this size would show them. */
const ENLARGED = 3;

/** The field again and again, every other one mirrored, so that cells lie on every seam sooner or later. */
function wall(field: Pixels, columns: number, rows: number, enlarged = ENLARGED): Pixels {
  const [across, down] = [field.width * enlarged, field.height * enlarged];
  const [width, height] = [across * columns, down * rows];
  const from = new Uint32Array(field.data.buffer);
  const to = new Uint32Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const inside = x % across;
      const sx = Math.floor(x / across) % 2 === 1 ? across - 1 - inside : inside;
      to[y * width + x] = from[Math.floor((y % down) / enlarged) * field.width + Math.floor(sx / enlarged)] as number;
    }
  }
  return { data: new Uint8ClampedArray(to.buffer), width, height };
}

const white = { constant: [0.95, 0.95, 0.95], surface: null };

async function opened() {
  const model = await loadModel(new URL('/models/sg-cldff-v5/', location.href).href);
  const { network } = await openSimd(model);
  const field = await decodeFile(await (await fetch(fieldUrl)).blob(), null);
  return { model, network, field };
}

test('tiles put together are the whole', async () => {
  const { model, network, field } = await opened();
  const image = wall(field, 4, 4);
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

// At its own size its cells are found at 40 px of the first grid. These are shown at 90 px of it, and at 15.
test.each([
  { shown: 'a camera of many megapixels', columns: 1, rows: 1, enlarged: 6 },
  { shown: 'a low magnification', columns: 12, rows: 9, enlarged: 1 },
])('cells as $shown shows them are all found, once', async ({ columns, rows, enlarged }) => {
  const { model, network, field } = await opened();
  const image = wall(field, columns, rows, enlarged);
  const white = whitePoint(image, true, model.manifest.whitePoint);
  const { candidates } = await detect(model, network, image, white, { crop: false }, async () => {});
  const times = Array.from({ length: rows * columns }, (_, k) =>
    truth.cells.map(({ box: [x0 = 0, y0 = 0, x1 = 0, y1 = 0] }) => {
      const [column, row] = [k % columns, Math.floor(k / columns)];
      const across = column % 2 === 1 ? field.width - (x0 + x1) / 2 : (x0 + x1) / 2;
      const at = { x: (column * field.width + across) * enlarged, y: (row * field.height + (y0 + y1) / 2) * enlarged };
      const diameter = ((x1 - x0 + y1 - y0) / 2) * enlarged;
      const fits = (c: Candidate) =>
        Math.hypot(c.x - at.x, c.y - at.y) < diameter / 4 && Math.abs(Math.log(c.diameter / diameter)) < 0.4;
      return candidates.filter(fits).length;
    }),
  ).flat();
  expect(times).toEqual(times.map(() => 1));
  // The network refuses the rest.
  expect(candidates.length - times.length).toBeLessThanOrEqual(columns * rows);
});
