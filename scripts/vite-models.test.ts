// The model plugin lets through what the app loads, and nothing else that lies beside it.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { modelFiles } from './vite-models.ts';

let models: string;

beforeEach(() => {
  models = mkdtempSync(path.join(os.tmpdir(), 'leukolens-models-'));
});
afterEach(() => rmSync(models, { recursive: true }));

function write(...files: string[]) {
  for (const file of files) {
    mkdirSync(path.dirname(path.join(models, file)), { recursive: true });
    writeFileSync(path.join(models, file), 'x');
  }
}

test('manifest, weights and goldens are served', () => {
  write('sg-cldff-v1/manifest.json', 'sg-cldff-v1/a.bin', 'sg-cldff-v1/golden/crop.json');
  expect(modelFiles(models)).toEqual([
    'sg-cldff-v1/a.bin',
    'sg-cldff-v1/golden/crop.json',
    'sg-cldff-v1/manifest.json',
  ]);
});

test('model cards, training code and other folders are not', () => {
  write('sg-cldff-v1/README.md', 'sg-cldff-v1/notes.json', 'training/runs/a.bin', 'other/manifest.json', 'a.bin');
  expect(modelFiles(models)).toEqual([]);
});

test('no models folder is no error', () => {
  expect(modelFiles(path.join(models, 'absent'))).toEqual([]);
});
