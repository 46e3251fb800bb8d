// Whether a file can still be read: to its end, and in parts where it is large.
import { expect, test } from 'vitest';
import { isWhole } from './whole';

const fails = { arrayBuffer: () => Promise.reject(new Error('cannot be read')) };

test('a small file is read as it is, an empty one too', async () => {
  for (const bytes of [[], ['abc']]) {
    expect(await isWhole(new Blob(bytes))).toBe(true);
    expect(await isWhole(Object.assign(new Blob(bytes), fails))).toBe(false);
  }
});

test('a large file is read to its end, never whole at once', async () => {
  const size = 40e6;
  const read: number[] = [];
  const large = (end: object) => {
    const slice = (from: number, to: number) => {
      const part = { arrayBuffer: async () => read.push(Math.min(to, size) - from) };
      return to < size ? part : { ...part, ...end };
    };
    return { size, slice, ...fails } as unknown as Blob;
  };
  expect(await isWhole(large({}))).toBe(true);
  expect(read.reduce((sum, bytes) => sum + bytes)).toBe(size);
  expect(await isWhole(large(fails))).toBe(false);
});
