/** Verdicts in IndexedDB: kept, told apart, forgotten in time, and not missed where there is no IndexedDB. */
import 'fake-indexeddb/auto';
import { afterEach, expect, test, vi } from 'vitest';
import { indexedTrust } from './trust';

afterEach(() => vi.unstubAllGlobals());

test('a verdict is remembered under its key alone, also an empty one', async () => {
  await indexedTrust.set('browser 1', '');
  await indexedTrust.set('browser 2', 'wrong results');
  expect(await indexedTrust.get('browser 1')).toBe('');
  expect(await indexedTrust.get('browser 2')).toBe('wrong results');
  expect(await indexedTrust.get('browser 3')).toBeUndefined();
});

test('verdicts of long ago are forgotten', async () => {
  for (let k = 0; k < 20; k++) await indexedTrust.set(`version ${k}`, '');
  expect(await indexedTrust.get('version 19')).toBe('');
  expect(await indexedTrust.get('version 0')).toBeUndefined();
});

test('where IndexedDB is refused nothing is remembered, and nothing fails', async () => {
  vi.stubGlobal('indexedDB', {
    open: () => {
      throw new DOMException('denied', 'SecurityError');
    },
  });
  await indexedTrust.set('a', '');
  expect(await indexedTrust.get('a')).toBeUndefined();
});
