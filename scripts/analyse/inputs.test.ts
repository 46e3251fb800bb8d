// The arguments of `npm run analyse`, and the files they stand for.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { namer } from '../../src/export/names';
import { listInputs, mapNames, readOptions } from './inputs.mjs';
import { firstOfItsKind } from './page.mjs';

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'analyse-'));
  mkdirSync(path.join(folder, 'sub', 'deep'), { recursive: true });
  for (const name of ['img10.png', 'img2.png', 'notes.txt', '.hidden.png', 'sub/a.JPG', 'sub/deep/b.webp']) {
    writeFileSync(path.join(folder, name), 'x');
  }
  symlinkSync(folder, path.join(folder, 'sub', 'circle'));
});

afterAll(() => rmSync(folder, { recursive: true }));

test('a folder gives its images to any depth, in natural order, and never walks in circles', () => {
  expect(listInputs([folder]).map(({ name }) => name)).toEqual([
    'img2.png',
    'img10.png',
    'sub/a.JPG',
    'sub/deep/b.webp',
  ]);
});

test('a file named outright is taken whatever it is called, also when it is missing', () => {
  const names = listInputs([path.join(folder, 'notes.txt'), path.join(folder, 'none.png')]).map(({ name }) => name);
  expect(names).toEqual(['notes.txt', 'none.png']);
});

test('options are read, and wrong ones refused with the usage', () => {
  expect(readOptions(['a.png', '--out', 'o', '--crop'])).toEqual({
    inputs: ['a.png'],
    out: 'o',
    backend: undefined,
    crop: true,
  });
  for (const wrong of [['a.png'], ['--out', 'o'], ['a.png', '--out', 'o', '--backend', 'cpu'], ['a', '--fast']]) {
    expect(() => readOptions(wrong)).toThrow(/npm run analyse/);
  }
});

test('label maps of files that share a name do not overwrite each other', () => {
  const nameOf = mapNames();
  expect(['a.jpg', 'a.png', 'sub/a.jpg', 'A.webp'].map(nameOf)).toEqual(['a', 'a-2', 'sub/a', 'A-3']);
});

test('label maps are named as the app names them', () => {
  const names = [
    ...[
      'a.jpg',
      'sub/a.jpg',
      'A.webp',
      'archive.tar.gz',
      '.hidden',
      'sub/.png',
      'dots...png',
      'a<b>|c?.png',
      'a\nb.png',
    ],
    ...['con.png', 'sub/NUL.tif', 'Zu\u0308rich.png', `${'x'.repeat(245)}.png`, `${'x'.repeat(245)}.jpg`],
    ...[`${'\u{1F52C}'.repeat(63)}.png`, `${'y'.repeat(200)}/a.png`, '...png', '..'],
  ];
  expect(names.map(mapNames())).toEqual(names.map(namer()));
});

test('files of the same bytes are told apart from all others, whatever they are called', () => {
  const input = (name: string) => ({ name, path: path.join(folder, name) });
  writeFileSync(path.join(folder, 'other.png'), 'y');
  expect(firstOfItsKind(['img10.png', 'other.png', 'img2.png', 'other.png'].map(input))).toEqual([0, 1, 0, 1]);
});
