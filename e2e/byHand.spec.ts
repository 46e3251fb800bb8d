// A stroke is of the tool and the cell that it was begun with, and Escape ends it.
import { expect, test } from './fixtures';
import { cellRows, fixture, settled } from './smears';

test('a stroke paints the cell it was begun on, and none once its tool was put away', { tag: '@wasm' }, async ({
  page,
}) => {
  await page.goto('./?backend=wasm');
  await page.getByLabel('Open images').setInputFiles(fixture('field-b.png'));
  await settled(page, 'field-b.png');
  await expect(cellRows(page)).toHaveCount(2);
  const area = async (row: number) => {
    await cellRows(page).nth(row).click();
    return page.locator('.measures div', { hasText: 'Cell area' }).locator('dd').innerText();
  };
  const before = [await area(1), await area(0)].reverse();
  const undo = page.getByRole('button', { name: 'Undo' });
  const canvas = page.getByRole('img', { name: /field-b\.png/ });
  const box = (await canvas.boundingBox()) as { x: number; y: number; width: number; height: number };
  const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  /** The selected cell is shown in the middle. */
  const stroke = async (key: string) => {
    await page.mouse.move(middle.x, middle.y);
    await page.mouse.down();
    await page.mouse.move(middle.x + 15, middle.y + 6, { steps: 4 });
    await page.keyboard.press(key);
    await page.mouse.move(middle.x + 25, middle.y + 10, { steps: 4 });
    await page.mouse.up();
  };

  await page.keyboard.press('k');
  await stroke('Escape');
  await expect(canvas).toHaveAttribute('data-tool', 'look');
  await expect(undo).toBeDisabled();
  expect(await area(0)).toBe(before[0]);

  // What stands is something else: it stays.
  await cellRows(page).nth(1).click();
  await page.keyboard.press('m');
  await cellRows(page).first().click();
  await page.keyboard.press('k');
  await stroke('Control+z');
  await expect(canvas).toHaveAttribute('data-tool', 'brush');
  await expect(cellRows(page).nth(1)).toContainText('Monocyte');
  expect(await area(0)).toBe(before[0]);
  await page.keyboard.press('Control+z');
  await expect(
    page.getByRole('status').filter({ hasText: /^Undone: (typed|confirmed) cell 2 as Monocyte\.$/ }),
  ).toBeVisible();
  await expect(page.locator('aside.cell h2')).toHaveText('Cell 2');
  await expect(undo).toBeDisabled();
  expect(await area(0)).toBe(before[0]);

  await stroke('ArrowRight');
  await expect(undo).toBeEnabled();
  expect(await area(1)).toBe(before[1]);
  expect(await area(0)).not.toBe(before[0]);
});
