// A folder of many fields: all are analysed, and a tab that dies in the middle of them loses at most the file in work.
// FIELDS=500 (npm run soak) makes it the whole of it; here it is kept short, and shorter still on the software GPU.
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { CELLS_A_FIELD, counts, fieldNumber, LARGE, largeField, makeFields, untilDone } from './batches';
import { expect, test } from './fixtures';
import { exported } from './smears';

const onGpu = () => test.info().project.name === 'webgpu';
const fieldsOf = () => Number(process.env.FIELDS ?? (onGpu() ? 6 : 24));

let folder = '';
test.beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'leukolens-fields-'));
});
test.afterEach(() => rm(folder, { recursive: true }));

/**
 * Megabytes of the page and its workers after a collection, as the browser measures them, and of the page's bitmaps, which it
 * leaves out: all that are alive and not closed, whoever holds them.
 */
async function megabytes(page: Page): Promise<number> {
  const bytes = await page.evaluate(
    async () =>
      (
        await (
          performance as unknown as { measureUserAgentSpecificMemory(): Promise<{ bytes: number }> }
        ).measureUserAgentSpecificMemory()
      ).bytes,
  );
  const session = await page.context().newCDPSession(page);
  const { result } = await session.send('Runtime.evaluate', { expression: 'ImageBitmap.prototype' });
  const { objects } = await session.send('Runtime.queryObjects', { prototypeObjectId: result.objectId ?? '' });
  const sum = await session.send('Runtime.callFunctionOn', {
    objectId: objects.objectId ?? '',
    functionDeclaration: 'function () { return this.reduce((sum, { width, height }) => sum + width * height * 4, 0); }',
    returnByValue: true,
  });
  await session.detach();
  return (bytes + sum.result.value) / 1e6;
}

/** Resident megabytes of all renderers of this machine's Chromium that this test started; 0 where ps cannot say. */
function resident(): number {
  try {
    const lines = execFileSync('ps', ['-eo', 'rss,args'], { encoding: 'utf8' }).split('\n');
    const own = lines.filter(
      (line) => line.includes('--type=renderer') && line.includes('playwright_chromiumdev_profile'),
    );
    return own.reduce((sum, line) => sum + Number.parseInt(line, 10) / 1000, 0);
  } catch {
    return 0;
  }
}

test('the page dies in the middle of a folder; reopened, it goes on where it was, and nothing is done twice', async ({
  page,
  context,
}) => {
  const [FIELDS, start] = [fieldsOf(), onGpu() ? './?backend=webgpu' : './?backend=wasm'];
  test.setTimeout(180_000 + FIELDS * (onGpu() ? 30_000 : 8000));
  makeFields(folder, FIELDS);
  const started = Date.now();
  await page.goto(start);
  await page.getByLabel('Open folder').setInputFiles(folder);
  await expect.poll(async () => (await counts(page)).total).toBe(FIELDS);
  const half = Math.floor(FIELDS / 2);
  await untilDone(page, half);
  // Every file has been taken in: what the list shows as being kept is done.
  await expect(page.getByText(/^keeping/)).toHaveCount(0);
  const before = (await counts(page)).done;

  const session = await context.newCDPSession(page);
  const gone = page.waitForEvent('crash');
  session.send('Page.crash').catch(() => {});
  await gone;
  const firstPart = Date.now() - started;

  const again = await context.newPage();
  await again.goto(start);
  await expect(again.getByText(`An earlier session is kept here: ${FIELDS} images`)).toBeVisible();
  const resumed = Date.now();
  await again.getByRole('button', { name: 'Go on where it was' }).click();
  await expect.poll(async () => (await counts(again)).total).toBe(FIELDS);
  // The file in work when the page died is the most that may be missing.
  expect((await counts(again)).done).toBeGreaterThanOrEqual(before - 1);
  await untilDone(again, FIELDS);
  const seconds = (firstPart + Date.now() - resumed) / 1000;

  const { results } = await exported(again);
  expect(results.images).toHaveLength(FIELDS);
  const backend = onGpu() ? 'webgpu' : 'wasm';
  expect(results.images.filter((image) => image.backend !== backend)).toEqual([]);
  const names = results.images.map(({ file }) => file);
  expect(new Set(names).size, 'no file is there twice').toBe(FIELDS);
  const natural = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });
  expect(names).toEqual([...names].sort(natural.compare));
  const cells = results.images.reduce((sum, image) => sum + image.cells.length, 0);
  // field-b's two cells are plain ones: the detector misses none of a hundred in the model card's figures.
  expect(Math.abs(cells - CELLS_A_FIELD * FIELDS)).toBeLessThanOrEqual(Math.max(1, 0.02 * CELLS_A_FIELD * FIELDS));
  console.log(
    `${FIELDS} fields of 256 x 192 px, ${cells} of ${CELLS_A_FIELD * FIELDS} cells: ${seconds.toFixed(0)} s, ` +
      `${((60 * FIELDS) / seconds).toFixed(0)} files/min, ${(cells / seconds).toFixed(1)} cells/s; ` +
      `renderers ${resident().toFixed(0)} MB`,
  );
});

test('of a field that is done its results stay in memory, and not its px @wasm', async ({ page }) => {
  const more = Number(process.env.FIELDS ?? 8);
  test.setTimeout(180_000 + more * 8000);
  await page.goto('./?backend=wasm');
  let fields = 0;
  const open = async (count: number) => {
    const files = Array.from({ length: count }, (_, i) => path.join(folder, `field ${fields + i}.png`));
    for (const file of files) await writeFile(file, largeField(fields++));
    await page.getByLabel('Open images').setInputFiles(files);
    await untilDone(page, fields);
    await expect(page.getByText(/^keeping/)).toHaveCount(0);
  };
  // By then everything that is made once has been made, and the one that is looked at has its picture.
  await open(4);
  const first = await megabytes(page);
  await open(more);
  const second = await megabytes(page);
  const bitmap = (LARGE.width * LARGE.height * 4) / 1e6;
  console.log(
    `memory ${first.toFixed(1)} MB after 4 fields of ${LARGE.width} x ${LARGE.height} px (${bitmap.toFixed(1)} MB), ` +
      `${second.toFixed(1)} MB after ${more} more`,
  );
  // Measured: a quarter, half of it the picture of the one that is looked at now.
  expect((second - first) / more).toBeLessThan(bitmap / 2);
});

test('a duplicate is noticed and not counted; a second tab is told, and harms nothing @wasm', async ({
  page,
  context,
}) => {
  await page.goto('./?backend=wasm');
  const file = (name: string, n: number) => ({ name, mimeType: 'image/png', buffer: Buffer.from(fieldNumber(n)) });
  await page.getByLabel('Open images').setInputFiles([file('a.png', 1), file('b.png', 2), file('c.png', 1)]);
  await expect(page.getByRole('listitem', { name: 'c.png' })).toContainText('The same as a.png: not counted');
  await untilDone(page, 2);
  expect((await exported(page)).results.images.map((image) => image.file)).toEqual(['a.png', 'b.png']);

  const other = await context.newPage();
  await other.goto('./?backend=wasm');
  await expect(other.getByText(/open in another tab/)).toBeVisible();
  await other.getByLabel('Open images').setInputFiles([file('other.png', 9)]);
  await untilDone(other, 1);
  // Nothing of it is kept: the browser asks before it goes.
  const asked = other.waitForEvent('dialog');
  await other.close({ runBeforeUnload: true });
  const question = await asked;
  expect(question.type()).toBe('beforeunload');
  await Promise.all([other.waitForEvent('close'), question.accept()]);
  // Here everything is, and nothing is asked.
  await Promise.all([page.waitForEvent('close'), page.close({ runBeforeUnload: true })]);

  const third = await context.newPage();
  await third.goto('./?backend=wasm');
  await expect(third.getByText('An earlier session is kept here: 3 images.')).toBeVisible();
  await third.getByLabel('Open images').setInputFiles([file('b once more.png', 2)]);
  await untilDone(third, 1);
  await third.getByRole('button', { name: 'Go on where it was' }).click();
  await expect(third.getByRole('listitem', { name: 'b.png' })).toContainText('2 cells');
  await expect(third.getByRole('listitem', { name: 'b once more.png' })).toContainText(
    'The same as b.png: not counted',
  );
  await expect(third.getByRole('listitem', { name: 'other.png' })).toHaveCount(0);
  await untilDone(third, 2);
});
