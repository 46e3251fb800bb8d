/** Necks part regions; bays and spurs do not. */
import { expect, test } from 'vitest';
import { components, squaredDistances } from './components';
import { splitRegions, straightenCuts } from './split';

const WIDTH = 60;
const HEIGHT = 40;

/** A region of discs [x, y, radius]. */
function discs(...list: [number, number, number][]): Uint8Array {
  return Uint8Array.from({ length: WIDTH * HEIGHT }, (_, i) =>
    list.some(([x, y, r]) => Math.hypot((i % WIDTH) + 0.5 - x, Math.floor(i / WIDTH) + 0.5 - y) < r) ? 1 : 0,
  );
}

function parts(region: Uint8Array): number {
  const { labels, count } = components(region, WIDTH, HEIGHT);
  return splitRegions(labels, count, WIDTH, HEIGHT, 3).count;
}

test.each<[string, number, [number, number, number][]]>([
  ['one disc', 1, [[20, 20, 12]]],
  [
    'two discs that touch',
    2,
    [
      [15, 20, 10],
      [34, 20, 10],
    ],
  ],
  [
    'a large and a small one that touch',
    2,
    [
      [18, 20, 13],
      [35, 20, 6],
    ],
  ],
  [
    'three in a row',
    3,
    [
      [10, 20, 8],
      [25, 20, 8],
      [40, 20, 8],
    ],
  ],
  [
    'two that overlap by half: one bean-shaped cell',
    1,
    [
      [20, 20, 10],
      [28, 20, 10],
    ],
  ],
  [
    'a disc with a speck at its side',
    1,
    [
      [20, 20, 10],
      [31, 20, 2],
    ],
  ],
  [
    'two apart',
    2,
    [
      [10, 20, 8],
      [45, 20, 8],
    ],
  ],
])('%s: %i', (_name, count, list) => {
  expect(parts(discs(...list))).toBe(count);
});

test('every px of the region is in exactly one part', () => {
  const region = discs([15, 20, 10], [34, 20, 10]);
  const { labels } = splitRegions(Int32Array.from(region), 1, WIDTH, HEIGHT, 3);
  expect([...labels].map((label) => (label ? 1 : 0))).toEqual([...region]);
});

test('a region of any size has its parts: the order of its px is exact', () => {
  // Two discs with a neck; keys of up to n * n * n, for n px, pass 2 ** 53 here.
  const [r, w, h] = [200, 740, 420];
  const region = Int32Array.from({ length: w * h }, (_, i) => {
    const [x, y] = [i % w, Math.floor(i / w)];
    return Math.hypot(x - 1.02 * r, y - h / 2) < r || Math.hypot(x - 2.68 * r, y - h / 2) < r ? 1 : 0;
  });
  expect(splitRegions(region, 1, w, h, 0.12 * h).count).toBe(2);
  // With no least width either: no px comes before its neighbours further in.
  expect(splitRegions(region, 1, w, h, 0).count).toBe(2);
});

test('the cut between two parts is straight: every px goes to the nearer disc', () => {
  // Two overlapping discs on a slant, and a bump that gives the watershed a small basin at the neck.
  const [a, b] = [
    [16, 14, 11],
    [34, 25, 11],
  ] as const;
  const region = discs([...a], [...b], [29, 13, 3]);
  const { labels, count } = splitRegions(Int32Array.from(region), 1, WIDTH, HEIGHT, 3);
  expect(count).toBe(2);
  const straight = straightenCuts(labels, WIDTH, HEIGHT);
  straight.forEach((label, i) => {
    expect(label > 0).toBe(region[i] === 1);
    const away = ([x, y]: readonly [number, number, number]) =>
      Math.hypot((i % WIDTH) + 0.5 - x, Math.floor(i / WIDTH) + 0.5 - y);
    if (region[i] && Math.abs(away(a) - away(b)) > 4) expect(label).toBe(away(a) < away(b) ? 1 : 2);
  });
  // One part alone has no cut.
  const one = Int32Array.from(discs([20, 20, 12]));
  expect(straightenCuts(one, WIDTH, HEIGHT)).toEqual(one);
});

test('distances are Euclidean, and the border of the map is no edge', () => {
  const inside = [1, 1, 1, 1, 1, 1, 1, 0, 1];
  expect([...squaredDistances(inside, 3, 3)]).toEqual([5, 4, 5, 2, 1, 2, 1, 0, 1]);
  expect(squaredDistances([1, 1], 2, 1)[0]).toBe(Number.POSITIVE_INFINITY);
});
