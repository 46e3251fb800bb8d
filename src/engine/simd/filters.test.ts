// Filters as the kernels read them.
import { expect, test } from 'vitest';
import { padded } from '../plan/arrays';
import { Filters, inBlocks } from './filters';

test('outputs come in blocks of eight, and what is missing is zero', () => {
  // Two taps of ten outputs: 0 to 9, then 10 to 19.
  const packed = inBlocks(
    Float32Array.from({ length: 20 }, (_, i) => i),
    10,
  );
  expect([...packed]).toEqual([
    ...[0, 1, 2, 3, 4, 5, 6, 7],
    ...[10, 11, 12, 13, 14, 15, 16, 17],
    ...[8, 9, 0, 0, 0, 0, 0, 0],
    ...[18, 19, 0, 0, 0, 0, 0, 0],
  ]);
});

test('rows are filled up', () => {
  expect([...padded(Float32Array.of(1, 2, 3, 4, 5, 6), 3, 2, 4, -1)]).toEqual([1, 2, 3, -1, 4, 5, 6, -1]);
});

test('the same array is kept once, at a whole line; after writing nothing is added', () => {
  const filters = new Filters((name) => ({ shape: [2, 3], values: Float32Array.of(1, 2, 3, 4, 5, name.length) }), 1024);
  const first = filters.values('a');
  expect(filters.values('a')).toBe(first);
  expect([first, filters.blocks('layer'), filters.blocks('layer', 1)]).toEqual([1024, 1088, 1152]);
  expect([...filters.names]).toEqual(['a', 'layer.w']);
  const memory = new WebAssembly.Memory({ initial: 1 });
  filters.write(memory);
  const floats = new Float32Array(memory.buffer);
  expect([...floats.subarray(256, 262)]).toEqual([1, 2, 3, 4, 5, 1]);
  // Of a linear layer's first input alone.
  expect([...floats.subarray(288, 300)]).toEqual([1, 2, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  expect(filters.values('a')).toBe(first);
  expect(() => filters.values('b')).toThrow(/after all others were written/);
});
