// results.json and label maps alone: what is in them comes along, and people's types stay people's.
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { reviewCells } from '../domain/review/cells';
import { append, undoEvent } from '../domain/review/history';
import { buildBundle } from '../export/bundle';
import { exampleSession } from '../export/example.fixture';
import { type ExportSession, isAnalysed } from '../export/input';
import { type ImageAnalysed, type Results, results } from '../export/results';
import { readSession } from './session';

const example = exampleSession();
const session: ExportSession = {
  ...example,
  ...{ widen: true, countBorder: false, wbc: { '=slide, "one"': 6.2 } },
  images: example.images.map((image, i) =>
    isAnalysed(image) && i === 1
      ? { ...image, page: 2, pages: 3, colourless: true, scale: { umPerPx: 0.2, source: 'TIFF resolution' as const } }
      : image,
  ),
};

/** As a zipped folder of `npm run analyse`. */
async function zipped(change: (made: Results) => unknown = () => {}): Promise<Uint8Array> {
  const files = unzipSync(new Uint8Array(await (await buildBundle(session, ['results', 'png'])).arrayBuffer()));
  delete files['manifest.json'];
  const made = JSON.parse(strFromU8(files['results.json']!));
  change(made);
  return zipSync({ ...files, 'results.json': strToU8(JSON.stringify(made)) }, { level: 0 });
}

const analysedIn = (made: Results) => made.images.filter((image): image is ImageAnalysed => !('error' in image));

test('persons\u2019 decisions stand as theirs, as one event that undo takes back', async () => {
  const { images, history } = await readSession(await zipped());
  expect(history.log.map(({ kind, who }) => [kind, who])).toEqual([['import', '']]);
  const told = analysedIn(results(session));
  const typed = told.flatMap(({ cells }) => cells.filter(({ by, secondType }) => by === 'person' || secondType));
  expect(typed.length).toBeGreaterThan(4);
  told.forEach(({ cells }, i) => {
    const { id, analysis } = images[i]!;
    const said = reviewCells(analysis!.cells, history.state.images[id], analysis!);
    const facts = said.map(({ id: number, type, by, modelCall, second, origin, redrawn }) => ({
      ...{ number, type, by, modelCall, second, origin, redrawn },
    }));
    expect(facts).toEqual(
      cells.map(({ id: number, type, by, modelCall, secondType, origin, redrawn }) => ({
        ...{ number, type, by, origin, redrawn, modelCall: modelCall ?? 'unidentified', second: secondType ?? null },
      })),
    );
  });
  const [first, second] = images;
  expect(history.state.images[first!.id]).toMatchObject({
    slide: '=slide, "one"',
    scale: { umPerPx: 0.108, source: 'typed' },
  });
  // What the file itself says is no decision.
  expect(history.state.images[second!.id]).not.toHaveProperty('scale');
  expect(history.state.slides).toEqual({ '=slide, "one"': { wbc: 6.2 } });
  const undone = append(history, { id: 2, at: '2026-12-01T00:00:00.000Z', who: '', ...undoEvent(history) } as never);
  expect(undone.state).toMatchObject({ images: {}, slides: {} });
});

test('hashes, pages, scales, words and settings come along; what is not in the file is said', async () => {
  const read = await readSession(await zipped());
  expect(read.settings).toEqual({ widen: true, countBorder: false });
  expect(read.images[0]).toMatchObject({ sha256: '0'.repeat(64), scale: null, page: 0, pages: 1, colourless: false });
  expect(read.images[1]).toMatchObject({
    ...{ sha256: '1'.repeat(64), page: 1, pages: 3, colourless: true, width: 300, height: 210 },
    ...{ scale: { umPerPx: 0.2, source: 'TIFF resolution' }, analysis: { colourless: true } },
  });
  const cell = read.images[1]!.analysis!.cells[0]!;
  const before = session.state.images[1]!.analysis!.cells[0]!;
  expect(cell.novelty).toBeCloseTo(before.novelty, 5);
  expect(cell.attributes).toEqual([{ name: 'granularity', value: 'yes', probability: 0.9, share: null }]);
  expect(cell.crop.x0).toBeCloseTo(before.crop.x0, 5);
  expect(read.leftOut).toEqual([
    expect.stringMatching(/no log: .* one import, without who/),
    expect.stringMatching(/^1 slide signed off/),
  ]);
});

test('where people decided nothing the log is empty', async () => {
  const bare = await zipped((made) => {
    for (const image of analysedIn(made)) {
      Object.assign(image, { slide: '', scale: null, signed: false });
      image.cells = image.cells.filter(({ by, origin }) => by === 'model' && origin === 'model');
      for (const cell of image.cells) delete cell.secondType;
    }
  });
  const read = await readSession(bare);
  expect(read.history.log).toEqual([]);
  expect(read.leftOut).toEqual([expect.stringMatching(/undo begins here/)]);
});

test.each<[string, (made: ImageAnalysed) => unknown, RegExp]>([
  ['two cells of one number', ({ cells }) => Object.assign(cells[1]!, { id: 1 }), /images\.0\.cells: two cells/],
  ['a number beyond 16 bits', ({ cells }) => Object.assign(cells[0]!, { id: 65_536 }), /images\.0\.cells\.0\.id/],
  ['no number', ({ cells }) => Object.assign(cells[0]!, { id: 0 }), /images\.0\.cells\.0\.id/],
  [
    'a scale of no size',
    (image) => Object.assign(image, { scale: { umPerPx: 0, source: 'typed' } }),
    /0\.scale\.umPer/,
  ],
])('%s is refused, and the place is named', async (_, change, message) => {
  const bytes = await zipped((made) => change(made.images[0] as ImageAnalysed));
  await expect(readSession(bytes)).rejects.toMatchObject({
    ...{ code: 'damaged-session', message: expect.stringMatching(message) },
  });
});

test('results of a newer version are left to the newer app', async () => {
  const bytes = await zipped((made) => Object.assign(made, { version: 99 }));
  await expect(readSession(bytes)).rejects.toMatchObject({ code: 'newer-session' });
});
