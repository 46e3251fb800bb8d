// Keys do what the focus and the seat say: Enter presses a button and confirms a cell, and the second reader undoes nothing of the first's.
import { expect, test } from './fixtures';
import { cellRows, fixture, settled } from './smears';

test.beforeEach(async ({ page }) => {
  await page.goto('./?backend=wasm');
  await page.getByLabel('Open images').setInputFiles(fixture('field-b.png'));
  await settled(page, 'field-b.png');
  await expect(cellRows(page)).toHaveCount(2);
});

test('Enter presses the gallery’s buttons, and confirms where a cell has the focus', { tag: '@wasm' }, async ({
  page,
}) => {
  const reviewed = page.getByRole('button', { name: 'Count', exact: true });
  const gallery = page.getByRole('region', { name: 'Gallery' });
  await expect(reviewed).toHaveText('0/2');

  await gallery.getByRole('button', { name: 'All', exact: true }).press('Enter');
  await expect(gallery.getByRole('button', { name: 'All', exact: true })).toHaveAttribute('aria-pressed', 'true');
  await gallery.getByRole('button', { name: 'Lowest first' }).press('Enter');
  await expect(gallery.getByRole('button', { name: 'Highest first' })).toBeVisible();
  await gallery.getByRole('button', { name: 'Large gallery' }).press('Enter');
  await expect(cellRows(page)).toHaveCount(0);
  await gallery.getByRole('button', { name: 'Back to the field' }).press('Enter');
  await expect(cellRows(page)).toHaveCount(2);
  await expect(reviewed).toHaveText('0/2');

  await gallery
    .getByRole('button', { name: /^Cell \d+, (?!Unidentified)/ })
    .first()
    .click();
  await page.keyboard.press('Enter');
  await expect(reviewed).toHaveText('1/2');
});

test('Enter confirms after a click on a type in the bar; reached by keyboard, the type is the keys\u2019', {
  tag: '@wasm',
}, async ({ page }) => {
  const reviewed = page.getByRole('button', { name: 'Count', exact: true });
  const bar = page.getByRole('region', { name: 'Differential' });
  const type = bar.getByRole('button', { name: /^(?!Unidentified)[^:]+: [1-9]/ }).first();
  await page
    .getByRole('region', { name: 'Gallery' })
    .getByRole('button', { name: /^Cell \d+, (?!Unidentified)/ })
    .first()
    .click();
  await type.click();
  await expect(type).toHaveAttribute('aria-pressed', 'true');
  await page.keyboard.press('Enter');
  await expect(reviewed).toHaveText('1/2');
  await expect(type).toHaveAttribute('aria-pressed', 'true');

  // From the click on, Tab goes on in the bar.
  await page.keyboard.press('Tab');
  await page.keyboard.press('Shift+Tab');
  await expect(type).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(type).toHaveAttribute('aria-pressed', 'false');
  await page.keyboard.press('Space');
  await expect(type).toHaveAttribute('aria-pressed', 'true');
  await expect(type).toBeFocused();
  await expect(reviewed).toHaveText('1/2');
});

test('after a click on an image, a type or a layer Enter confirms and goes on; reached by Tab, they are pressed', {
  tag: '@wasm',
}, async ({ page }) => {
  await page.getByLabel('Open images').setInputFiles(fixture('field-a.png'));
  await settled(page, 'field-a.png');
  const reviewed = page.getByRole('button', { name: 'Count', exact: true });
  const count = async () => Number((await reviewed.innerText()).split('/')[0]);
  const masks = page.getByRole('button', { name: 'Masks' });
  const gallery = page.getByRole('region', { name: 'Gallery' });

  await page.getByRole('button', { name: 'field-a.png', exact: true }).click();
  await gallery
    .getByRole('button', { name: /^Cell \d+, (?!Unidentified)/ })
    .first()
    .click();
  await masks.click();
  await expect(masks).toHaveAttribute('aria-pressed', 'true');
  // A key between makes a focus visible; it is still the pointer's.
  await page.keyboard.press('2');
  await page.keyboard.press('Enter');
  await expect(masks).toHaveAttribute('aria-pressed', 'true');
  expect(await count()).toBe(1);

  await page.getByRole('region', { name: 'Type' }).getByRole('button', { name: 'Basophil', exact: true }).click();
  expect(await count()).toBe(2);
  await page.keyboard.press('Enter');
  const selected = () => page.locator('aside.cell h2').innerText();
  const [before] = [await selected()];
  await page.getByRole('button', { name: 'field-b.png', exact: true }).click();
  await page.keyboard.press('l');
  await page.keyboard.press('Enter');
  expect(await count()).toBe(3);
  expect(await selected()).not.toBe(before);

  await masks.click();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Shift+Tab');
  await expect(masks).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(masks).toHaveAttribute('aria-pressed', 'true');
  expect(await count()).toBe(3);
});

test('a slider that was moved keeps its arrows, and leaves letters and Enter to the cell', { tag: '@wasm' }, async ({
  page,
}) => {
  const reviewed = page.getByRole('button', { name: 'Count', exact: true });
  const opacity = page.getByRole('slider', { name: 'Opacity' });
  await cellRows(page).first().click();
  await opacity.click();
  const before = Number(await opacity.inputValue());
  await page.keyboard.press('ArrowRight');
  expect(Number(await opacity.inputValue())).toBeGreaterThan(before);
  await expect(page.locator('aside.cell h2')).toHaveText('Cell 1');
  await page.keyboard.press('m');
  await expect(cellRows(page).first()).toContainText('Monocyte');
  await page.keyboard.press('Enter');
  await expect(page.locator('aside.cell h2')).toHaveText('Cell 2');
  await expect(reviewed).toHaveText('1/2');
});

test('the list of images is one stop, in which the arrows go from image to image', { tag: '@wasm' }, async ({
  page,
}) => {
  await page.getByLabel('Open images').setInputFiles([fixture('field-a.png'), fixture('empty.png')]);
  await settled(page, 'empty.png');
  // Its Stop button, where Tab leads while it is analysed, goes when that is done.
  await settled(page, 'field-a.png');
  const row = (name: string) => page.getByRole('button', { name, exact: true });
  await row('field-b.png').click();
  await page.getByRole('button', { name: 'What is counted' }).focus();
  await page.keyboard.press('Tab');
  await expect(row('field-b.png')).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await expect(row('empty.png')).toBeFocused();
  await expect(row('empty.png')).toHaveAttribute('aria-current', 'true');
  await page.keyboard.press('d');
  await expect(row('field-a.png')).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: 'Remove field-a.png' })).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('navigation').locator(':focus')).toHaveCount(0);
});

test('the focus stays near a button that goes or can be pressed no more', { tag: '@wasm' }, async ({ page }) => {
  const dismiss = page.getByRole('button', { name: 'Dismiss' });
  await dismiss.press('Enter');
  await expect(dismiss).toHaveCount(0);
  await expect(page.locator('main')).toBeFocused();

  await cellRows(page).first().getByRole('button').first().press('Enter');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('m');
  await page.getByRole('button', { name: 'Undo' }).press('Enter');
  await expect(page.getByRole('button', { name: 'Undo' })).toBeDisabled();
  await expect(page.locator('body')).not.toBeFocused();
  const remove = page.getByRole('button', { name: 'Delete the cell' });
  await remove.press('Enter');
  await expect(cellRows(page)).toHaveCount(1);
  await remove.press('Enter');
  await expect(cellRows(page)).toHaveCount(0);
  // Not a button beside it: pressed once more it would do what nobody asked for.
  await expect(page.getByRole('complementary', { name: 'Selected cell' })).toBeFocused();

  // A row of the list, where its Stop button goes.
  await page.getByLabel('Open images').setInputFiles([fixture('field-a.png')]);
  await page.getByRole('button', { name: 'Stop field-a.png' }).press('Enter');
  await expect(page.getByRole('button', { name: 'Try field-a.png again' })).toBeVisible();
  await expect(page.getByRole('listitem', { name: 'field-a.png' })).toBeFocused();
});

test('a missed cell is added without a pointer: moved to the middle, and Enter', { tag: '@wasm' }, async ({ page }) => {
  await page.mouse.move(2, 2);
  // Confirms the first cell and goes on to the second.
  await cellRows(page).first().getByRole('button').first().press('Enter');
  await page.keyboard.press('Delete');
  await expect(cellRows(page)).toHaveCount(1);
  await page.keyboard.press('c');
  await expect(page.getByText('Enter adds the cell in the middle')).toBeVisible();
  for (const key of ['+', '+', '+', '+', 'Shift+ArrowUp', ...Array(5).fill('Shift+ArrowRight')]) {
    await page.keyboard.press(key);
  }
  await page.keyboard.press('Enter');
  await expect(cellRows(page)).toHaveCount(2);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('alert')).toContainText('is there');
});

test('a thumbnail reached by Tab is the cell that Enter confirms', { tag: '@wasm' }, async ({ page }) => {
  const thumbs = page.getByRole('region', { name: 'Gallery' }).getByRole('button', { name: /^Cell \d+,/ });
  await thumbs.first().click();
  await page.keyboard.press('Tab');
  await expect(thumbs.nth(1)).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(thumbs.nth(1)).toHaveAccessibleName(/reviewed/);
  await expect(thumbs.first()).not.toHaveAccessibleName(/reviewed/);
});

test('with the last image gone the focus is where one opens others', { tag: '@wasm' }, async ({ page }) => {
  const choose = page.getByRole('button', { name: 'Choose files…' });
  await page.getByRole('button', { name: 'Remove field-b.png' }).press('Enter');
  await expect(choose).toBeFocused();
  // Where nothing was open nobody has asked for it.
  await page.reload();
  await expect(choose).toBeVisible();
  await expect(choose).not.toBeFocused();
});

test('a command gives the focus back to where it was', { tag: '@wasm' }, async ({ page }) => {
  const cell = cellRows(page).first().getByRole('button').first();
  await cell.click();
  await page.keyboard.press('t');
  await expect(page.getByRole('combobox', { name: 'Type or command' })).toBeFocused();
  await page.keyboard.type('band');
  await page.keyboard.press('Enter');
  await expect(cellRows(page).first()).toContainText('Band');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(cell).toBeFocused();
});

test('the panel’s buttons are for the panel’s cell, wherever the pointer rests', { tag: '@wasm' }, async ({ page }) => {
  const thumbs = page.getByRole('region', { name: 'Gallery' }).getByRole('button', { name: /^Cell 2,/ });
  const type = page.getByRole('region', { name: 'Type' });
  const selected = page.locator('aside.cell h2');
  const act = async (name: string) => {
    await cellRows(page).first().click();
    await thumbs.hover();
    await type.getByRole('button', { name, exact: true }).press('Enter');
  };
  await act('Basophil');
  await expect(cellRows(page).first()).toContainText('Basophil');
  await expect(cellRows(page).nth(1)).not.toContainText('Basophil');
  await act('More types');
  await expect(page.getByRole('combobox', { name: 'Type or command' })).toBeFocused();
  await page.keyboard.type('band');
  await page.keyboard.press('Enter');
  await expect(cellRows(page).first()).toContainText('Band');
  await act('Delete the cell');
  await expect(cellRows(page)).toHaveCount(1);
  await expect(selected).toHaveText('Cell 2');
});

test('what the palette does is for the cells that its keys were meant for when it was opened', {
  tag: '@wasm',
}, async ({ page }) => {
  await cellRows(page).first().click();
  await page
    .getByRole('region', { name: 'Gallery' })
    .getByRole('button', { name: /^Cell 2,/ })
    .hover();
  const ask = async (text: string) => {
    await page.keyboard.press('t');
    await expect(page.getByRole('combobox', { name: 'Type or command' })).toBeFocused();
    await page.mouse.move(640, 790);
    await page.keyboard.type(text);
    await page.keyboard.press('Enter');
  };
  // A type is for the cell under the pointer; to split is for the one that the panel shows.
  await ask('band');
  await expect(cellRows(page).nth(1)).toContainText('Band');
  await expect(cellRows(page).first()).not.toContainText('Band');
  await page
    .getByRole('region', { name: 'Gallery' })
    .getByRole('button', { name: /^Cell 2,/ })
    .hover();
  await ask('split');
  await expect(cellRows(page)).toHaveCount(3);
  await expect(page.getByRole('button', { name: 'Cell 2', exact: true })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Cell 1', exact: true })).toHaveCount(0);
});

test('several thumbnails are chosen by keyboard, as the tooltip and the help say', { tag: '@wasm' }, async ({
  page,
}) => {
  const thumbs = page.getByRole('region', { name: 'Gallery' }).getByRole('button', { name: /^Cell \d+,/ });
  await thumbs.first().click();
  await page.keyboard.press('Control+Space');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Control+Space');
  await expect(page.getByText('2 cells chosen')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Merge' })).toHaveAttribute('title', /Ctrl\+Space/);
  await page.keyboard.press('?');
  await expect(page.getByRole('row').filter({ hasText: 'CtrlSpace' })).toBeVisible();
});

test('the second reader’s keys open no count and undo no decision of the first', { tag: '@wasm' }, async ({ page }) => {
  await cellRows(page).first().click();
  await page.keyboard.press('m');
  await expect(cellRows(page).first()).toContainText('Monocyte');
  await page.keyboard.press('q');
  await page.getByRole('tab', { name: 'Second reading' }).click();
  await page.getByRole('textbox', { name: 'Your name' }).fill('Anna');
  await page.getByRole('button', { name: 'Start a second reading' }).click();
  await expect(page.getByRole('dialog')).toHaveCount(0);

  await expect(page.getByRole('button', { name: 'Undo' })).toBeDisabled();
  await expect(page.getByRole('button', { name: 'Undo' })).toHaveAttribute('title', 'Nothing to undo');
  await page.keyboard.press('Control+z');
  // Nor is there anything to paint with, or a sort that tells what the model thought.
  await page.keyboard.press('k');
  const brush = page.getByRole('button', { name: 'Brush', exact: true });
  await expect(brush).toBeDisabled();
  await expect(brush).toHaveAttribute('title', /^Outlines stay/);
  await expect(brush).toHaveAttribute('aria-pressed', 'false');
  const sort = page.getByRole('combobox', { name: 'Sort by' });
  await expect(sort).toHaveValue('place');
  await expect(sort.locator('option', { hasText: 'confidence' })).toHaveCount(0);
  await page.keyboard.press('q');
  await expect(page.getByRole('tab')).toHaveText(['Second reading']);
  await expect(page.getByRole('table', { name: 'Differential count' })).toHaveCount(0);
  await page.getByRole('button', { name: 'End the second reading' }).click();
  await expect(cellRows(page).first()).toContainText('Monocyte');
});

test('in the large gallery the focus goes with the selected cell, also where its type moves it', {
  tag: '@wasm',
}, async ({ page }) => {
  await page.getByLabel('Open images').setInputFiles(fixture('field-a.png'));
  await settled(page, 'field-a.png');
  const gallery = page.getByRole('region', { name: 'Gallery' });
  await gallery.getByRole('button', { name: 'All', exact: true }).click();
  await gallery.getByRole('button', { name: 'Large gallery' }).click();
  const thumbs = gallery.getByRole('button', { name: /^Cell \d+,/ });
  await expect(thumbs).toHaveCount(5);
  const names = await thumbs.evaluateAll((all) => all.map((thumb) => thumb.getAttribute('aria-label') ?? ''));
  for (const name of names) expect(name).toMatch(/, field-[ab]\.png$/);

  const focused = page.locator('[data-cell]:focus');
  await thumbs.first().click();
  for (const name of [...names.slice(1), names[0]]) {
    await page.keyboard.press('ArrowRight');
    await expect(focused).toHaveAttribute('aria-label', name ?? '');
    await expect(focused).toHaveAttribute('aria-pressed', 'true');
  }
  const before = await focused.getAttribute('data-cell');
  await page.keyboard.press('b');
  await expect(focused).toHaveAttribute('aria-label', /Basophil, reviewed/);
  await expect(focused).toHaveAttribute('data-cell', before ?? '');
  await page.keyboard.press('Enter');
  await expect(focused).not.toHaveAttribute('data-cell', before ?? '');
  await expect(focused).toHaveAttribute('aria-pressed', 'true');
});
