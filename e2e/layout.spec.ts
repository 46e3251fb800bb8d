// Nothing lies in the way of the picture, whatever is said over it and however small the window is.
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures';
import { cellRows, fixture, settled } from './smears';

async function open(page: Page, name: string): Promise<void> {
  await page.goto('./?backend=wasm');
  await page.getByLabel('Open images').setInputFiles(fixture(name));
  await settled(page, name);
}

/** What a click in the middle of the picture would meet. */
const inTheMiddle = (page: Page) =>
  page.locator('.field').evaluate((field) => {
    const { x, y, width, height } = field.getBoundingClientRect();
    return document.elementFromPoint(x + width / 2, y + height / 2)?.tagName;
  });

test('that no cell was found is said beside the picture, which takes clicks everywhere', { tag: '@wasm' }, async ({
  page,
}) => {
  await open(page, 'empty.png');
  const note = page.locator('.note');
  await expect(note).toContainText('No white blood cell found');
  expect(await inTheMiddle(page)).toBe('CANVAS');
  const at = (await note.boundingBox())!;
  const under = await page.evaluate(
    ([x, y]) => document.elementFromPoint(x ?? 0, y ?? 0)?.tagName,
    [at.x + at.width / 2, at.y + at.height / 2],
  );
  expect(under).toBe('CANVAS');
});

test('Escape closes an open panel wherever the focus is, and only then lets go of the cell', { tag: '@wasm' }, async ({
  page,
}) => {
  await open(page, 'field-b.png');
  await cellRows(page).first().click();
  for (const [button, panel] of [
    ['Samples', 'Sample smears'],
    ['WebAssembly', 'Engine'],
    ['Save as…', 'Save as'],
    ['What is counted', 'What is counted'],
    ['Filters', 'Filters'],
  ] as const) {
    await page.getByRole('button', { name: button, exact: true }).click();
    await expect(page.getByRole('dialog', { name: panel })).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog', { name: panel })).toBeHidden();
    await expect(cellRows(page).first()).toHaveAttribute('aria-current', 'true');
  }
  await page.keyboard.press('Escape');
  await expect(page.locator('[aria-current]', { has: page.getByRole('cell') })).toHaveCount(0);
});

test('a second reading has a name, says that it is on, and is ended with the mouse', { tag: '@wasm' }, async ({
  page,
}) => {
  await open(page, 'field-b.png');
  const count = page.getByRole('button', { name: 'Count', exact: true });
  await count.click();
  await page.getByRole('tab', { name: 'Second reading' }).click();
  const start = page.getByRole('button', { name: 'Start a second reading' });
  const name = page.getByRole('textbox', { name: 'Your name' });
  for (const none of ['', '  ']) {
    await name.fill(none);
    await expect(start).toBeDisabled();
  }
  await name.fill('Anna');
  await start.click();

  const notice = page.locator('.notices').filter({ hasText: 'Second reading by Anna: 0 of 2 read' });
  await expect(notice).toBeVisible();
  await cellRows(page).first().click();
  await page.keyboard.press('l');
  await expect(page.locator('.notices')).toContainText('Second reading by Anna: 1 of 2 read');
  await count.click();
  await expect(page.getByRole('tab')).toHaveText(['Second reading']);
  await page.getByRole('button', { name: 'Close' }).click();

  await page.locator('.notices').getByRole('button', { name: 'End' }).click();
  await expect(page.locator('.notices')).not.toContainText('Second reading');
  await expect(page.getByRole('button', { name: 'Export' })).toBeEnabled();
});
