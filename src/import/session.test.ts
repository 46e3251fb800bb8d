// What was saved comes back exactly; what was cut, changed, too new or someone else's is refused in a sentence.
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { same } from '../domain/review/same';
import { buildBundle, buildFormat } from '../export/bundle';
import { exampleHistory, exampleImages, exampleSession } from '../export/example.fixture';
import { results } from '../export/results';
import { sessionJson } from '../export/session';
import { readSession, readSessionJson } from './session';

const session = exampleSession();
const images = exampleImages();
const history = exampleHistory(images);
const bytesOf = async (blob: Blob) => new Uint8Array(await blob.arrayBuffer());
const saved = async () => bytesOf((await buildFormat(session, 'session')).blob);
const zipped = async (change: (files: Record<string, Uint8Array>) => void) => {
  const files = unzipSync(await bytesOf(await buildBundle(session)));
  change(files);
  return zipSync(files, { level: 0 });
};
const json = () => JSON.parse(sessionJson(session));

test('a saved session and a bundle come back as they were, log, undo and all', async () => {
  for (const bytes of [await saved(), await bytesOf(await buildBundle(session)), strToU8(sessionJson(session))]) {
    const read = await readSession(bytes);
    expect(read.images).toEqual(images);
    expect(read.history).toEqual(history);
    expect(read.model).toEqual(session.model);
    expect(read.leftOut).toEqual([]);
  }
});

test('what was exported, imported and exported again is the same', async () => {
  const read = await readSession(await saved());
  const again = { ...session, state: { images: read.images, events: read.history.log } };
  expect(same(JSON.parse(sessionJson(again)), json())).toBe(true);
  expect(JSON.stringify(results(again))).toBe(JSON.stringify(results(session)));
});

/** The outline that the log says of a cell that a person drew in the first image. */
function drawn({ images: [first], events }: ReturnType<typeof json>): { box: { x0: number; x1: number } } {
  const changes = events.flatMap((event: { changes?: unknown[] }) => event.changes ?? []);
  const made = ['made', 'shape'];
  return changes.find((one: { field: string; image: string }) => made.includes(one.field) && one.image === first.id)
    .new;
}

test('photographs and crops come along', async () => {
  const id = images[0]!.id;
  const crop = new Uint8Array([1, 2, 3]);
  const full = structuredClone(session);
  (full.images[0] as { pictures: unknown }).pictures = { 1: { crop: new Blob([crop]) } };
  const withPhotographs = { ...full, photographs: { [id]: new Blob(['photograph']) } };
  const read = await readSession(await bytesOf(await buildBundle(withPhotographs)));
  expect(new TextDecoder().decode(read.photographs.get(id))).toBe('photograph');
  expect(read.crops).toEqual(new Map([[`${id}/1`, crop]]));
  const files = unzipSync(await bytesOf(await buildBundle(withPhotographs)));
  delete files[`photographs/${id}`];
  expect((await readSession(zipSync(files))).leftOut).toEqual([
    expect.stringMatching(/photograph of field 1\.png is missing/),
  ]);
});

test.each([0.2, 0.5, 0.9, 0.999])('a bundle cut at %f of its length is refused', async (share) => {
  const bytes = await bytesOf(await buildBundle(session));
  await expect(readSession(bytes.slice(0, Math.floor(bytes.length * share)))).rejects.toMatchObject({
    code: 'damaged-session',
    message: expect.stringMatching(/damaged/),
  });
});

test('a bundle edited by hand is refused; edited elsewhere, it is opened and said', async () => {
  const edited = await zipped((files) => {
    files['session.json'] = strToU8(strFromU8(files['session.json']!).replace('"blast"', '"smudge"'));
  });
  await expect(readSession(edited)).rejects.toMatchObject({
    code: 'damaged-session',
    message: expect.stringMatching(/not the one/),
  });
  const elsewhere = await readSession(
    await zipped((files) => {
      files['results.json'] = strToU8('{}');
      delete files['set/field 1.cells.png'];
    }),
  );
  expect(elsewhere.history).toEqual(history);
  expect(elsewhere.leftOut).toEqual([
    expect.stringMatching(/1 files that the bundle lists/),
    expect.stringMatching(/1 other files/),
  ]);
});

test('a session of a newer version is left to the newer app', async () => {
  await expect(readSession(strToU8(JSON.stringify({ ...json(), version: 99 })))).rejects.toMatchObject({
    code: 'newer-session',
    message: expect.stringMatching(/newer version of the app \(format 99/),
  });
});

test('a session of before there was a log is taken along', () => {
  const { events: _, photographs: __, ...old } = json();
  const read = readSessionJson({ ...old, version: 0 });
  expect(read.images).toEqual(images);
  expect(read.history.log).toEqual([]);
});

test('a session of before removals were logged is taken along', () => {
  expect(json().version).toBe(2);
  const read = readSessionJson({ ...json(), version: 1 });
  expect(read.images).toEqual(images);
  expect(read.history.log).toEqual(history.log);
});

test.each<[string, (data: ReturnType<typeof json>) => void, RegExp]>([
  [
    'a mask that does not cover its box',
    (data) => data.images[0].analysis.cells[0].mask.runs.pop(),
    /images\.0\.analysis\.cells\.0\.mask/,
  ],
  [
    'a cell beyond its image',
    (data) => {
      data.images[0].analysis.width = 10;
    },
    /beyond its image/,
  ],
  [
    'a colour profile that is no name',
    (data) => {
      data.images[0].profile = {};
    },
    /images\.0\.profile/,
  ],
  [
    'two cells of one number',
    (data) => {
      data.images[0].analysis.cells[1].id = 1;
    },
    /two cells of one number/,
  ],
  [
    'two images of one identity',
    (data) => {
      data.images[1].id = data.images[0].id;
    },
    /two images/,
  ],
  [
    'a type nobody knows',
    (data) => {
      data.events[0].changes[0].new = '<script>';
    },
    /Event 1/,
  ],
  [
    'an event left out',
    (data) => {
      data.events.splice(3, 1);
    },
    /event 4/,
  ],
  [
    'an event from nowhere',
    (data) => {
      data.events[0].changes[0].old = 'monocyte';
    },
    /event 1/,
  ],
  [
    'no log',
    (data) => {
      data.events = 'none';
    },
    /no log/,
  ],
  [
    'a probability of 7',
    (data) => {
      data.images[0].analysis.cells[0].probabilities[0] = 7;
    },
    /probabilities\.0/,
  ],
  [
    'an outline that a person drew beyond the image',
    (data) => {
      const { box } = drawn(data);
      box.x0 += data.images[0].analysis.width;
      box.x1 += data.images[0].analysis.width;
    },
    /Event \d+ of the log has an outline beyond its image/,
  ],
  [
    'an outline that begins before the image does',
    (data) => {
      const { box } = drawn(data);
      [box.x0, box.x1] = [-2, box.x1 - box.x0 - 2];
    },
    /Event \d+ .*box\.x0/,
  ],
  [
    'a log of a million events',
    (data) => {
      data.events = Array(1_000_000).fill(0);
    },
    /1000000 events/,
  ],
])('%s is refused, and the place is named', (_, change, message) => {
  const data = json();
  change(data);
  expect(() => readSessionJson(data)).toThrow(message);
});

test('a bundle whose list of files lists none is refused', async () => {
  const file = await zipped((files) => {
    files['manifest.json'] = strToU8('{ "files": [null] }');
  });
  await expect(readSession(file)).rejects.toMatchObject({
    code: 'damaged-session',
    message: expect.stringMatching(/manifest\.json .* files\.0/),
  });
});

/** Its second half is other bytes. */
const damaged = (png: Uint8Array) => png.map((byte, i) => (i > png.length / 2 ? 255 - byte : byte));

test('what is no session says so', async () => {
  await expect(readSession(strToU8('Dear colleague,'))).rejects.toMatchObject({ code: 'damaged-session' });
  await expect(readSession(strToU8('{"a":1}'))).rejects.toMatchObject({ code: 'not-a-session' });
  await expect(readSession(zipSync({ 'a.txt': strToU8('a') }))).rejects.toMatchObject({
    code: 'not-a-session',
    // Photographs are what most zips that are tried hold.
    remedy: expect.stringContaining('must be unpacked first'),
  });
});

test('an export of before sessions were saved is opened as far as it goes', async () => {
  const old = await zipped((files) => {
    const made = JSON.parse(strFromU8(files['results.json']!));
    for (const image of made.images) {
      for (const cell of image.cells ?? []) {
        cell.type = cell.modelCall ?? 'unidentified';
        for (const name of ['by', 'modelCall', 'origin', 'measures', 'parents', 'redrawn', 'secondType'])
          delete cell[name];
      }
    }
    files['results.json'] = strToU8(JSON.stringify({ ...made, version: 1, differentials: undefined }));
    delete files['session.json'];
    delete files['manifest.json'];
    files[made.images[1].cellsFile] = damaged(files[made.images[1].cellsFile]!);
  });
  const read = await readSession(old);
  const [first, second, , failed] = read.images;
  const expected = (session.images[0] as { cells: { id: number; areas: unknown }[] }).cells;
  expect(first?.analysis?.cells.map(({ id, areas }) => ({ id, areas }))).toEqual(
    expected.map(({ id, areas }) => ({ id, areas })),
  );
  expect(second).toMatchObject({ status: 'cancelled', analysis: null });
  expect(failed).toMatchObject({ status: 'failed', error: { code: 'not-an-image' } });
  expect(read.leftOut).toEqual([
    expect.stringMatching(/no log/),
    expect.stringMatching(/1 slide signed off/),
    expect.stringMatching(/label maps are missing/),
  ]);
});
