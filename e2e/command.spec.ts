// `npm run analyse` as a script would call it: files good and bad in, results.json and label maps out.
import { spawn } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { decode } from 'fast-png';
import { rgbOf, tiff } from './batches';
import { bestIous, fixture, truthOf } from './smears';

const root = path.join(import.meta.dirname, '..');
let folder = '';

test.beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'leukolens-e2e-'));
});

test.afterEach(() => rm(folder, { recursive: true }));

/** Exit code and what was said on stderr. */
function analyse(...args: string[]): Promise<{ code: number | null; said: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['scripts/analyse.mjs', ...args], { cwd: root });
    let said = '';
    child.stderr.on('data', (bytes) => {
      said += bytes;
    });
    child.on('close', (code) => resolve({ code, said }));
  });
}

test('fields: cells, label maps, and an entry for the file that cannot be read', async ({ browserName: _ }, {
  project,
}) => {
  const bad = path.join(folder, 'letter.png');
  await writeFile(bad, 'Dear colleague,');
  const out = path.join(folder, 'out');
  const { code, said } = await analyse(
    fixture('field-b.png'),
    bad,
    path.join(folder, 'none.png'),
    '--out',
    out,
    '--backend',
    project.name,
  );
  expect(code, said).toBe(0);
  const { version, model, images } = JSON.parse(await readFile(path.join(out, 'results.json'), 'utf8'));
  expect(version).toBe(3);
  expect(model.hash).toMatch(/^[0-9a-f]{12}$/);
  expect(images.map((image: { file: string }) => image.file)).toEqual(['field-b.png', 'letter.png', 'none.png']);
  expect(images[0].backend).toBe(project.name);
  expect(images[0].cells).toHaveLength(2);
  expect(images[1].error.code).toBe('not-an-image');
  expect(images[2].error.message).toMatch(/no such file/i);
  const truth = await truthOf('field-b');
  const cells = decode(await readFile(path.join(out, images[0].cellsFile)));
  const classes = decode(await readFile(path.join(out, images[0].classesFile)));
  expect([cells.depth, classes.depth]).toEqual([16, 8]);
  for (const iou of bestIous(truth.instances, cells.data).values()) expect(iou).toBeGreaterThanOrEqual(0.8);
  expect([...classes.data].every((value, i) => value > 0 === (cells.data[i] ?? 0) > 0)).toBe(true);
});

test('a TIFF deep in a folder gives what the PNG gives, and so does a file that is there twice', async () => {
  const deep = path.join(folder, 'in', 'a', 'b');
  await mkdir(deep, { recursive: true });
  await writeFile(path.join(deep, 'field.tif'), tiff([rgbOf('field-b.png')]));
  await writeFile(path.join(deep, 'notes.txt'), 'no image');
  await copyFile(fixture('field-b.png'), path.join(folder, 'in', 'field.png'));
  // As long as a name can be: with what is appended to it, its maps' would be longer.
  const again = `the same again ${'x'.repeat(230)}.png`;
  await copyFile(fixture('field-b.png'), path.join(folder, 'in', again));
  const out = path.join(folder, 'out');
  expect((await analyse(path.join(folder, 'in'), '--out', out, '--backend', 'wasm')).code).toBe(0);
  const { images } = JSON.parse(await readFile(path.join(out, 'results.json'), 'utf8'));
  expect(images.map((image: { file: string }) => image.file).sort()).toEqual(['a/b/field.tif', 'field.png', again]);
  expect(images[0].cells).toEqual(images[1].cells);
  expect(images[2].cells).toEqual(images[1].cells);
  expect(await readFile(path.join(out, images[2].cellsFile))).toEqual(
    await readFile(path.join(out, images[1].cellsFile)),
  );
  expect(images[0].cells).toHaveLength(2);
});

test('crops: exactly one cell each, also where there is none to see', async () => {
  const out = path.join(folder, 'out');
  const { code } = await analyse(
    fixture('field-b.png'),
    fixture('empty.png'),
    '--out',
    out,
    '--crop',
    '--backend',
    'wasm',
  );
  expect(code).toBe(0);
  const { images } = JSON.parse(await readFile(path.join(out, 'results.json'), 'utf8'));
  expect(images.map((image: { cells: unknown[] }) => image.cells.length)).toEqual([1, 1]);
});

test('exit codes: 1 where nothing worked or could be written, 2 for wrong arguments', async () => {
  const bad = path.join(folder, 'letter.png');
  await writeFile(bad, 'Dear colleague,');
  expect((await analyse(bad, '--out', path.join(folder, 'out'), '--backend', 'wasm')).code).toBe(1);
  const wrong = await analyse('--fast');
  expect(wrong.code).toBe(2);
  expect(wrong.said).toContain('npm run analyse');
  const refused = await analyse(fixture('field-b.png'), '--out', bad, '--backend', 'wasm');
  expect(refused.code).toBe(1);
  expect(refused.said).toMatch(/letter\.png could not be written .*name another folder with --out/s);
});
