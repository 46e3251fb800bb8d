import { expect, test } from 'vitest';
import type { ReviewEvent } from './events';
import { firstReaders } from './readers';

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
