// Saved sessions and annotations that are opened again, or refused; the session that is open is touched by none unasked.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from './fixtures';
import { cellRows, download, fixture, settled } from './smears';

let folder = '';
test.beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'leukolens-review-'));
});
test.afterEach(() => rm(folder, { recursive: true }));

test('bad sessions and annotations are refused in words, and touch nothing', { tag: '@wasm' }, async ({
  page,
  context,
}) => {
  await page.goto('./?backend=wasm');
  await page.getByLabel('Open images').setInputFiles(fixture('field-b.png'));
  await settled(page, 'field-b.png');
  await cellRows(page).first().click();
  await page.keyboard.press('m');
  const open = async (name: string, content: string | Uint8Array) => {
    const file = path.join(folder, name);
    await writeFile(file, content);
    await page.getByLabel('Open images').setInputFiles(file);
  };
  const saved = await download(page, async () => {
    await page.getByRole('button', { name: 'Save as' }).click();
    await page.getByRole('button', { name: /Save the session/ }).click();
  });
  const alert = page.getByRole('alert');
  for (const [name, content, message] of [
    ['cut.leukolens', saved.slice(0, saved.length / 2), /damaged/],
    ['letter.json', 'Dear colleague', /neither a session nor annotations/],
    ['newer.json', JSON.stringify({ format: 'leukolens-session', version: 9 }), /newer version/],
    [
      'coco.json',
      JSON.stringify({
        images: [{ id: 1, file_name: 'field-b.png', width: 1, height: 1 }],
        annotations: [],
        categories: [],
      }),
      /None of its annotations.*1 × 1 px there/,
    ],
  ] as const) {
    await open(name, content);
    await expect(alert).toContainText(message);
    await expect(alert).toContainText(name);
    await expect(cellRows(page)).toHaveCount(2);
    await expect(cellRows(page).first()).toContainText('Monocyte');
  }
  await open('whole.leukolens', saved);
  const ask = page.getByRole('dialog', { name: /Open whole\.leukolens/ });
  await expect(ask).toContainText('2 cells and 1 event');
  await ask.getByRole('button', { name: 'Open it' }).click();
  await expect(cellRows(page).first()).toContainText('Monocyte');
  // The photograph came along: the engine can look at it again.
  await expect(page.getByRole('img', { name: /Grad-CAM of/ })).toBeVisible({ timeout: 120_000 });

  // In the next visit it is an earlier one, which nobody took up yet: that is not erased unasked either.
  await page.close();
  const next = await context.newPage();
  await next.goto('./?backend=wasm');
  await next.getByLabel('Open images').setInputFiles(path.join(folder, 'whole.leukolens'));
  const again = next.getByRole('dialog', { name: /Open whole\.leukolens/ });
  await expect(again).toContainText('erases the earlier session that is kept here: 1 image, 1 event');
  await expect(again.getByRole('button')).toHaveText(['Open it', 'Cancel']);
  await again.getByRole('button', { name: 'Cancel' }).click();
  await next.getByRole('button', { name: 'Go on where it was' }).click();
  await expect(cellRows(next).first()).toContainText('Monocyte');
});
