// Exact intervals against scipy.stats, and kappa against worked examples.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { betaCdf, betaQuantile } from './beta';
import { clopperPearson, widened } from './interval';
import { cohensKappa, kappaIntervalText } from './kappa';
import { quantile } from './quantile';

const golden: { intervals: number[][]; quantiles: number[][] } = JSON.parse(
  readFileSync('src/domain/statistics/scipy.json', 'utf8'),
);

test('Clopper-Pearson agrees with scipy to 1e-6', () => {
  expect(golden.intervals.length).toBeGreaterThan(50);
  for (const [x, n, low, high] of golden.intervals as [number, number, number, number][]) {
    const interval = clopperPearson(x, n);
    expect(Math.abs(interval.low - low), `${x} of ${n}`).toBeLessThan(1e-6);
    expect(Math.abs(interval.high - high), `${x} of ${n}`).toBeLessThan(1e-6);
  }
});

test('beta quantiles agree with scipy to 1e-6, also for shapes that are no whole numbers', () => {
  for (const [p, a, b, value] of golden.quantiles as [number, number, number, number][]) {
    expect(Math.abs(betaQuantile(p, a, b) - value), `${p} of Beta(${a}, ${b})`).toBeLessThan(1e-6);
    expect(betaCdf(value, a, b)).toBeCloseTo(p, 6);
  }
});

test('none seen in 100 is below 3.6 %', () => {
  const { low, high } = clopperPearson(0, 100);
  expect(low).toBe(0);
  expect(high).toBeCloseTo(1 - 0.025 ** (1 / 100), 10);
});

test('nothing counted says nothing', () => {
  expect(clopperPearson(0, 0)).toEqual({ low: 0, high: 1 });
});

test('unsure typing widens an interval, sure typing does not', () => {
  const plain = clopperPearson(30, 100);
  const wide = widened(30, 100, 15);
  expect(wide.low).toBeLessThan(plain.low);
  expect(wide.high).toBeGreaterThan(plain.high);
  expect(widened(30, 100, 0)).toEqual(plain);
  // scipy: with p = 30.5 / 101 the sample shrinks by k = 100 p (1 - p) / (100 p (1 - p) + 10) = 0.678237; beta.ppf(0.025, 30 k, 70 k + 1),
  // beta.ppf(0.975, 30 k + 1, 70 k).
  expect(widened(30, 100, 10).low).toBeCloseTo(0.194673468, 6);
  expect(widened(30, 100, 10).high).toBeCloseTo(0.42345968, 6);
  expect(widened(0, 100, 2).high).toBeGreaterThan(clopperPearson(0, 100).high);
});

test('kappa of the textbook example: 20 and 15 agreed of 50', () => {
  const pairs = [
    ...Array(20).fill(['yes', 'yes']),
    ...Array(5).fill(['yes', 'no']),
    ...Array(10).fill(['no', 'yes']),
    ...Array(15).fill(['no', 'no']),
  ];
  expect(cohensKappa(pairs)).toMatchObject({ n: 50, agreed: 35 });
  expect(cohensKappa(pairs).kappa).toBeCloseTo(0.4, 10);
  // Observed 0.7, by chance 0.5: sqrt(0.7 x 0.3 / 50) / 0.5.
  expect(cohensKappa(pairs).standardError).toBeCloseTo(0.129615, 6);
  expect(kappaIntervalText(cohensKappa(pairs))).toBe('95 % 0.15 to 0.65');
});

test('kappa has no value where chance would always agree', () => {
  expect(cohensKappa([]).kappa).toBeNull();
  expect(cohensKappa([['a', 'a']]).kappa).toBeNull();
});

test('of a kappa from cells that all, or none, are alike there is no interval', () => {
  const five = ['a', 'b', 'c', 'a', 'b'].map((type) => [type, type] as const);
  expect(cohensKappa(five)).toMatchObject({ kappa: 1, standardError: null });
  expect(kappaIntervalText(cohensKappa(five))).toMatch(/^no interval: .* agree on all$/);
  expect(kappaIntervalText(cohensKappa(five.map(([type]) => [type, 'd'])))).toMatch(/agree on none$/);
  const most = [...five, ['a', 'c'] as const];
  expect(kappaIntervalText(cohensKappa(most))).toMatch(/^95 % 0\.\d\d to 1\.00$/);
});

test('quantiles lie between two values where none is in the place, as numpy has them', () => {
  expect(quantile([1, 3], 0.5)).toBe(2);
  expect([0, 0.25, 0.5, 0.75, 1].map((q) => quantile([1, 2, 4, 9], q))).toEqual([1, 1.75, 3, 5.25, 9]);
  expect(quantile([1, 2, 9], 0.5)).toBe(2);
  expect(quantile([7], 0.25)).toBe(7);
  expect(quantile([], 0.5)).toBeNaN();
});
