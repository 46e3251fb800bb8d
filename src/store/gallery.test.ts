import { expect, test } from 'vitest';
import { setLimits } from './actions';
import { setReader } from './decide';
import { range } from './gallery';
import { useStore } from './store';
import { NO_LIMITS } from './view';

const order = ['a/1', 'a/2', 'a/3', 'b/1'];

test.each<[string, string, (string | null)[], string[]]>([
  ['forwards from the one picked before', 'a/3', ['a/2', 'a/1'], ['a/2', 'a/3']],
  ['backwards', 'a/1', ['a/3', null], ['a/1', 'a/2', 'a/3']],
  ['from the selected one where none was picked', 'b/1', [null, 'a/3'], ['a/3', 'b/1']],
  ['from the selected one where the one picked is filtered out', 'b/1', ['c/9', 'a/3'], ['a/3', 'b/1']],
  ['alone where neither is shown', 'a/3', ['c/9', 'c/8'], ['a/3']],
])('a range of cells goes %s', (_, to, before, cells) => {
  expect(range(order, to, ...before)).toEqual(cells);
});

test('neither reader reads through the filters of the other', () => {
  for (const reader of ['second', 'first'] as const) {
    setLimits({ confidence: 0.5, areaFrom: 100, reviewed: 'unreviewed' });
    setReader(reader);
    expect(useStore.getState().limits).toEqual(NO_LIMITS);
  }
});
