/** From raw outputs to cells, on tiny literal cases. */
import { expect, test } from 'vitest';
import { decodeMask, encodeMask } from '../../domain/mask';
import { classesOf, classOf } from '../plan/outputs';
import { centredCell } from './centredCell';
import { regionBox, softmax3 } from './classMap';
import { consistency, poolMap, rankCorrelation } from './consistency';
import { distinct } from './distinct';
import { fieldMask } from './fieldMask';
import { isDebris } from './plausible';
import { forcedCell, partsBeside, withoutNeighbours } from './segment';
import { callType } from './types';

/** Logits, and the class maps that go with them. */
const seen = (segmentation: Float32Array) => ({ segmentation, classes: classesOf(segmentation) });

/** What the network makes of a picture written as rows of '.', 'c' and 'n': probabilities of 0.9. */
function picture(rows: string[]) {
  const logits = rows
    .join('')
    .split('')
    .flatMap((v) => ['.', 'c', 'n'].map((k) => Math.log(k === v ? 0.9 : 0.05)));
  return seen(Float32Array.from(logits));
}

const text = (region: Uint8Array, size: number) =>
  Array.from({ length: size }, (_, y) =>
    [...region.subarray(y * size, (y + 1) * size)].map((v) => (v ? '#' : '.')).join(''),
  );

test('softmax3 sums to one and survives large logits', () => {
  const p = softmax3(Float32Array.from([1000, 0, 0, 0, 0, 0]));
  expect([...p]).toEqual([1, 0, 0, ...new Array(3).fill(Math.fround(1 / 3))]);
});

test('the centred cell is kept, its neighbour dropped, its hole filled', () => {
  const rows = ['c.......', '..cccc..', '..cnnc..', '..c.nc..', '..cccc..', '........', '......cc', '......cc'];
  const region = centredCell(picture(rows).classes, 8);
  expect(text(region, 8)).toEqual([
    '........',
    '..####..',
    '..####..',
    '..####..',
    '..####..',
    '........',
    '........',
    '........',
  ]);
  expect(regionBox(region, 8)).toEqual({ x0: 2, y0: 1, x1: 6, y1: 5 });
});

test('no cell is an empty region; forcing one gives a disc', () => {
  const nothing = Float32Array.from({ length: 8 * 8 * 3 }, (_, i) => (i % 3 === 0 ? 0.98 : 0.01));
  expect(centredCell(classesOf(nothing), 8).includes(1)).toBe(false);
  expect(regionBox(new Uint8Array(64), 8)).toBeNull();
  const disc = forcedCell(nothing, 8, 4);
  expect(regionBox(disc, 8)).toEqual({ x0: 2, y0: 2, x1: 6, y1: 6 });
});

test('forcing prefers the most probable px to a disc', () => {
  const faint = Float32Array.from({ length: 64 * 3 }, (_, i) => [0.9, 0.06, 0.04][i % 3]!);
  faint.set([0.6, 0.3, 0.1], 3 * 9);
  expect([...forcedCell(faint, 8, 4)].map((v, i) => (v ? i : -1)).filter((i) => i >= 0)).toEqual([9]);
});

test('a mask keeps its place at scale 1 and doubles at scale 2', () => {
  const rows = ['....', '.cn.', '.cc.', '....'];
  const p = picture(rows);
  const region = centredCell(p.classes, 4);
  const same = fieldMask(p, region, 4, { x0: 10, y0: 20, x1: 14, y1: 24 }, 100, 100);
  expect(same?.box).toEqual({ x0: 11, y0: 21, x1: 13, y1: 23 });
  expect([...decodeMask(same!.mask)]).toEqual([1, 2, 1, 1]);
  const twice = fieldMask(p, region, 4, { x0: 0, y0: 0, x1: 8, y1: 8 }, 100, 100);
  expect(twice?.box).toEqual({ x0: 2, y0: 2, x1: 6, y1: 6 });
});

test('a mask is cut at the image border, and is none outside', () => {
  const p = picture(['cccc', 'cccc', 'cccc', 'cccc']);
  const region = centredCell(p.classes, 4);
  expect(fieldMask(p, region, 4, { x0: -2, y0: -2, x1: 2, y1: 2 }, 50, 50)?.box).toEqual({
    x0: 0,
    y0: 0,
    x1: 2,
    y1: 2,
  });
  expect(fieldMask(p, region, 4, { x0: -9, y0: -9, x1: -5, y1: -5 }, 50, 50)).toBeNull();
});

test.each<[string, (classes: Uint8Array) => Uint8Array, boolean]>([
  ['the cell', (classes) => classes.map((value) => Math.min(value, 1)), false],
  ['the cell whatever its classes', (classes) => classes.map((value) => Math.min(value, 1)), true],
  ['all of the grid, holes filled', (classes) => classes.map(() => 1), false],
])('what is computed along borders alone is what interpolating everywhere gives: %s', (_, regionOf, forced) => {
  const [size, side] = [24, 61];
  const logits = Float32Array.from({ length: size * size * 3 }, (_, i) => {
    const [x, y] = [(Math.floor(i / 3) % size) - 11.5, Math.floor(i / 3 / size) - 11.5];
    return [Math.hypot(x, y) - 8, 4 * Math.sin(x / 2 + y), 5 - Math.hypot(x - 2, y + 1)][i % 3] as number;
  });
  const output = seen(logits);
  const region = regionOf(output.classes);
  const crop = { x0: 3.3, y0: 5.7, x1: 3.3 + side, y1: 5.7 + side };
  const { box, mask } = fieldMask(output, region, size, crop, 90, 90, forced)!;
  const p = softmax3(logits);
  const clamped = (v: number) => Math.min(Math.max(v, 0), size - 1);
  const expected = (x: number, y: number) => {
    const along = (at: number) => clamped((at * size) / side - 0.5);
    const [u, v] = [along(x + 0.5 - crop.x0), along(y + 0.5 - crop.y0)];
    const [column, row] = [Math.floor(u), Math.floor(v)];
    const px = (dx: number, dy: number) => clamped(row + dy) * size + clamped(column + dx);
    const held = [px(0, 0), px(1, 0), px(0, 1), px(1, 1)].filter((at) => region[at]).length;
    if (held === 0) return 0;
    const of = (k: number) => {
      const across = (dy: number) =>
        (p[px(0, dy) * 3 + k] as number) * (1 - u + column) + (p[px(1, dy) * 3 + k] as number) * (u - column);
      return across(0) * (1 - v + row) + across(1) * (v - row);
    };
    const best = classOf(of(0), of(1), of(2));
    return best === 0 && (forced || held === 4) ? 1 : best;
  };
  const found = new Uint8Array(90 * 90);
  decodeMask(mask).forEach((value, i) => {
    found[(box.y0 + Math.floor(i / mask.width)) * 90 + box.x0 + (i % mask.width)] = value;
  });
  // Up to where the crop, and with it the last px of the grid, ends.
  const inside = (i: number) => i % 90 >= 3 && i % 90 < 65 && i >= 5 * 90 && i < 67 * 90;
  const wrong = found.reduce(
    (sum, value, i) => sum + (value === (inside(i) ? expected(i % 90, Math.floor(i / 90)) : 0) ? 0 : 1),
    0,
  );
  expect([new Set(found).size, wrong]).toEqual([3, 0]);
});

test('an unsure call is unidentified and keeps its most probable type', () => {
  const calibration = { temperature: 1, temperatureExponent: 0, minConfidence: 0.5 };
  const neutrophil = [5, 0, 0, 0, 0, 0, 0, 0];
  const sure = callType(neutrophil, 0.5, calibration);
  expect(sure.type).toBe('neutrophil');
  expect(sure.probabilities.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
  const unsure = callType([0.2, 0, 0, 0.3, 0, 0, 0, 0], 0.5, calibration);
  expect([unsure.modelType, unsure.type]).toEqual(['lymphocyte', 'unidentified']);
  expect(callType(neutrophil, 0.5, { ...calibration, temperature: 4 }).confidence).toBeLessThan(sure.confidence);
  // A sure call of a cell unlike all known ones is none; debris stays 'platelet/other'.
  expect(callType(neutrophil, 1.1, calibration).type).toBe('unidentified');
  expect(callType([0, 0, 0, 0, 0, 0, 0, 5], 1.1, calibration).type).toBe('platelet');
});

test('the same evidence counts for less in an unfamiliar cell', () => {
  const calibration = { temperature: 0.8, temperatureExponent: 1, minConfidence: 0.5 };
  const confidence = (novelty: number) => callType([1, 0, 0, 0, 0, 0, 0, 0], novelty, calibration).confidence;
  const [familiar, foreign] = [confidence(0.5), confidence(1)];
  expect(familiar).toBeCloseTo(1 / (1 + 7 * Math.exp(-1 / 0.4)), 12);
  expect(foreign).toBeCloseTo(1 / (1 + 7 * Math.exp(-1 / 0.8)), 12);
  expect(confidence(0)).toBeLessThan(1);
});

test('consistency is 1 where the evidence is the cell, low where it is elsewhere', () => {
  const inside = Float32Array.from([1, 1, 0, 0]);
  expect(consistency(Float32Array.from([2, 1, 0, 0]), inside, Float32Array.from([0.9, 0.8, 0.1, 0.1]))).toBeCloseTo(
    1,
    6,
  );
  expect(consistency(Float32Array.from([0, 0, 1, 2]), inside, Float32Array.from([0.9, 0.8, 0.1, 0]))).toBe(0);
  expect(consistency(new Float32Array(4), inside, inside)).toBe(0);
  // scipy.stats.spearmanr([1, 2, 2, 5], [3, 1, 4, 6])
  expect(rankCorrelation([1, 2, 2, 5], [3, 1, 4, 6])).toBeCloseTo(0.6324555320336759, 12);
  expect([...poolMap([1, 3, 0, 0, 5, 7, 0, 4, 0, 0, 1, 1, 0, 0, 1, 1], 4, 2)]).toEqual([4, 1, 0, 1]);
});

test('two finds of one cell become one, touching cells stay two', () => {
  const solid = (width: number, height: number) => encodeMask(new Uint8Array(width * height).fill(1), width, height);
  const find = (x0: number, score: number) => ({ box: { x0, y0: 0, x1: x0 + 10, y1: 10 }, mask: solid(10, 10), score });
  const [a, twin, neighbour] = [find(0, 0.8), find(2, 0.9), find(9, 0.5)];
  expect(distinct([a, twin, neighbour])).toEqual([twin, neighbour]);
  // Lobes of one nucleus, each taken for a cell's: more than touching cells ever overlap.
  expect(distinct([find(0, 0.8), find(6, 0.9)])).toEqual([find(6, 0.9)]);
  expect(distinct([find(0, 0.8), find(7, 0.9)])).toHaveLength(2);
});

test('a mask that leaked into a neighbour is cut at the neck, or half-way where there is none', () => {
  const size = 64;
  const disc = (x: number, y: number, cx: number, r: number) => Math.hypot(x - cx, y - 32) < r;
  const draw = (inside: (x: number, y: number) => boolean) =>
    Uint8Array.from({ length: size * size }, (_, i) => (inside((i % size) + 0.5, Math.floor(i / size) + 0.5) ? 1 : 0));
  const pair = draw((x, y) => disc(x, y, 32, 12) || disc(x, y, 54, 11));
  const neighbour = { x: 54, y: 32, diameter: 22 };
  expect(regionBox(withoutNeighbours(pair, size, 24, [neighbour]), size)?.x1).toBeLessThanOrEqual(45);
  const blunt = draw((x, y) => x > 20 && x < 64 && y > 20 && y < 44);
  expect(regionBox(withoutNeighbours(blunt, size, 22, [neighbour]), size)?.x1).toBe(43);
  // It reaches into one that is much smaller than it, past where they touch.
  const leaky = draw((x, y) => disc(x, y, 32, 14) || (x > 40 && x < 52 && Math.abs(y - 32) < 9));
  const small = { x: 52, y: 32, diameter: 16 };
  expect(regionBox(withoutNeighbours(leaky, size, 30, [small]), size)?.x1).toBeLessThanOrEqual(48);
  // A lobe of its nucleus that was taken for a cell of its own leaves no hole.
  expect(withoutNeighbours(blunt, size, 40, [{ x: 50, y: 32, diameter: 18 }])).toEqual(blunt);
  // A neighbour that lies elsewhere changes nothing.
  expect(withoutNeighbours(pair, size, 24, [{ x: 8, y: 8, diameter: 10 }])).toBe(pair);
});

test('a part behind a neck is looked at as a cell of its own, unless it is small', () => {
  const size = 64;
  const draw = (...discs: [number, number, number][]) =>
    Uint8Array.from({ length: size * size }, (_, i) =>
      discs.some(([x, y, r]) => Math.hypot((i % size) + 0.5 - x, Math.floor(i / size) + 0.5 - y) < r) ? 1 : 0,
    );
  const [part, ...more] = partsBeside(draw([26, 32, 11], [46, 32, 10]), size);
  expect(more).toEqual([]);
  expect(part?.x).toBeCloseTo(46.2, 0);
  expect(part?.y).toBe(32);
  expect(part?.diameter).toBeCloseTo(20, 0);
  expect(partsBeside(draw([26, 32, 14]), size)).toEqual([]);
  expect(partsBeside(draw([26, 32, 14], [43, 32, 4.5]), size)).toEqual([]);
});

test('thin spurs are cut off a mask, its outline stays', () => {
  const size = 64;
  const classes = Uint8Array.from({ length: size * size }, (_, i) => {
    const [x, y] = [(i % size) + 0.5, Math.floor(i / size) + 0.5];
    return Math.hypot(x - 32, y - 32) < 15 || (x > 32 && x < 60 && Math.abs(y - 32) < 1) ? 1 : 0;
  });
  const box = regionBox(centredCell(classes, size), size);
  expect(box?.x0).toBe(17);
  expect(box?.x1).toBeLessThan(51);
});

test('a find much smaller than its crop assumes is debris, unless its type is sure', () => {
  const disc = (diameter: number) =>
    Uint8Array.from({ length: 90 * 90 }, (_, i) =>
      Math.hypot((i % 90) - 44.5, Math.floor(i / 90) - 44.5) < diameter / 2 ? 1 : 0,
    );
  // The crop was cut for a cell of 50 px.
  expect(isDebris(disc(50), 90, 1.8, 0.4)).toBe(false);
  expect(isDebris(disc(38), 90, 1.8, 0.4)).toBe(false);
  expect(isDebris(disc(34), 90, 1.8, 0.4)).toBe(true);
  expect(isDebris(disc(34), 90, 1.8, 0.9)).toBe(false);
});
