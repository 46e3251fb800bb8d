/** Looks at cells in contact, and at the one cell of a file, with a network that calls everything dark cell. */
import { expect, test } from 'vitest';
import { CELL_TYPES } from '../domain/cellType';
import type { Pixels } from '../domain/pixels';
import type { Candidate } from './candidates/find';
import { centres, model, network, pair, scene, white } from './discs.fixture';
import { lookAtAll } from './look';
import { lookAtOne } from './lookAtOne';
import type { Network } from './network/network';

const look = (pixels: Pixels, of: Network, crop = false) =>
  lookAtAll({ model, network: of, pixels, white, crop }, [{ x: 75, y: 50, diameter: 60, score: 0.9 }], async () => {});

test('a device that is asked ahead finds the same', async () => {
  const pixels = scene([...pair, [30, 25, 12]]);
  const candidates = [
    { x: 75, y: 50, diameter: 60, score: 0.9 },
    { x: 31, y: 26, diameter: 25, score: 0.8 },
  ];
  const found = (aside: boolean) => {
    const of = { ...network(() => 'monocyte'), batch: 1, aside };
    return lookAtAll(
      { model, network: of, pixels, white, crop: false },
      candidates,
      () => new Promise((on) => setTimeout(on)),
    );
  };
  const [ahead, after] = [await found(true), await found(false)];
  expect(ahead).toHaveLength(3);
  expect(ahead).toEqual(after);
});

test('two cells taken for one candidate are parted at the neck of its mask', async () => {
  const all = network(() => 'monocyte');
  const finds = await look(scene(pair), all);
  const [left, right] = centres(finds);
  expect(finds).toHaveLength(2);
  expect(left?.[0]).toBeCloseTo(60, -0.5);
  expect(right?.[0]).toBeCloseTo(97, -0.5);
});

test('a red cell that a mask has run into is cut off, and is no find', async () => {
  // The first look is at the pair, the second at the part beside it.
  const finds = await look(
    scene(pair),
    network((crop) => (crop === 1 ? 'platelet' : 'monocyte')),
  );
  expect(finds).toHaveLength(1);
  expect(finds[0]?.box.x1).toBeLessThan(85);
});

test('one cell stays one, and so does a file of one', async () => {
  expect(
    await look(
      scene([[75, 50, 24]]),
      network(() => 'monocyte'),
    ),
  ).toHaveLength(1);
  expect(
    await look(
      scene(pair),
      network(() => 'monocyte'),
      true,
    ),
  ).toHaveLength(1);
});

const one = (pixels: Pixels, of: Network, candidates: Candidate[]) =>
  lookAtOne({ model, network: of, pixels, white, crop: true }, candidates, async () => {});
const lobe = { x: 80, y: 50, diameter: 24, score: 0.9 };

test('a cell that fills its file is found whole, though the detector sees a lobe of it or nothing', async () => {
  const tight = scene([[80, 50, 47]]);
  for (const candidates of [[lobe], []]) {
    const [find] = await one(
      tight,
      network(() => 'monocyte'),
      candidates,
    );
    expect(find?.box.x0).toBeCloseTo(33, -0.5);
    expect(find?.box.x1).toBeCloseTo(127, -0.5);
    expect(find?.box.y0).toBeCloseTo(3, -0.5);
    expect(find?.box.y1).toBeCloseTo(97, -0.5);
  }
});

test('a cell of which each look shows more is looked at until it is whole', async () => {
  const near = network(
    () => 'monocyte',
    (x, { box }) => Math.abs(x - (box.x0 + box.x1) / 2) < 0.36 * Math.abs(box.x1 - box.x0),
  );
  const [find] = await one(scene([[80, 50, 46]]), near, [{ ...lobe, diameter: 44 }]);
  expect(find?.box.x0).toBeCloseTo(34, -0.5);
  expect(find?.box.x1).toBeCloseTo(126, -0.5);
  expect(near.seen).toBeGreaterThan(2);
});

test('a platelet in the middle of a file stays the find, and a cell with a margin is looked at once each way', async () => {
  const platelet = network(() => 'platelet');
  const [find] = await one(scene([[80, 50, 10]]), platelet, [{ ...lobe, diameter: 20 }]);
  expect(find?.box).toEqual({ x0: 70, y0: 40, x1: 90, y1: 60 });
  const common = network(() => 'monocyte');
  await one(scene([[80, 50, 25]]), common, [{ ...lobe, diameter: 50 }]);
  expect(common.seen).toBe(2);
});

test('what is seen upside down counts as much, and where no cell is seen so the first look stands', async () => {
  const pixels = scene([[75, 50, 28]]);
  const [find] = await look(
    pixels,
    network((crop) => (crop === 0 ? 'monocyte' : 'lymphocyte')),
  );
  const at = (type: string) => find?.output.types[(CELL_TYPES as readonly string[]).indexOf(type)];
  expect([at('monocyte'), at('lymphocyte')]).toEqual([4.5, 4.5]);
  const [kept] = await look(
    pixels,
    network(
      () => 'monocyte',
      (_, { box }) => box.x0 < box.x1,
    ),
  );
  expect(kept?.box.x1).toBeCloseTo(103, -0.5);
});
