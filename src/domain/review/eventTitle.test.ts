// An event in words names its image where it could be of another.
import { expect, test } from 'vitest';
import type { Change, EditKind } from './events';
import { eventTitle } from './eventTitle';

const call = (image: string, cell = 4): Change => ({ image, cell, field: 'call', old: null, new: 'monocyte' });
const made = (image: string, cell: number): Change => ({ image, cell, field: 'made', old: null, new: {} as never });
const gone = (image: string, cell: number): Change => ({ image, cell, field: 'deleted', old: null, new: true });
const [a, b] = ['a', 'b'].map((id) => ({ id, path: `slide/${id}.png` })) as [Listed, Listed];
type Listed = { id: string; path: string };
const title = (kind: EditKind, changes: Change[], images = [a, b]) =>
  eventTitle({ id: 1, at: '', who: '', kind, changes }, images);

test.each<[string, EditKind, Change[]]>([
  ['typed cell 4 in slide/b.png as Monocyte', 'reclassify', [call('b')]],
  ['typed 2 cells in 2 images as Monocyte', 'reclassify', [call('a'), call('b')]],
  ['typed cell 4 in an image that was removed as Monocyte', 'reclassify', [call('c')]],
  ['split 1 cell into 2 cells in slide/a.png', 'split', [gone('a', 1), made('a', 5), made('a', 6)]],
  ['deleted cell 1 in slide/b.png', 'delete', [gone('b', 1)]],
  ['grouped slide/b.png as S', 'slide', [{ image: 'b', field: 'slide', old: null, new: 'S' }]],
  ['scale set of slide/b.png: none', 'scale', [{ image: 'b', field: 'scale', old: null, new: null }]],
])('%s', (text, kind, changes) => {
  expect(title(kind, changes)).toBe(text);
});

test('where there is one image, its name is not repeated', () => {
  expect(title('reclassify', [call('a')], [a])).toBe('typed cell 4 as Monocyte');
});
