import { expect, test } from 'vitest';
import { differences } from './samples.mjs';

const row = { type: 'Neutrophil', probability: 98, cell: 6000, nucleus: 1300 };
const of = (...rows: (typeof row)[]) => ({ backend: 'WebAssembly', samples: { cream: rows } });
const most = { points: 0.1, share: 0.001 };

test('the same cells differ in nothing, nor by what is allowed', () => {
  expect(differences(of(row), of(row), most)).toEqual([]);
  expect(differences(of({ ...row, cell: 6005, probability: 98.1 }), of({ ...row, probability: 98.05 }), most)).toEqual(
    [],
  );
});

test.each([
  ['another type', { ...row, type: 'Basophil' }],
  ['another probability', { ...row, probability: 97.8 }],
  ['another area', { ...row, cell: 6010 }],
  ['another nucleus', { ...row, nucleus: 1302 }],
  ['a figure that was not read', { ...row, nucleus: Number.NaN }],
])('%s is said', (_, other) => {
  expect(differences(of(other), of(row), most)).toHaveLength(1);
});

test('cells that are missing or too many are said', () => {
  expect(differences(of(), of(row), most)).toEqual(['cream: 0 cells, not 1']);
  expect(differences({ backend: '', samples: {} }, of(row), most)).toEqual(['cream: 0 cells, not 1']);
  expect(differences(of(row, row), of(row), most)).toEqual(['cream: 2 cells, not 1']);
});
