// Files are taken away after they were opened: what was kept of them stands in, and what was not is named.
import { appendFile, copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { strFromU8, unzipSync } from 'fflate';
import { expect, test } from './fixtures';
import { fixture, settled } from './smears';

const names = ['field-a.png', 'field-b.png'];
let folder = '';
test.beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'leukolens-gone-'));
  for (const name of names) await copyFile(fixture(name), path.join(folder, name));
});
test.afterEach(() => rm(folder, { recursive: true }));

/** Opens both, then deletes one and edits the other on the disk, and saves the session: its photographs, and what it left out. */
async function savedWithout(page: Page, address: string): Promise<{ photographs: Uint8Array[]; leftOut: string[] }> {
  await page.goto(address);
  await page.getByLabel('Open images').setInputFiles(names.map((name) => path.join(folder, name)));
  for (const name of names) await settled(page, name);
  await expect(page.getByText(/keeping \d+ file/)).toHaveCount(0);
  await rm(path.join(folder, 'field-a.png'));
  await appendFile(path.join(folder, 'field-b.png'), 'edited');
  await page.getByRole('button', { name: 'Save as' }).click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: /Save the session/ }).click(),
  ]);
  const files = unzipSync(await readFile(await download.path()));
  const bytes = (name: string) => files[name] as Uint8Array;
  return {
    photographs: JSON.parse(strFromU8(bytes('session.json'))).photographs.map((id: string) =>
      bytes(`photographs/${id}`),
    ),
    leftOut: JSON.parse(strFromU8(bytes('manifest.json'))).leftOut,
  };
}

test('the copies that were kept are saved in place of files that are gone or edited', { tag: '@wasm' }, async ({
  playwright,
  launchOptions,
  baseURL,
  watch,
}) => {
  // With a profile of its own: a private window, as tests have it, keeps no copies but the places of the files.
  const profile = path.join(folder, 'profile');
  const context = await playwright.chromium.launchPersistentContext(profile, {
    ...launchOptions,
    baseURL: baseURL ?? '',
  });
  watch.also(context);
  const page = await context.newPage();
  // Of a context that nobody listens to there would be no errors.
  await page.evaluate(() => console.error('heard'));
  await expect.poll(() => watch.errors.splice(0)).toEqual(['heard']);
  const { photographs, leftOut } = await savedWithout(page, './?backend=wasm');
  await context.close();
  expect(leftOut).toEqual([]);
  const originals = await Promise.all(names.map((name) => readFile(fixture(name))));
  expect(photographs.map((bytes) => Buffer.from(bytes).equals(originals.shift() as Buffer))).toEqual([true, true]);
});

test('where nothing was kept, the session is saved without them and says so', { tag: '@wasm' }, async ({ page }) => {
  const { photographs, leftOut } = await savedWithout(page, './?backend=wasm&keep=0');
  expect(photographs).toEqual([]);
  expect(leftOut.map((line) => /photograph of (\S+) is not/.exec(line)?.[1])).toEqual(names);
  await expect(page.getByText(/Saved\. Not in the file:.*field-a\.png is not in this file/)).toBeVisible();
});

test('a bundle opened without its photograph asks for it in the viewer, and stays there when it comes', {
  tag: '@wasm',
}, async ({ page }) => {
  await page.goto('./?backend=wasm&keep=0');
  await page.getByLabel('Open images').setInputFiles(names.map((name) => fixture(name)));
  for (const name of names) await settled(page, name);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Export' }).click(),
  ]);
  const bundle = path.join(folder, 'bundle.zip');
  await download.saveAs(bundle);
  await page.reload();
  await page.getByLabel('Open images').setInputFiles(bundle);
  const canvas = page.getByRole('img', { name: /^field-a\.png/ });
  await expect(canvas).toBeVisible();
  const note = page.getByText('The photograph is not here');
  await expect(note).toBeVisible();
  await page.getByLabel('Open images').setInputFiles(fixture('field-a.png'));
  await expect(note).toHaveCount(0);
  await expect(canvas).toBeVisible();
});
