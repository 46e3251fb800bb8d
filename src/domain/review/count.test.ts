import { expect, test } from 'vitest';
import { clopperPearson } from '../statistics/interval';
import { type CountRow, shareText } from './count';

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
