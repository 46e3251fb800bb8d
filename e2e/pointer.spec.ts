// Keys are meant for the cell under the pointer, where there is one now: not for one that it has left.
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures';
import { cellRows, fixture, settled } from './smears';

test.beforeEach(async ({ page }) => {
  await page.goto('./?backend=wasm');
  await page.getByLabel('Open images').setInputFiles(fixture('field-b.png'));
  await settled(page, 'field-b.png');
  await expect(cellRows(page)).toHaveCount(2);
});

const gallery = (page: Page) => page.getByRole('region', { name: 'Gallery' });
const thumb = (page: Page, id: number) => gallery(page).getByRole('button', { name: new RegExp(`^Cell ${id},`) });
const types = (page: Page) => cellRows(page).locator('.typed').allTextContents();

test('a key gives its type to the selected cell once the pointer has left another', { tag: '@wasm' }, async ({
  page,
}) => {
  await thumb(page, 2).click();
  await thumb(page, 1).hover();
  const before = await types(page);
  // Beside the last thumbnail, within the gallery.
  const place = (await page.locator('.gallery').boundingBox())!;
  await page.mouse.move(place.x + place.width - 4, place.y + place.height - 4);
  await page.keyboard.press('b');
  await expect(cellRows(page).nth(1)).toContainText('Basophil');
  expect((await types(page))[0]).toBe(before[0]);
});

test('what the pointer was over goes with the view it was in', { tag: '@wasm' }, async ({ page }) => {
  await thumb(page, 2).click();
  const before = await types(page);
  await thumb(page, 1).hover();
  await page.keyboard.press('f');
  await expect(cellRows(page)).toHaveCount(0);
  await page.keyboard.press('f');
  await expect(cellRows(page)).toHaveCount(2);
  await page.mouse.move(2, 2);
  await page.keyboard.press('b');
  await expect(cellRows(page).nth(1)).toContainText('Basophil');
  expect((await types(page))[0]).toBe(before[0]);
});

test('a tool that was taken by keyboard adds its cell by keyboard', { tag: '@wasm' }, async ({ page }) => {
  const tool = page.getByRole('toolbar', { name: 'Tools' }).getByRole('button', { name: 'Add a cell' });
  await tool.press('Enter');
  await expect(page.getByText('Enter adds the cell in the middle')).toBeVisible();
  await tool.press('Enter');
  // A cell more, or the word that there is none: the key was not the button's alone.
  await expect
    .poll(async () => (await page.getByRole('alert').count()) + (await cellRows(page).count()))
    .toBeGreaterThan(2);
});

test('the ruler sets the scale, then measures with it, and Escape puts it away', { tag: '@wasm' }, async ({ page }) => {
  const table = page.getByRole('table', { name: 'Cells' });
  const form = page.locator('form.ruler');
  const draw = async () => {
    const place = (await page.locator('.field > canvas').boundingBox())!;
    const y = place.y + place.height * 0.3;
    await page.keyboard.press('w');
    await page.mouse.move(place.x + place.width * 0.4, y);
    await page.mouse.down();
    await page.mouse.move(place.x + place.width * 0.6, y, { steps: 4 });
    await page.mouse.up();
  };
  await expect(table).toContainText('Cell px');
  await draw();
  await page.keyboard.type('20');
  await form.getByRole('button', { name: 'This image' }).click();
  await expect(form).toHaveCount(0);
  await expect(table).toContainText('Cell µm²');
  await draw();
  await expect(form).toContainText('20.00 µm at the scale set');
  await page.keyboard.press('Escape');
  await expect(form).toHaveCount(0);
});

test('the close-up shows the photograph alone, and stays so from cell to cell', { tag: '@wasm' }, async ({ page }) => {
  await thumb(page, 1).click();
  await expect(page.getByRole('img', { name: /^Grad-CAM of/ })).toBeVisible();
  const drawn = () =>
    page
      .locator('.picture canvas')
      .nth(1)
      .evaluate((canvas: HTMLCanvasElement) => {
        const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
        return data.some((value, at) => at % 4 === 3 && value > 0);
      });
  expect(await drawn()).toBe(true);
  await page.getByRole('button', { name: 'The cell alone' }).click();
  await expect(page.getByRole('img', { name: 'Cell 1' })).toBeVisible();
  expect(await drawn()).toBe(false);
  await thumb(page, 2).click();
  await expect(page.getByRole('img', { name: 'Cell 2' })).toBeVisible();
  expect(await drawn()).toBe(false);
});
