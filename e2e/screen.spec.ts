// On a laptop's screen (1280 x 800) nothing is cut off, and what is filtered, pressed or refused says so where one looks.
import { readFile } from 'node:fs/promises';
import type { Locator, Page } from '@playwright/test';
import { expect, test } from './fixtures';
import { cellRows, fixture, settled } from './smears';

test.beforeEach(async ({ page }) => {
  await page.goto('./?backend=wasm');
  await page.getByLabel('Open images').setInputFiles(fixture('field-b.png'));
  await settled(page, 'field-b.png');
  await expect(cellRows(page)).toHaveCount(2);
});

const panel = (page: Page) => page.locator('aside.cell');
const style = (of: Locator, name: string) =>
  of.evaluate((element, property) => getComputedStyle(element).getPropertyValue(property), name);

/** How much wider what is in it is than the element. */
const overflow = (of: Locator) => of.evaluate((element) => element.scrollWidth - element.clientWidth);

/** Gives the cells of the table these types through the palette. */
async function callAs(page: Page, ...types: string[]): Promise<void> {
  for (const [i, type] of types.entries()) {
    await cellRows(page).nth(i).click();
    await page.keyboard.press('t');
    await page.getByRole('combobox', { name: 'Type or command' }).fill(type);
    await page.keyboard.press('Enter');
    await expect(cellRows(page).nth(i)).toContainText(type);
  }
}

test('the table shows every column, whatever its cells are called', { tag: '@wasm' }, async ({ page }) => {
  const table = page.getByRole('region', { name: 'Table of cells' });
  for (const types of [
    ['Neutrophil', 'Monocyte'],
    ['Immature granulocyte', 'Not a cell / not counted'],
  ]) {
    await callAs(page, ...types);
    expect(await overflow(table), types.join()).toBeLessThanOrEqual(0);
    const box = (await table.boundingBox())!;
    for (const row of await table.getByRole('row').all()) {
      const last = (await row.locator(':is(th, td):last-child').boundingBox())!;
      expect(last.x + last.width).toBeLessThanOrEqual(box.x + box.width + 0.5);
      expect(Number.parseFloat(await style(row.locator(':is(th, td):last-child'), 'padding-right'))).toBeGreaterThan(
        10,
      );
    }
  }
  // Where a name is too long for its column, the whole of it is a rest of the pointer away.
  await expect(cellRows(page).first().getByRole('cell').first()).toHaveAttribute('title', 'Immature granulocyte');
});

test('every probability is on its row’s one line, and all bars have one length to fill', { tag: '@wasm' }, async ({
  page,
}) => {
  await cellRows(page).first().click();
  const cells = await page.getByRole('table', { name: 'Probabilities' }).locator('tbody td').all();
  expect(cells).toHaveLength(8);
  const bars = new Set<number>();
  for (const cell of cells) {
    await cell.evaluate((element) => {
      // As sure as a model can be, in the bold of the likeliest.
      const text = [...element.childNodes].find((node) => node.nodeType === Node.TEXT_NODE);
      if (text?.textContent) text.textContent = '>\u00a099.9\u00a0%';
      (element as HTMLElement).style.fontWeight = '650';
    });
    const { lines, room } = await cell.evaluate((element) => {
      const range = document.createRange();
      range.selectNodeContents(element.lastChild ?? element);
      return { lines: range.getClientRects().length, room: element.scrollWidth - element.clientWidth };
    });
    expect([lines, room]).toEqual([1, 0]);
    bars.add(Math.round((await cell.locator('.bar').boundingBox())!.width));
  }
  expect(bars.size).toBe(1);
});

test('a filter shows that it is on, what it leaves, and the way back', { tag: '@wasm' }, async ({ page }) => {
  await callAs(page, 'Lymphocyte', 'Monocyte');
  const bar = page.getByRole('region', { name: 'Differential' });
  const lymphocytes = bar.getByRole('button', { name: /^Lymphocyte/ });
  const resting = await style(lymphocytes, 'background-color');
  await lymphocytes.click();
  await page.mouse.move(640, 300);
  await expect(lymphocytes).toHaveAttribute('aria-pressed', 'true');
  expect(await style(lymphocytes, 'background-color')).not.toBe(resting);
  expect(await style(lymphocytes, 'border-top-color')).toBe(await style(lymphocytes, 'color'));

  const strip = page.getByRole('status').filter({ hasText: 'Only' });
  await expect(strip).toHaveText(/Only Lymphocyte is shown: 1 of 2 cells/);
  await expect(cellRows(page)).toHaveCount(1);
  // The gallery's own number is not cut either.
  const number = page.getByRole('region', { name: 'Gallery' }).locator('.number');
  await expect(number).toContainText('1 of 2');
  expect(await overflow(number)).toBeLessThanOrEqual(0);

  // Enter goes on among what is shown alone, and says where that ends.
  await cellRows(page).first().click();
  await page.keyboard.press('Enter');
  await expect(page.getByText('All cells of the type lymphocyte are reviewed.')).toBeVisible();
  await expect(panel(page).locator('header strong')).toHaveText('Lymphocyte');

  await page.getByRole('button', { name: 'Show all' }).click();
  await expect(cellRows(page)).toHaveCount(2);
  await expect(strip).toHaveCount(0);

  // What the sign-off asks to be shown is shown, whatever is filtered.
  await cellRows(page).nth(1).click();
  await page.keyboard.press('s');
  await expect(cellRows(page)).toHaveCount(3);
  await lymphocytes.click();
  await expect(cellRows(page)).toHaveCount(1);
  await page.keyboard.press('q');
  await page.getByRole('button', { name: 'Show the first' }).click();
  await expect(cellRows(page)).toHaveCount(3);
  await expect(panel(page).locator('header strong')).toHaveText('Unidentified');
});

test('the panel marks what its cell is called: the model’s suggestion dashed, a person’s decision filled', {
  tag: '@wasm',
}, async ({ page }) => {
  await cellRows(page).first().click();
  const name = (await panel(page).locator('header strong').textContent()) ?? '';
  const key = panel(page).getByRole('region', { name: 'Type' }).getByRole('button', { name, exact: true });
  expect(await style(key, 'border-top-style')).toBe('dashed');
  await panel(page).getByRole('button', { name: 'Confirm' }).click();
  await expect(key).toHaveAttribute('aria-pressed', 'true');
  expect(await style(key, 'border-top-style')).toBe('solid');
  expect(await style(key, 'border-top-color')).toBe(await style(key, 'color'));
});

test('what a signed slide refuses is said in the dialog that asked, and the WBC field shows what is kept', {
  tag: '@wasm',
}, async ({ page }) => {
  await callAs(page, 'Lymphocyte', 'Monocyte');
  await page.keyboard.press('q');
  const dialog = page.getByRole('dialog', { name: 'Differential' });
  const wbc = dialog.getByRole('textbox', { name: /WBC/ });
  await wbc.fill('7,5');
  await wbc.press('Enter');
  await expect(dialog.getByRole('columnheader', { name: '10⁹/l' })).toBeVisible();
  await expect(wbc).toBeFocused();

  const sign = dialog.getByRole('button', { name: 'Sign off and lock' });
  await expect(sign).toBeDisabled();
  await expect(dialog.getByText('Type your name above')).toBeVisible();
  await dialog.getByLabel('Your name').fill('Ada');
  await sign.click();
  const signed = dialog.getByRole('status').filter({ hasText: 'Signed off' });
  await expect(signed).toBeFocused();
  await expect(wbc).toBeDisabled();
  await expect(wbc).toHaveValue('7.5');
  await expect(dialog.getByText('reopen to change')).toBeVisible();

  await dialog.getByRole('button', { name: 'Slides…' }).click();
  const slides = page.getByRole('dialog', { name: 'Slides' });
  await slides.getByLabel('Name of the slide').fill('S2');
  await slides.getByRole('button', { name: 'Put 1 on this slide' }).click();
  await expect(dialog.getByRole('alert')).toContainText('was signed off by Ada and is locked');
  // Told once: not behind the dialog as well.
  await expect(page.locator('[role="alert"]')).toHaveCount(1);
  await dialog.getByRole('alert').getByRole('button', { name: 'Dismiss' }).click();
  await expect(dialog.getByRole('alert')).toHaveCount(0);

  await expect(dialog.getByRole('button', { name: 'Reopen' })).toBeDisabled();
  await dialog.getByLabel('Why it is reopened').fill('the wrong count');
  await dialog.getByRole('button', { name: 'Reopen' }).click();
  await expect(dialog.getByRole('heading', { name: /^Sign off/ })).toBeFocused();
  await expect(wbc).toBeEnabled();
});

test('images are put on a slide by part of their name and by ranges, and none unseen', { tag: '@wasm' }, async ({
  page,
}) => {
  const field = await readFile(fixture('field-b.png'));
  const files = Array.from({ length: 12 }, (_, i) => ({ name: `s${i + 1}.png`, mimeType: 'image/png', buffer: field }));
  await page.getByLabel('Open images').setInputFiles(files);
  await page.getByRole('button', { name: 'Count', exact: true }).click();
  await page.getByRole('button', { name: 'Slides…' }).click();
  const slides = page.getByRole('dialog', { name: 'Slides' });
  const ticked = slides.getByRole('checkbox', { checked: true });
  // The selected image is ticked, and where one sees it.
  await expect(ticked).toHaveCount(1);
  await expect(ticked).toBeInViewport();
  await slides.getByLabel('Show').fill('FIELD');
  await expect(slides.getByRole('checkbox')).toHaveCount(1);
  await slides.getByLabel('Name of the slide').fill('A');
  await expect(slides.getByRole('button', { name: 'Put 1 on this slide, 1 of them not shown' })).toBeVisible();
  await slides.getByLabel('Show').fill('');
  await slides.getByRole('button', { name: 'None', exact: true }).click();
  await slides.getByText('s2.png').click();
  await slides.getByText('s5.png').click({ modifiers: ['Shift'] });
  await slides.getByRole('button', { name: 'Put 4 on this slide' }).click();
});

test('why it is slower is said until a person has put it away, and on no later visit', { tag: '@wasm' }, async ({
  page,
}) => {
  const notice = page.getByText('Running without a graphics card');
  await expect(notice).toBeVisible();
  await page.getByRole('region', { name: 'Notices' }).getByRole('button', { name: 'Dismiss' }).click();
  await expect(notice).toHaveCount(0);
  await page.reload();
  // It is said as soon as the engine is there.
  await expect(page.getByRole('button', { name: 'WebAssembly' })).toBeVisible();
  await expect(notice).toHaveCount(0);
});

test('keys move a table that is wider than its place', { tag: '@wasm' }, async ({ page }) => {
  await page.setViewportSize({ width: 1024, height: 768 });
  const place = page.getByRole('table', { name: 'Cells' }).locator('xpath=ancestor::section[1]');
  expect(await overflow(place)).toBeGreaterThan(0);
  const cell = cellRows(page).first().getByRole('button').first();
  await cell.press('Shift+ArrowRight');
  await expect.poll(() => place.evaluate((element) => element.scrollLeft)).toBeGreaterThan(0);
  await cell.press('Shift+ArrowLeft');
  await expect.poll(() => place.evaluate((element) => element.scrollLeft)).toBe(0);
});
