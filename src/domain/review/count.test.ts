import { expect, test } from 'vitest';
import { clopperPearson } from '../statistics/interval';
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
