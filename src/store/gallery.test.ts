import { expect, test } from 'vitest';
import { range } from './gallery';

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
