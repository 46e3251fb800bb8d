import { expect, test } from 'vitest';
import { CELL_TYPES } from '../cellType';
import { clopperPearson, widened } from '../statistics/interval';
import type { ReviewCell } from './cells';
import { type CountRow, count, shareText, wbcText } from './count';

const row = (count: number, base: number): CountRow => ({
  ...{ type: 'basophil', count, reviewed: 0, share: base ? count / base : null, absolute: null },
  interval: base ? clopperPearson(count, base) : null,
});
const text = (count: number, base: number) => shareText(row(count, base), base);

test('shares are read as far as they are known, and never rounded to none or all', () => {
  expect(text(12, 100)).toBe('12.0 % (6.4 to 20.0 %)');
  expect(text(0, 100)).toBe('none seen in 100: below 3.6 %');
  expect(text(0, 0)).toBe('no white cell counted');
  expect(text(1, 5000)).toBe('0.02 % (<0.01 to 0.1 %)');
  expect(text(4999, 5000)).toBe('99.98 % (99.9 to >99.99 %)');
  expect(text(5000, 5000)).toBe('100.0 % (99.93 to 100.0 %)');
});

test('erythroblasts are taken out of a count of the analyser that may hold them', () => {
  const of = (type: string, n: number) => Array.from({ length: n }, () => ({ type, by: 'person' }) as ReviewCell);
  const cells = [...of('neutrophil', 30), ...of('blast', 1), ...of('erythroblast', 3)];
  const seen = count(cells, { widen: false, wbc: 8.4 });
  // 8.4 x 100 / (100 + 9.677 per 100 white cells).
  expect(seen.withoutErythroblasts).toBeCloseTo(7.659, 3);
  expect(seen.rows[0]?.absolute?.value).toBeCloseTo((8.4 * 30) / 31);
  expect(wbcText(8.4, seen)).toMatch(/8\.4 × 10⁹\/l\. Should that count erythroblasts too.* it is 7\.66 without/);
  const without = count(cells.slice(0, 31), { widen: false, wbc: 8.4 });
  expect(wbcText(8.4, without)).not.toContain('erythroblasts');
  expect(count(cells, { widen: false, wbc: null }).withoutErythroblasts).toBeNull();
});

test('what widens a type\u2019s interval is the typing of the white cells that only the model typed', () => {
  const cell = (type: string, by: 'model' | 'person', p: number) =>
    ({ type, by, probabilities: CELL_TYPES.map((_, i) => (i === 0 ? p : (1 - p) / 7)) }) as ReviewCell;
  const cells = [
    ...Array.from({ length: 6 }, () => cell('neutrophil', 'model', 0.8)),
    ...Array.from({ length: 4 }, () => cell('lymphocyte', 'model', 0.3)),
    ...Array.from({ length: 5 }, () => cell('neutrophil', 'person', 0.5)),
    ...Array.from({ length: 3 }, () => cell('erythroblast', 'model', 0.4)),
    ...Array.from({ length: 2 }, () => cell('platelet', 'model', 0.4)),
  ];
  const { rows, base } = count(cells, { widen: true, wbc: 10 });
  expect(base).toBe(15);
  const neutrophils = rows.find(({ type }) => type === 'neutrophil');
  const expected = widened(11, 15, 6 * 0.8 * 0.2 + 4 * 0.3 * 0.7);
  expect(neutrophils?.interval).toEqual(expected);
  expect(neutrophils?.absolute?.interval.low).toBeCloseTo(10 * expected.low, 10);
  expect(neutrophils?.absolute?.interval.high).toBeCloseTo(10 * expected.high, 10);
  expect(count(cells, { widen: false, wbc: null }).rows[0]?.interval).toEqual(clopperPearson(11, 15));
});
