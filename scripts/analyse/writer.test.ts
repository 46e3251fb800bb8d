// What `npm run analyse` lists and writes: every file once, also where the app fails or the disk does.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { attempts, Broken } from './attempts.mjs';
import type { Input } from './inputs.mjs';
import type { Outcome } from './page.mjs';
import { Refused, Writer } from './writer.mjs';

let out = '';
beforeEach(() => {
  out = mkdtempSync(path.join(tmpdir(), 'analyse-'));
});
afterEach(() => rmSync(out, { recursive: true }));

const input = (name: string): Input => ({ name, path: `/${name}` });
const done = ({ name }: Input): Outcome => ({
  entry: { file: name, cells: [], cellsFile: '', classesFile: '' },
  cells: Uint8Array.of(1),
  classes: Uint8Array.of(2),
});
const listed = () => JSON.parse(readFileSync(path.join(out, 'results.json'), 'utf8')).images as { file: string }[];

/** As scripts/analyse.mjs does it. */
async function run(batch: Input[], analyse: (batch: Input[]) => Promise<{ outcomes: Outcome[] }>, writer: Writer) {
  for await (const { outcomes } of attempts(batch, analyse, () => {})) writer.add(outcomes);
}

test('names of any length are written, each file once', async () => {
  const names = [`${'x'.repeat(245)}.png`, `${'x'.repeat(245)}.jpg`, `${'漢'.repeat(80)}.png`, 'sub/a.png'];
  await run(names.map(input), async (batch) => ({ outcomes: batch.map(done) }), new Writer(out));
  expect(listed().map(({ file }) => file)).toEqual(names);
  expect(listed()[1]).toMatchObject({ classesFile: `${'x'.repeat(60)}-2.classes.png` });
  for (const entry of listed() as Record<string, string>[]) {
    expect([...readFileSync(path.join(out, entry.cellsFile as string))]).toEqual([1]);
    expect([...readFileSync(path.join(out, entry.classesFile as string))]).toEqual([2]);
  }
});

test('a disk that refuses ends the run: nothing is analysed again, and what was listed before stays', async () => {
  const writer = new Writer(out);
  await run([input('before.png')], async (batch) => ({ outcomes: batch.map(done) }), writer);
  // No folder can be made where a file is.
  writeFileSync(path.join(out, 'sub'), '');
  const analyse = vi.fn(async (batch: Input[]) => ({ outcomes: batch.map(done) }));
  const ended = run(['a.png', 'sub/b.png'].map(input), analyse, writer);
  await expect(ended).rejects.toThrow(Refused);
  await expect(ended).rejects.toThrow(/b\.cells\.png could not be written .*lists the file before.*--out/s);
  expect(analyse).toHaveBeenCalledOnce();
  expect(listed().map(({ file }) => file)).toEqual(['before.png']);
  expect(writer.images.map(({ file }) => file)).toEqual(['before.png']);
});

test('results that cannot be written leave those of before', () => {
  const writer = new Writer(out);
  writer.add([done(input('before.png'))]);
  mkdirSync(path.join(out, 'results.json.part'));
  expect(() => writer.add([done(input('a.png'))])).toThrow(Refused);
  expect(listed().map(({ file }) => file)).toEqual(['before.png']);
});

test('a folder that cannot be made is said before anything is analysed', () => {
  writeFileSync(path.join(out, 'file'), '');
  expect(() => new Writer(path.join(out, 'file'))).toThrow(/could not be written .*--out/s);
  expect(readdirSync(out)).toEqual(['file']);
});

test('a batch that fails is tried once more, then file by file; each file is there once', async () => {
  const tried: number[] = [];
  const analyse = async (batch: Input[]) => {
    tried.push(batch.length);
    if (batch.some(({ name }) => name === 'bad.png')) throw new Error('the page crashed\nand more');
    return { outcomes: batch.map(done) };
  };
  await run(['a.png', 'bad.png', 'b.png'].map(input), analyse, new Writer(out));
  expect(tried).toEqual([3, 3, 1, 1, 1]);
  expect(listed()).toMatchObject([
    { file: 'a.png', cellsFile: 'a.cells.png' },
    { file: 'bad.png', error: { message: 'The file could not be analysed: the page crashed.' } },
    { file: 'b.png', cellsFile: 'b.cells.png' },
  ]);
});

test('where no file can be analysed any more none is tried again', async () => {
  const analyse = vi.fn(() => Promise.reject(new Broken('The browser ended 6 times.')));
  await expect(run(['a.png', 'b.png'].map(input), analyse, new Writer(out))).rejects.toThrow(Broken);
  expect(analyse).toHaveBeenCalledOnce();
});
