// What is dropped is not always a tidy folder of PNGs: TIFFs and stacks, names from anywhere, files that lie.
import { mkdir, mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { counts, fieldNumber, rgbOf, tiff, untilDone } from './batches';
import { expect, test } from './fixtures';
import { cellRows, drop, exported, item, payload, settled } from './smears';

let folder = '';
test.beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'leukolens-intake-'));
});
test.afterEach(() => rm(folder, { recursive: true }));

test('a TIFF gives the same cells as the PNG, is shown, and brings its scale; a stack lets one choose the page', async ({
  page,
}) => {
  const [b, empty] = [rgbOf('field-b.png'), rgbOf('empty.png')];
  await page.goto('./?backend=wasm');
  await drop(page, [
    { name: 'one.tif', bytes: tiff([b], 100_000) },
    await payload('field-b.png'),
    { name: 'stack.tif', bytes: tiff([empty, b]) },
  ]);
  for (const name of ['field-b.png', 'one.tif', 'stack.tif']) await settled(page, name);
  const { results } = await exported(page);
  // Measures in µm are only where there is a scale.
  const cellsOf = (name: string) =>
    results.images.find(({ file }) => file === name)?.cells.map(({ measures: _, ...cell }) => cell);
  expect(cellsOf('one.tif')).toEqual(cellsOf('field-b.png'));
  expect(cellsOf('stack.tif')).toEqual([]);

  await item(page, 'one.tif').getByText('one.tif').click();
  await expect(page.getByRole('button', { name: /0\.1 µm\/px TIFF resolution/ })).toBeVisible();
  await page.getByRole('button', { name: /0\.1 µm\/px/ }).click();
  await page.getByLabel('Micrometres a pixel').fill('0.25');
  await page.getByRole('button', { name: 'Set', exact: true }).click();
  await expect(page.getByRole('button', { name: /0\.25 µm\/px typed/ })).toBeVisible();
  const drawn = await page.getByRole('img', { name: /one\.tif/ }).evaluate((canvas: HTMLCanvasElement) => {
    const { data } = canvas.getContext('2d')?.getImageData(canvas.width / 2, canvas.height / 2, 1, 1) ?? { data: [] };
    return [...data];
  });
  expect(drawn[3], 'the TIFF itself is drawn').toBe(255);

  await expect(item(page, 'stack.tif')).toContainText('page 1 of 2');
  await item(page, 'stack.tif').getByText('stack.tif').click();
  await page.getByRole('combobox', { name: 'Page' }).selectOption('2 of 2');
  await expect(item(page, 'stack.tif')).toContainText('page 2 of 2 · 2 cells');
  await expect(cellRows(page)).toHaveCount(2);
});

test('a TIFF whose colours are not sRGB says so, in the list and over the field', async ({ page }) => {
  await page.goto('./?backend=wasm');
  await drop(page, [await payload('formats/icc.tif', 'wide.tif'), await payload('formats/srgb.tif', 'plain.tif')]);
  for (const name of ['wide.tif', 'plain.tif']) await settled(page, name);
  await expect(item(page, 'wide.tif')).toContainText('not sRGB');
  await expect(item(page, 'plain.tif')).not.toContainText('not sRGB');

  await item(page, 'plain.tif').getByText('plain.tif').click();
  const note = page.getByRole('button', { name: 'Colours not sRGB' });
  await expect(page.getByText('48 × 40 px')).toBeVisible();
  await expect(note).toHaveCount(0);
  await item(page, 'wide.tif').getByText('wide.tif').click();
  await note.click();
  await expect(page.getByRole('dialog', { name: 'Colour profile' })).toContainText(
    /sRGB built-in, which is not applied/,
  );
});

test('a greyscale photograph says that its types are not to be trusted, in the list and over the field', async ({
  page,
}) => {
  const colours = rgbOf('field-b.png');
  const grey = { ...colours, data: colours.data.map((_, i, all) => all[i - (i % 3) + 1] as number) };
  await page.goto('./?backend=wasm');
  await drop(page, [
    { name: 'colours.tif', bytes: tiff([colours]) },
    { name: 'grey.tif', bytes: tiff([grey]) },
  ]);
  for (const name of ['colours.tif', 'grey.tif']) await settled(page, name);
  await expect(item(page, 'grey.tif')).toContainText('no colours');
  await expect(item(page, 'colours.tif')).not.toContainText('no colours');
  await item(page, 'grey.tif').getByText('grey.tif').click();
  await page.getByRole('button', { name: 'No colours' }).click();
  await expect(page.getByRole('dialog', { name: 'No colours' })).toContainText('types are not to be trusted');
});

test('files that lie, and files that are no images, are refused in words', async ({ page }) => {
  const good = tiff([rgbOf('field-b.png')]);
  const patched = (offset: number, value: number) => {
    const bytes = good.slice();
    new DataView(bytes.buffer).setUint32(offset, value, true);
    return bytes;
  };
  // Entry k of the directory at 8 has its value at 8 + 2 + 12 k + 8.
  const value = (k: number) => 8 + 2 + 12 * k + 8;
  const huge = path.join(folder, 'g huge.tif');
  const handle = await open(huge, 'w');
  await handle.truncate(2 * 2 ** 30);
  await handle.close();
  await page.goto('./?backend=wasm');
  await drop(page, [
    { name: 'a zip.tif', bytes: zipSync({ 'letter.txt': strToU8('Dear colleague') }) },
    { name: 'b strip past the end.tif', bytes: patched(value(5), 0xff_ff_00) },
    { name: 'c cut.tif', bytes: good.slice(0, good.length / 2) },
    { name: 'd size of a wall.tif', bytes: patched(value(0), 4_000_000_000) },
    { name: 'e own page again.tif', bytes: patched(8 + 2 + 13 * 12, 8) },
    { name: 'f good.tif', bytes: good },
  ]);
  await page.getByLabel('Open images').setInputFiles(huge);
  await settled(page, 'f good.tif');
  for (const [name, message] of [
    ['a zip.tif', /not an image/i],
    ['b strip past the end.tif', /past the end of the file/i],
    ['c cut.tif', /past the end of the file/i],
    ['d size of a wall.tif', /megapixels/i],
    ['e own page again.tif', /circle/i],
    ['g huge.tif', /2048 MB; at most 512 MB/],
  ] as const) {
    await settled(page, name, 'failed');
    await expect(item(page, name)).toContainText(message);
  }
  await page.getByRole('button', { name: 'Retry 6' }).click();
  await expect.poll(async () => (await counts(page)).settled).toBe(7);
  await expect(item(page, 'a zip.tif')).toContainText(/not an image/i);
});

test('names are shown as they are and nothing in them is executed', async ({ page }) => {
  const names = [
    `quote ' and " .png`,
    'two\nlines.png',
    'emoji 🩸🔬.png',
    'שלום עולם.png',
    '\u202egnp.evil.png',
    '<img src=x onerror="document.title=1">.png',
    `${'a'.repeat(200)}.png`,
    '%2e%2e%2f.png',
  ];
  await page.goto('./?backend=wasm');
  await drop(
    page,
    names.map((name, i) => ({ name, bytes: new TextEncoder().encode(`no image ${i}`) })),
  );
  await expect.poll(async () => (await counts(page)).settled).toBe(names.length);
  const shown = await page
    .getByRole('list', { name: 'Images' })
    .getByRole('listitem')
    .evaluateAll((items) => items.map((element) => element.getAttribute('aria-label')));
  expect(new Set(shown)).toEqual(new Set(names));
  await expect(page).toHaveTitle('Leukolens');
  expect(await page.locator('img[src="x"]').count()).toBe(0);
  await exported(page);
});

test('a folder of thousands of other files gives the one image in it', async ({ page }) => {
  const deep = path.join(folder, 'a', 'b', 'c');
  await mkdir(deep, { recursive: true });
  await Promise.all(Array.from({ length: 5000 }, (_, i) => writeFile(path.join(folder, 'a', `note ${i}.txt`), 'text')));
  await writeFile(path.join(deep, 'field.png'), (await payload('field-b.png')).bytes);
  await page.goto('./?backend=wasm');
  await page.getByLabel('Open folder').setInputFiles(folder);
  await untilDone(page, 1);
  expect((await counts(page)).total).toBe(1);
  const [image] = (await exported(page)).results.images;
  expect(image?.file).toMatch(/a\/b\/c\/field\.png$/);

  await rm(deep, { recursive: true });
  await page.getByLabel('Open folder').setInputFiles(path.join(folder, 'a'));
  await expect(page.getByRole('alert')).toContainText('No image was found in what was opened.');
});

test('a picture is pasted', async ({ page }) => {
  await page.goto('./?backend=wasm');
  const { bytes } = await payload('field-b.png');
  // As the browser does for Ctrl+V: it names every picture 'image.png'.
  await page.evaluate((base64) => {
    const clipboardData = new DataTransfer();
    const png = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    clipboardData.items.add(new File([png], 'image.png', { type: 'image/png' }));
    dispatchEvent(new ClipboardEvent('paste', { clipboardData }));
  }, Buffer.from(bytes).toString('base64'));
  await settled(page, 'image.png');
  await expect(item(page, 'image.png')).toContainText('2 cells');
  // A pasted text is no file, and changes nothing.
  await page.evaluate(() => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', 'field-b.png');
    dispatchEvent(new ClipboardEvent('paste', { clipboardData }));
  });
  expect((await counts(page)).total).toBe(1);
});

test('a folder is remembered when the page is closed, and what is new in it is taken in', async ({ page }) => {
  // No test can answer the browser's own dialog: it gives a folder of the page's private files, which is the same kind of handle.
  await page.addInitScript(() => {
    Object.assign(globalThis, {
      showDirectoryPicker: async () => (await navigator.storage.getDirectory()).getDirectoryHandle('monday'),
    });
  });
  await page.goto('./?backend=wasm');
  const put = async (names: string[], bytes: Uint8Array) =>
    page.evaluate(
      async ([paths, base64]) => {
        for (const path of paths) {
          const parts = path.split('/');
          const name = parts.pop() as string;
          let folder = await navigator.storage.getDirectory();
          for (const part of parts) folder = await folder.getDirectoryHandle(part, { create: true });
          const file = await (await folder.getFileHandle(name, { create: true })).createWritable();
          await file.write(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)));
          await file.close();
        }
      },
      [names, Buffer.from(bytes).toString('base64')] as const,
    );
  await put(['monday/slide 1/field 10.png', 'monday/notes.txt'], fieldNumber(0));
  await put(['monday/slide 1/field 2.png'], fieldNumber(1));
  await page.getByRole('button', { name: 'Choose a folder' }).or(page.getByLabel('Open a folder')).first().click();
  await untilDone(page, 2);
  const names = page.getByRole('list', { name: 'Images' }).getByRole('listitem');
  await expect(names.nth(0)).toContainText('field 2.png');
  await expect(names.nth(1)).toContainText('field 10.png');

  await page.reload();
  await put(['monday/slide 2/field 3.png'], fieldNumber(2));
  await page.getByLabel('Read the folder monday again').click();
  await untilDone(page, 3);
  expect((await counts(page)).total, 'the first two are known').toBe(3);
  await page.evaluate(async () => (await navigator.storage.getDirectory()).removeEntry('monday', { recursive: true }));
  await page.getByLabel('Read the folder monday again').click();
  await expect(page.getByText(/The folder could not be read/)).toBeVisible();
  expect((await counts(page)).done).toBe(3);
});
