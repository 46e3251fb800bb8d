import { readFileSync } from 'node:fs';
import Ajv from 'ajv/dist/2020';
import { decode } from 'fast-png';
import { strFromU8, unzipSync } from 'fflate';
import { expect, test } from 'vitest';
import type { DetectedCell } from '../domain/cell';
import { encodeMask } from '../domain/mask';
import { buildBundle } from './bundle';
import { type ExportImage, type ExportSession, type Results, results } from './results';

const cell: DetectedCell = {
  id: 1,
  box: { x0: 1, y0: 0, x1: 3, y1: 2 },
  mask: encodeMask([0, 1, 1, 2], 2, 2),
  probabilities: [0.7, 0.1, 0.05, 0.05, 0.05, 0.02, 0.02, 0.0100000049],
  modelType: 'neutrophil',
  type: 'unidentified',
  confidence: 0.7,
  consistency: 0.5,
  novelty: 0.8,
  attributes: [{ name: 'granularity', value: 'yes', probability: 0.9, share: 0.95 }],
  areas: { cell: 3, nucleus: 1 },
  crop: { x0: 0, y0: 0, x1: 4, y1: 4 },
};

const analysed = (file: string, cells: DetectedCell[] = [cell]): ExportImage => ({
  file,
  ms: 12.4,
  analysis: { width: 4, height: 3, backend: 'wasm', cells },
});

const failed: ExportImage = {
  file: 'notes.png',
  error: { code: 'not-an-image', message: 'This is no image.', remedy: 'Open a photograph.' },
};

const session = (...images: ExportImage[]): ExportSession => ({
  app: { name: 'Leukolens', version: '0.1.0' },
  model: { name: 'sg-cldff', version: '1.0.0', hash: '0123456789ab' },
  images,
});

const ajv = new Ajv({ strict: true, strictRequired: false, allowUnionTypes: true });
const valid = ajv.compile(JSON.parse(readFileSync('docs/results.schema.json', 'utf8')));

test('results say what was found in each image', () => {
  expect(results(session(analysed('sub/a.jpg'), failed))).toEqual({
    version: 1,
    app: { name: 'Leukolens', version: '0.1.0' },
    notice: 'For Research Use Only. Not for use in diagnostic procedures.',
    model: { name: 'sg-cldff', version: '1.0.0', hash: '0123456789ab' },
    images: [
      {
        file: 'sub/a.jpg',
        width: 4,
        height: 3,
        ms: 12,
        backend: 'wasm',
        cellsFile: 'sub/a.cells.png',
        classesFile: 'sub/a.classes.png',
        cells: [
          {
            id: 1,
            box: [1, 0, 3, 2],
            crop: [0, 0, 4, 4],
            type: 'unidentified',
            modelType: 'neutrophil',
            probabilities: {
              neutrophil: 0.7,
              eosinophil: 0.1,
              basophil: 0.05,
              lymphocyte: 0.05,
              monocyte: 0.05,
              immature_granulocyte: 0.02,
              erythroblast: 0.02,
              platelet: 0.01,
            },
            confidence: 0.7,
            areas: { cell: 3, nucleus: 1 },
            consistency: 0.5,
            novelty: 0.8,
            attributes: { granularity: { value: 'yes', probability: 0.9 } },
          },
        ],
      },
      failed,
    ],
  });
});

test('a consistency that is not known is left out', () => {
  const [image] = results(session(analysed('a.png', [{ ...cell, consistency: Number.NaN }]))).images;
  expect(image).not.toHaveProperty('cells.0.consistency');
});

test.each<[string, ExportSession]>([
  ['cells and an error', session(analysed('a.png'), failed)],
  ['an image without cells', session(analysed('a.png', []))],
  ['an unknown consistency', session(analysed('a.png', [{ ...cell, consistency: Number.NaN }]))],
  ['nothing, and no model', { ...session(), model: null }],
])('the schema accepts %s', (_, input) => {
  valid(JSON.parse(JSON.stringify(results(input))));
  expect(valid.errors).toBeNull();
});

test.each<[string, (made: Results) => unknown]>([
  ['a field it does not know', (made) => ({ ...made, more: 1 })],
  ['a missing notice', ({ notice: _, ...made }) => made],
  ['both result and error', (made) => ({ ...made, images: [{ ...made.images[0], error: failed.error }] })],
])('the schema refuses %s', (_, change) => {
  expect(valid(change(results(session(analysed('a.png')))))).toBe(false);
});

test('the zip holds results.json and the maps it names', async () => {
  const done: number[] = [];
  const blob = buildBundle(session(analysed('a.jpg'), failed, analysed('a.png', [])), (n) => done.push(n));
  const files = unzipSync(new Uint8Array(await blob.arrayBuffer()));
  expect(Object.keys(files)).toEqual([
    'results.json',
    'a.cells.png',
    'a.classes.png',
    'a-2.cells.png',
    'a-2.classes.png',
  ]);
  const made: Results = JSON.parse(strFromU8(files['results.json']!));
  expect(made.images.map(({ file }) => file)).toEqual(['a.jpg', 'notes.png', 'a.png']);
  expect([...decode(files['a.cells.png']!).data]).toEqual([0, 0, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0]);
  expect([...decode(files['a.classes.png']!).data]).toEqual([0, 0, 1, 0, 0, 1, 2, 0, 0, 0, 0, 0]);
  expect(decode(files['a-2.cells.png']!).data.every((value) => value === 0)).toBe(true);
  expect(done).toEqual([1, 2, 3]);
});
