import { expect, test } from 'vitest';
import type { ReviewEvent } from './events';
import { firstReaders, secondReaders } from './readers';

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
