// Measures against scikit-image, lobes and red cells against drawn ones, scales against sense.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { encodeMask } from '../mask';
import { cellColours, cellMeasures } from './cellMeasures';
import { redCellDiameter } from './redCells';
import { ellipseOf, type RegionProps, regionProps } from './regionProps';
import { micrometres, scaleWarning, squareMicrometres } from './scale';

type Props = Omit<RegionProps, 'centroid'>;
interface Golden {
  width: number;
  height: number;
  runs: number[];
  cell: Props;
  nucleus: Props | null;
}
const { masks }: { masks: Golden[] } = JSON.parse(readFileSync('src/domain/measure/skimage.json', 'utf8'));

test('every measure is within 1 % of scikit-image', () => {
  expect(masks.length).toBeGreaterThan(20);
  let worst = 0;
  for (const [i, { width, height, runs, cell, nucleus }] of masks.entries()) {
    const found = cellMeasures({ width, height, runs: Uint32Array.from(runs) })!;
    for (const [ours, theirs, part] of [
      [found.cell, cell, 'cell'],
      [found.nucleus, nucleus, 'nucleus'],
    ] as const) {
      expect(ours === null).toBe(theirs === null);
      if (!ours || !theirs) continue;
      for (const [name, value] of Object.entries(theirs)) {
        const error = Math.abs(ours[name as keyof Props] - value) / Math.max(Math.abs(value), 1e-9);
        worst = Math.max(worst, value === 0 ? 0 : error);
        expect(value === 0 ? Math.abs(ours[name as keyof Props]) : error, `${part} ${i} ${name}`).toBeLessThanOrEqual(
          0.01,
        );
      }
    }
  }
  console.log(`largest relative error against scikit-image over ${masks.length} masks: ${worst.toExponential(1)}`);
});

const discs = (size: number, ...centres: [x: number, y: number, radius: number][]) =>
  Uint8Array.from({ length: size * size }, (_, i) => {
    const [x, y] = [i % size, Math.floor(i / size)];
    return centres.some(([cx, cy, r]) => Math.hypot(x - cx, y - cy) <= r) ? 1 : 0;
  });

test.each<[number, [number, number, number][]]>([
  [1, [[30, 30, 18]]],
  [
    2,
    [
      [20, 30, 11],
      [40, 30, 11],
    ],
  ],
  [
    3,
    [
      [18, 22, 9],
      [40, 20, 9],
      [31, 42, 9],
    ],
  ],
  [
    3,
    [
      [14, 30, 9],
      [30, 30, 9],
      [46, 30, 9],
    ],
  ],
])('a nucleus of %i lobes', (lobes, centres) => {
  const whole = discs(60, [30, 30, 28]);
  const core = discs(60, ...centres);
  const mask = encodeMask(
    whole.map((v, i) => (core[i] ? 2 : v)),
    60,
    60,
  );
  expect(cellMeasures(mask)?.lobes).toBe(lobes);
});

test('a cell without a nucleus has none of its measures', () => {
  expect(cellMeasures(encodeMask(discs(20, [10, 10, 6]), 20, 20))).toMatchObject({
    nucleus: null,
    nucleusToCytoplasm: null,
    lobes: 0,
  });
  expect(cellMeasures(encodeMask(new Uint8Array(9), 3, 3))).toBeNull();
});

test('mean colours are those under each part', () => {
  const rgba = [10, 20, 30, 255, 30, 40, 50, 255, 100, 0, 0, 255, 1, 1, 1, 255];
  expect(cellColours(encodeMask([1, 1, 2, 0], 2, 2), rgba)).toEqual({ cytoplasm: [20, 30, 40], nucleus: [100, 0, 0] });
});

test('red cells are measured among platelets, white cells and clumps', () => {
  const size = 200;
  const red: [number, number, number][] = [
    [30, 30, 12],
    [70, 30, 12],
    [110, 32, 11],
    [30, 80, 12],
    [70, 80, 13],
    [150, 150, 12],
  ];
  const others: [number, number, number][] = [
    [100, 120, 30],
    [160, 30, 3],
    [180, 60, 3],
    [0, 190, 12],
    [30, 150, 12],
    [48, 150, 12],
  ];
  const inside = discs(size, ...red, ...others);
  const rgba = Uint8Array.from({ length: size * size * 4 }, (_, i) => (i % 4 === 1 && inside[i >> 2] ? 120 : 230));
  expect(redCellDiameter(rgba, size, size, [{ x0: 68, y0: 88, x1: 132, y1: 152 }])).toBeCloseTo(25, 0);
  expect(redCellDiameter(new Uint8Array(size * size * 4).fill(230), size, size, [])).toBeNull();
});

test('µm come with a scale, and a scale that cannot be true is said', () => {
  const scale = { umPerPx: 0.1, source: 'typed' } as const;
  expect(micrometres(75, scale)).toBeCloseTo(7.5);
  expect(squareMicrometres(100, scale)).toBeCloseTo(1);
  expect(micrometres(75, null)).toBeNull();
  expect(scaleWarning(scale.umPerPx, 75)).toBeNull();
  expect(scaleWarning(scale.umPerPx, null)).toBeNull();
  expect(scaleWarning(scale.umPerPx, 20)).toMatch(/2\.0 µm across; they are about 7\.5 µm/);
  for (const off of [300, 5.1, 0.009]) expect(scaleWarning(off, null)).toMatch(/no light microscope.* 0\.01 and 5\./);
  for (const none of [0, -1, Number.NaN]) expect(scaleWarning(none, null)).toMatch(/above 0/);
});

test('a single px is a region', () => {
  expect(regionProps({ inside: [1], width: 1, height: 1 })).toMatchObject({ area: 1, solidity: 1, eccentricity: 0 });
});

test('the long axis points where the region does, y down', () => {
  const [size, angle] = [60, Math.PI / 6];
  const inside = Uint8Array.from({ length: size * size }, (_, i) => {
    const [x, y] = [(i % size) - 30, Math.floor(i / size) - 30];
    const along = x * Math.cos(angle) + y * Math.sin(angle);
    const across = y * Math.cos(angle) - x * Math.sin(angle);
    return (along / 20) ** 2 + (across / 10) ** 2 <= 1 ? 1 : 0;
  });
  const ellipse = ellipseOf({ inside, width: size, height: size });
  expect(ellipse?.angle).toBeCloseTo(angle, 1);
  expect(ellipse?.majorAxis).toBeCloseTo(40, 0);
  expect(ellipse?.minorAxis).toBeCloseTo(20, 0);
});
