import { expect, test } from 'vitest';
import type { ReviewEvent } from './events';
import { firstReaders, namesByCell, secondReaders } from './readers';

const event = (kind: string, who: string) => ({ kind, who, id: 1, at: '', changes: [] }) as unknown as ReviewEvent;

test('whoever typed or confirmed read first, once each; second readings, other edits and the nameless do not count', () => {
  const log = [
    event('confirm', 'Berta'),
    event('second-reading', 'Carl'),
    event('reclassify', 'Anna '),
    event('reclassify', ''),
    event('delete', 'Dora'),
    event('confirm', 'Anna'),
  ];
  expect(firstReaders(log)).toEqual(['Berta', 'Anna']);
});

test('whoever read second is named where a type of theirs stands', () => {
  const read = (who: string) => event('second-reading', who);
  expect(
    secondReaders([
      event('confirm', 'Anna'),
      read('Carl'),
      read('Carl '),
      read('Dora'),
      { kind: 'undo', who: '', id: 5, at: '', of: 4 },
    ]),
  ).toEqual(['Carl']);
});

test('each cell has the name of whoever gave the type that stands, not of whom it was taken back from', () => {
  const typed = (who: string, cell: number, field: 'call' | 'second' = 'call') =>
    ({
      ...event('reclassify', who),
      changes: [{ image: 'a', cell, field, old: null, new: 'monocyte' }],
    }) as ReviewEvent;
  const names = namesByCell([
    typed('Anna', 1),
    typed('Berta ', 1),
    typed('', 2),
    typed('Carl', 1, 'second'),
    {
      ...event('mask', 'Dora'),
      changes: [{ image: 'a', cell: 1, field: 'shape', old: null, new: null }],
    } as ReviewEvent,
    typed('Emil', 1),
    { kind: 'undo', who: '', id: 7, at: '', of: 6 },
  ]);
  expect(Object.fromEntries(names)).toEqual({ 'a/1': { call: 'Berta', second: 'Carl' }, 'a/2': { call: '' } });
});
