// A folder that Finder or Explorer compressed has its name before every file, and theirs beside them.
import { strToU8, unzipSync, zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { buildBundle } from '../export/bundle';
import { exampleSession } from '../export/example.fixture';
import { FORMATS, type Format } from '../export/files';
import { readSession } from './session';
import { unpack } from './zip';

const session = exampleSession();
const filesOf = async (formats: readonly Format[]) =>
  unzipSync(new Uint8Array(await (await buildBundle(session, formats)).arrayBuffer()));
const within = (folder: string, files: Record<string, Uint8Array>) =>
  Object.fromEntries(Object.entries(files).map(([name, bytes]) => [folder + name, bytes]));
const none = new Uint8Array();
const unzipped = async (files: Record<string, Uint8Array>) => [...(await unpack(zipSync(files), () => true)).keys()];

test('a bundle that was unpacked and compressed again is opened, in a folder or without', async () => {
  const files = await filesOf(FORMATS);
  const litter = { '__MACOSX/._leukolens-bundle': none, 'leukolens-bundle/.DS_Store': none, 'leukolens-bundle/': none };
  for (const again of [files, { ...litter, ...within('leukolens-bundle/', files) }, within('a/b/', files)]) {
    const read = await readSession(zipSync(again, { level: 0 }));
    expect(read.images).toEqual(session.state.images);
    expect(read.history.log).toEqual(session.state.events);
    expect(read.leftOut).toEqual([]);
  }
});

test('a zipped folder of `npm run analyse` is opened with its cells', async () => {
  const { 'manifest.json': _, ...files } = await filesOf(['results', 'png']);
  const litter = { '__MACOSX/out/set/._field 1.cells.png': none, 'out/desktop.ini': none };
  const read = await readSession(zipSync({ ...litter, ...within('out/', files) }, { level: 0 }));
  expect(read.images.map(({ status }) => status)).toEqual(['done', 'done', 'done', 'failed']);
  expect(read.leftOut.join()).not.toContain('label maps');
});

test('only a folder that all files are in is not part of their names', async () => {
  const a = strToU8('a');
  expect(await unzipped({ 'out/x/1.txt': a, 'out/y/1.txt': a })).toEqual(['x/1.txt', 'y/1.txt']);
  expect(await unzipped({ 'out/1.txt': a, '2.txt': a })).toEqual(['out/1.txt', '2.txt']);
  expect(await unzipped({ 'out/1.txt': a, 'outer/1.txt': a })).toEqual(['out/1.txt', 'outer/1.txt']);
  expect(await unzipped({ 'fe\u0308ld.png': a })).toEqual(['f\u00ebld.png']);
});
