// A zip has room for so many files: what is beyond is left out and said, and the session never is.
import { strFromU8, unzipSync } from 'fflate';
import { expect, test } from 'vitest';
import { readSession } from '../import/session';
import { buildBundle } from './bundle';
import { exampleSession } from './example.fixture';
import { FORMATS, type Format } from './files';
import { isAnalysed } from './input';

/** With a crop and a heatmap of ten bytes of each of its 12 or so cells an image. */
function pictured() {
  const session = exampleSession();
  const picture = new Blob(['0123456789']);
  for (const image of session.images) {
    if (!isAnalysed(image)) continue;
    image.pictures = Object.fromEntries(image.cells.map(({ id }) => [id, { crop: picture, heatmap: picture }]));
  }
  return session;
}

async function built(formats: readonly Format[], most?: { files: number; bytes: number }) {
  const session = pictured();
  const zip = new Uint8Array(await (await buildBundle(session, formats, most)).arrayBuffer());
  const files = unzipSync(zip);
  const { leftOut } = JSON.parse(strFromU8(files['manifest.json']!));
  expect(leftOut).toEqual(session.leftOut);
  return { zip, names: Object.keys(files), leftOut };
}
const isPicture = (name: string) => /^(crops|heatmaps)\//.test(name);

test('pictures beyond what a zip holds are left out and said; everything else is there', async () => {
  const whole = await built(FORMATS);
  expect(whole.leftOut).toEqual([]);
  const pictures = whole.names.filter(isPicture).length;
  const rest = whole.names.filter((name) => !isPicture(name));
  const few = await built(FORMATS, { files: rest.length - 1 + 7, bytes: 1e9 });
  // The manifest is not among the files that are counted.
  expect(few.names).toHaveLength(rest.length + 7);
  expect(few.names.filter((name) => !isPicture(name))).toEqual(rest);
  expect(few.leftOut).toEqual([
    `${pictures / 2 - 3} heatmaps and ${pictures / 2 - 4} crops left out: a zip holds no more. To have them, save each format alone with \u201cSave as\u201d.`,
  ]);
  expect((await readSession(few.zip)).images).toHaveLength(4);
});

test('the bytes count as the files do, and pictures saved alone say what else to do', async () => {
  const { names, leftOut } = await built(['crops'], { files: 100, bytes: 45 });
  expect(names.filter(isPicture)).toHaveLength(4);
  expect(leftOut).toEqual([expect.stringMatching(/^\d+ crops left out: .* part by part\.$/)]);
});

test('however many images there are, the session and its list are in the zip', async () => {
  const { zip, names, leftOut } = await built(FORMATS, { files: 6, bytes: 1e9 });
  expect(names).toEqual([
    ...['results.json', 'cells.csv', 'differential.csv', 'report.html', 'coco.json', 'session.json', 'manifest.json'],
  ]);
  expect(leftOut).toEqual([expect.stringMatching(/^15 other files and \d+ crops and /)]);
  expect((await readSession(zip)).images).toHaveLength(4);
});
