// Nothing lies in the way of the picture, whatever is said over it and however small the window is.
import type { Locator, Page } from '@playwright/test';
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
  // Ended, it shows what it was for.
  await expect(page.getByRole('dialog')).toContainText(
    'One cell of the second reading had only the model’s type then.',
  );
  await expect(page.getByRole('tab', { name: 'Second reading' })).toBeFocused();
  await page.getByRole('button', { name: 'Close' }).click();
  await expect(page.getByRole('button', { name: 'Export' })).toBeEnabled();

  // Nobody read first: the seat is left without a name, or Anna's would sign what she did not see.
  await count.click();
  await expect(name).toHaveValue('');
  await name.fill('Anna');
  await page.getByRole('button', { name: 'Close' }).click();

  // Who has read first is told what a second reading by the same person is.
  const own = 'Anna gave types in the first reading';
  await cellRows(page).first().click();
  await page.keyboard.press('l');
  await count.click();
  await page.getByRole('tab', { name: 'Second reading' }).click();
  await expect(page.getByRole('dialog')).toContainText(own);
  await name.fill('Berta');
  await expect(page.getByRole('dialog')).not.toContainText(own);
});

test('what was refused is said over the picture, and neither moves it nor covers a tool', { tag: '@wasm' }, async ({
  page,
}) => {
  await open(page, 'field-b.png');
  const field = page.locator('.field');
  for (const size of [
    { width: 1280, height: 800 },
    { width: 1024, height: 768 },
  ]) {
    await page.setViewportSize(size);
    await cellRows(page).first().click();
    const before = await field.boundingBox();
    await page.keyboard.press('g');
    const alert = page.getByRole('alert');
    await expect(alert).toContainText('Two or more');
    expect(await field.boundingBox()).toEqual(before);
    expect(await inTheWay(field.locator('.tools, .facts, .zoom, .notice'))).toEqual([]);
    await alert.getByRole('button', { name: 'Dismiss' }).click();
    await expect(alert).toHaveCount(0);
  }
  // Where there is no picture it has a row of its own.
  await page.keyboard.press('f');
  await page.keyboard.press('g');
  await expect(page.getByRole('alert')).toBeInViewport({ ratio: 1 });
});

test('the tabs of the count stay under the pointer', { tag: '@wasm' }, async ({ page }) => {
  await open(page, 'field-b.png');
  await page.keyboard.press('q');
  const tabs = page.getByRole('tab');
  await expect(tabs).toHaveCount(4);
  const places = () => tabs.evaluateAll((all) => all.map((tab) => JSON.stringify(tab.getBoundingClientRect())));
  const before = await places();
  for (const tab of await tabs.all()) {
    await tab.click();
    await expect(tab).toHaveAttribute('aria-selected', 'true');
    expect(await places()).toEqual(before);
  }
});

/** Of those, which lie over one another or reach out of the window. */
const inTheWay = (controls: Locator) =>
  controls.evaluateAll((elements) => {
    const shown = elements.filter((element) => element.getClientRects().length > 0);
    const boxes = shown.map((element) => ({ name: element.textContent, box: element.getBoundingClientRect() }));
    return boxes.flatMap(({ name, box }, i) => [
      ...(box.left < 0 || box.right > innerWidth ? [`${name} is outside`] : []),
      ...boxes
        .slice(i + 1)
        .filter(
          // Two that belong together share a border's px.
          ({ box: other }) =>
            Math.min(box.right, other.right) - Math.max(box.left, other.left) > 1 &&
            Math.min(box.bottom, other.bottom) - Math.max(box.top, other.top) > 1,
        )
        .map((other) => `${name} is over ${other.name}`),
    ]);
  });

for (const [width, height] of [
  [1120, 640],
  [1024, 768],
  [900, 700],
  // 1280 x 800 at 200 %.
  [640, 400],
] as const) {
  test(`at ${width} x ${height} everything is there, nothing over another`, { tag: '@wasm' }, async ({ page }) => {
    await open(page, 'field-a.png');
    await page.setViewportSize({ width, height });
    const top = page.locator('header.top');
    expect(await inTheWay(top.locator('button, .chip:not(button)'))).toEqual([]);
    expect(await inTheWay(top.locator('.differential :is(b, small, .badge)'))).toEqual([]);
    for (const name of [/^Theme/, 'Help and shortcuts', 'Samples', 'Export', 'Count']) {
      await expect(top.getByRole('button', { name })).toBeInViewport({ ratio: 1 });
    }

    // The picture is large enough to work on, without scrolling, and the tools are inside it.
    const field = (await page.locator('.field').boundingBox())!;
    expect(field.width).toBeGreaterThanOrEqual(300);
    expect(field.height).toBeGreaterThanOrEqual(220);
    expect(Math.min(field.y + field.height, height) - field.y).toBeGreaterThanOrEqual(220);
    const tools = page.getByRole('toolbar', { name: 'Tools' });
    await tools.getByRole('button', { name: 'Brush', exact: true }).click();
    const box = (await tools.boundingBox())!;
    expect(box.y + box.height).toBeLessThanOrEqual(field.y + field.height);

    // What is selected in it moves neither the page nor the picture.
    await page.locator('.field > canvas').scrollIntoViewIfNeeded();
    const stays = await page.locator('.field').boundingBox();
    await page.locator('.field > canvas').click();
    await page.keyboard.press('v');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    expect(await page.locator('.field').boundingBox()).toEqual(stays);
    await page.keyboard.press('g');
    await expect(page.getByRole('alert')).toBeInViewport({ ratio: 1 });
    await page.getByRole('alert').getByRole('button', { name: 'Dismiss' }).click();

    // Below and beside it everything is a scroll away.
    const sort = page.getByRole('combobox', { name: 'Sort by' });
    expect((await sort.boundingBox())!.width).toBeGreaterThanOrEqual(95);
    const name = cellRows(page).first().locator('.typed');
    expect((await name.boundingBox())!.width).toBeGreaterThanOrEqual(90);
    const far = ['Filters', 'Large gallery', 'Confirm', 'Remove field-a.png', 'Open a folder'];
    for (const button of far.map((label) => page.getByRole('button', { name: label, exact: true }))) {
      await button.hover();
      await expect(button).toBeInViewport({ ratio: 1 });
    }

    await page.keyboard.press('q');
    const dialog = page.getByRole('dialog', { name: 'Differential' });
    await expect(dialog.getByRole('textbox', { name: 'Your name' })).toBeInViewport({ ratio: 1 });
    await expect(dialog.getByRole('button', { name: 'Close' })).toBeInViewport({ ratio: 1 });
    expect(await inTheWay(dialog.locator('> header > *'))).toEqual([]);
  });
}
