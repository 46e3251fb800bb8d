// The analyser's count is a slide's own, and what is absolute is the share times it.
import { expect, test } from 'vitest';
import { countOf, wbcOf } from './counts';
import { differentialCsv } from './differentialCsv';
import { exampleSession } from './example.fixture';
import type { ExportSession } from './input';
import { results } from './results';

const session = { ...exampleSession(), signatures: [] };
const on = (slides: readonly string[], wbc: Record<string, number>): ExportSession => ({
  ...{ ...session, wbc },
  images: session.images.map((image, i) => ({ ...image, slide: slides[i] ?? slides.at(-1) ?? '' })),
});

test.each(['constructor', '__proto__', 'toString'])('a slide named %s has no count that nobody typed', (slide) => {
  const named = on([slide], {});
  expect(wbcOf(named, slide)).toBeNull();
  expect(results(named).differentials.map(({ wbc }) => wbc)).toEqual([null, null]);
  expect(differentialCsv(named)).not.toMatch(/NaN|native code/);
  const counted = on([slide], Object.fromEntries([[slide, 4.5]]));
  expect(results(counted).differentials.map(({ wbc }) => wbc)).toEqual([4.5, 4.5]);
});

test('share and interval times the analyser\u2019s count are the absolute ones', () => {
  const { rows, base } = countOf(on(['a'], { a: 6.2 }), 'a');
  expect(base).toBeGreaterThan(10);
  expect(rows.some(({ count }) => count > 0)).toBe(true);
  for (const { share, interval, absolute } of rows) {
    expect(absolute!.value).toBeCloseTo(share! * 6.2, 12);
    expect(absolute!.interval.low).toBeCloseTo(interval!.low * 6.2, 12);
    expect(absolute!.interval.high).toBeCloseTo(interval!.high * 6.2, 12);
  }
});

test('all slides together have the count of none of them; a session of one slide has its', () => {
  const two = on(['a', 'b'], { a: 6.2, b: 5 });
  expect([null, 'a', 'b'].map((slide) => wbcOf(two, slide))).toEqual([null, 6.2, 5]);
  expect(countOf(two, null).rows.every(({ absolute }) => absolute === null)).toBe(true);
  expect(results(two).differentials.map(({ wbc }) => wbc)).toEqual([null, 6.2, 5]);
  expect(wbcOf(on(['a'], { a: 6.2 }), null)).toBe(6.2);
});
