/** Which finds are cells, each once: lobes joined, pairs parted, specks left out; by a network that calls everything dark cell. */
import { expect, test } from 'vitest';
import type { Pixels, Window } from '../domain/pixels';
import { centres, model, network, pair, scene, white } from './discs.fixture';
import type { Find } from './finds';
import { lookAtAll } from './look';
import type { Network } from './network/network';
import type { Model } from './network/weights';
import { parted } from './part';
import { rejoined } from './rejoin';
import { settled } from './settle';

/** Finds as they come of looks at candidates that are lobes: masks of the candidates' discs. */
async function lobes(discs: [number, number, number][]): Promise<Find[]> {
  const all: Find[] = [];
  for (const disc of discs) {
    const [x, y, r] = disc;
    const found = await lookAtAll(
      { model, network: network(() => 'monocyte'), pixels: scene([disc]), white, crop: false },
      [{ x, y, diameter: 2 * r, score: 0.9 }],
      async () => {},
    );
    all.push(...found);
  }
  return all;
}
const rejoin = async (pixels: Pixels, parts: [number, number, number][], unsure = true) =>
  rejoined(
    { model, network: network(() => 'neutrophil'), pixels, white, crop: false },
    await lobes(parts),
    () => unsure,
    async () => {},
  );

test('lobes of one round cell are joined, unless both are sure of their types', async () => {
  const cell = scene([[80, 50, 32]]);
  const parts: [number, number, number][] = [
    [68, 50, 12],
    [94, 50, 12],
  ];
  const joined = await rejoin(cell, parts);
  expect(joined).toHaveLength(1);
  expect(joined[0]?.box.x0).toBeCloseTo(48, -0.5);
  expect(joined[0]?.box.x1).toBeCloseTo(112, -0.5);
  expect(await rejoin(cell, parts, false)).toHaveLength(2);
});

test('two cells in contact stay two, and so do two with a gap between them', async () => {
  expect(await rejoin(scene(pair), pair)).toHaveLength(2);
  const apart: [number, number, number][] = [
    [55, 50, 20],
    [101, 50, 20],
  ];
  expect(await rejoin(scene(apart), apart)).toHaveLength(2);
});

/** A find without a neck, from x 40 to 120 and 36 px high, `lift` px above the middle, looked at by `of`. */
async function long(of: Network, lift = 0, sure = true): Promise<{ finds: Find[]; all: Find[] }> {
  const discs = Array.from({ length: 45 }, (_, i): [number, number, number] => [58 + i, 50 - lift, 18]);
  const scenery = { model, pixels: scene(discs), white, crop: false };
  const candidate = { x: 80, y: 50 - lift, diameter: 60, score: 0.9 };
  const finds = await lookAtAll({ ...scenery, network: network(() => 'monocyte') }, [candidate], async () => {});
  return {
    finds,
    all: await parted(
      { ...scenery, network: of },
      finds,
      () => sure,
      async () => {},
    ),
  };
}
/** Sees the half at the crop's centre, left or right of x 80. */
const half = (x: number, { box }: Window) => x < 80 === (box.x0 + box.x1) / 2 < 80;

test('two cells pressed together are parted where each half looks like a cell', async () => {
  const { finds, all } = await long(network(() => 'monocyte', half));
  expect(finds).toHaveLength(1);
  const [left, right] = centres(all);
  expect(all).toHaveLength(2);
  expect(left?.[0]).toBeCloseTo(60, -0.5);
  expect(right?.[0]).toBeCloseTo(100, -0.5);
});

test('a long cell stays one: seen whole from either end, with an end that is no cell or of no sure type, or cut by the edge', async () => {
  const whole = await long(network(() => 'monocyte'));
  expect(whole.all).toEqual(whole.finds);
  // The first half is looked at both ways, then the second.
  const red = await long(network((crop) => (crop >= 2 ? 'platelet' : 'monocyte'), half));
  expect(red.all).toEqual(red.finds);
  const unsure = await long(
    network(() => 'monocyte', half),
    0,
    false,
  );
  expect(unsure.all).toEqual(unsure.finds);
  const asked = network(() => 'monocyte', half);
  const cut = await long(asked, 36);
  expect(cut.all).toEqual(cut.finds);
  expect(asked.seen).toBe(0);
});

/** Calls are sure from 9 against 0 on, and nothing is unlike the training cells. */
const calibrated = {
  manifest: {
    ...model.manifest,
    calibration: { temperature: 1, temperatureExponent: 0, minConfidence: 0.5, maxDistance: 1 },
  },
  reading: { channels: 1, whiten: Float32Array.of(1), means: Float32Array.of(1) },
} as Model;

test('a field settles: one cell found twice is one, platelets are none, and a long find is two cells', async () => {
  const long = Array.from({ length: 45 }, (_, i): [number, number, number] => [58 + i, 24, 18]);
  const scenery = { model: calibrated, pixels: scene([...long, [80, 72, 20], [20, 80, 6]]), white, crop: false };
  const find = (x: number, y: number, diameter: number, type = 'monocyte') =>
    lookAtAll({ ...scenery, network: network(() => type) }, [{ x, y, diameter, score: 0.9 }], async () => {});
  const finds = (
    await Promise.all([find(80, 24, 60), find(80, 72, 40), find(81, 71, 42), find(20, 80, 12, 'platelet')])
  ).flat();
  let looks = 0;
  const cells = await settled({ ...scenery, network: network(() => 'monocyte', half) }, finds, async () => {
    looks++;
  });
  expect(finds).toHaveLength(4);
  expect(cells).toHaveLength(3);
  const middles = centres(cells);
  for (const [i, [x, y]] of [
    [60, 24],
    [80, 72],
    [100, 24],
  ].entries()) {
    expect(middles[i]?.[0]).toBeCloseTo(x as number, -0.5);
    expect(middles[i]?.[1]).toBeCloseTo(y as number, -0.5);
  }
  expect(looks).toBeGreaterThanOrEqual(2);
  const stopped = settled({ ...scenery, network: network(() => 'monocyte', half) }, finds, () =>
    Promise.reject(new Error('stop')),
  );
  await expect(stopped).rejects.toThrow('stop');
});

test('half of a pair must be a white cell, of whatever type', async () => {
  const long = Array.from({ length: 45 }, (_, i): [number, number, number] => [58 + i, 50, 18]);
  const scenery = { model: calibrated, pixels: scene(long), white, crop: false };
  const whole = await lookAtAll(
    { ...scenery, network: network(() => 'monocyte') },
    [{ x: 80, y: 50, diameter: 60, score: 0.9 }],
    async () => {},
  );
  const cells = (type: string) => settled({ ...scenery, network: network(() => type, half) }, whole, async () => {});
  expect(whole).toHaveLength(1);
  expect(await cells('eosinophil/neutrophil')).toHaveLength(2);
  expect(await cells('eosinophil/platelet')).toHaveLength(1);
});

test('a find of no sure type far smaller than the cells beside it is a speck; a small sure one and one alone are not', async () => {
  const scenery = {
    model: calibrated,
    pixels: scene([
      [50, 50, 30],
      [120, 50, 7],
    ]),
    white,
    crop: false,
  };
  const find = (x: number, diameter: number, type: string) =>
    lookAtAll({ ...scenery, network: network(() => type) }, [{ x, y: 50, diameter, score: 0.9 }], async () => {});
  const [[cell], [unsure], [small]] = await Promise.all([
    find(50, 60, 'monocyte'),
    // No type at all: every logit is zero.
    find(120, 14, 'none'),
    find(120, 14, 'lymphocyte'),
  ]);
  const settle = (finds: (Find | undefined)[]) =>
    settled({ ...scenery, network: network(() => 'monocyte') }, finds as Find[], async () => {});
  expect(await settle([cell, unsure])).toEqual([cell]);
  expect(await settle([cell, small])).toHaveLength(2);
  expect(await settle([unsure])).toEqual([unsure]);
});
