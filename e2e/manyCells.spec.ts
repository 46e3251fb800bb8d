// A session of one field with thousands of cells and one with two: walked, annotated by others, and thinned out.
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures';
import { cellRows, item } from './smears';

const TYPES = 8;

function field(name: string, count: number, across: number) {
  const cells = Array.from({ length: count }, (_, k) => {
    const [x0, y0] = [(k % across) * 12 + 4, Math.floor(k / across) * 12 + 4];
    const probabilities = Array.from({ length: TYPES }, (__, i) => (i === 0 ? 0.65 : 0.05));
    return {
      ...{ id: k + 1, box: { x0, y0, x1: x0 + 8, y1: y0 + 8 }, mask: { width: 8, height: 8, runs: [48, 1, 16, 2] } },
      ...{ probabilities, modelType: 'neutrophil', type: 'neutrophil', confidence: 0.65, consistency: 0.5 },
      ...{ attributes: [], areas: { cell: 64, nucleus: 16 } },
      crop: { x0: x0 - 4, y0: y0 - 4, x1: x0 + 12, y1: y0 + 12 },
    };
  });
  const side = 12 * across + 8;
  const analysis = { width: side, height: side, cells, backend: 'wasm', timings: {} };
  return { id: name, name, path: name, size: 1, status: 'done', error: null, ms: 1, analysis };
}

const COUNT = 8000;
const table = (page: Page) => page.getByRole('table', { name: 'Cells' });
const rowOf = (page: Page, id: number) =>
  table(page)
    .getByRole('row')
    .filter({ has: button(page, id) });
const button = (page: Page, id: number) => page.getByRole('button', { name: `Cell ${id}`, exact: true });

test.beforeEach(async ({ page }) => {
  const images = [field('large.png', COUNT, 90), field('small.png', 2, 4)];
  const session = { format: 'leukolens-session', version: 1, model: null, photographs: [], images, events: [] };
  const bytes = Buffer.from(JSON.stringify(session));
  const file = { name: 'many.leukolens', mimeType: 'application/octet-stream', buffer: bytes };
  await page.goto('./?backend=wasm&keep=0');
  await page.getByLabel('Open images').setInputFiles(file);
  await expect(cellRows(page).first()).toBeVisible();
});

test('of thousands of rows those near the view exist, and the keys reach every one', { tag: '@wasm' }, async ({
  page,
}) => {
  await expect(table(page)).toHaveAttribute('aria-rowcount', `${COUNT + 1}`);
  expect(await cellRows(page).count()).toBeLessThan(200);
  await button(page, 1).click();
  await page.keyboard.press('ArrowUp');
  await expect(button(page, COUNT)).toBeFocused();
  await expect(rowOf(page, COUNT)).toHaveAttribute('aria-rowindex', `${COUNT + 1}`);
  await expect(rowOf(page, COUNT)).toBeInViewport();
  await page.keyboard.press('ArrowUp');
  await expect(button(page, COUNT - 1)).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await expect(button(page, 1)).toBeFocused();
  await expect(rowOf(page, 1)).toBeInViewport();

  // Scrolled elsewhere, the row of the selected cell is still the one that has the keys.
  await page.getByRole('region', { name: 'Table of cells' }).evaluate((box) => box.scrollTo(0, box.scrollHeight / 2));
  await expect(rowOf(page, COUNT / 2)).toBeInViewport();
  await expect(rowOf(page, COUNT / 2)).toHaveAttribute('aria-rowindex', `${COUNT / 2 + 1}`);
  await expect(button(page, 1)).toBeFocused();
  expect(await cellRows(page).count()).toBeLessThan(200);

  await test.step('all of them are typed at once', async () => {
    const gallery = page.getByRole('region', { name: 'Gallery' });
    await gallery.getByRole('button', { name: /^Cell 1,/ }).click();
    await page.keyboard.press('Control+a');
    await expect(page.getByText(`${COUNT} cells chosen`)).toBeVisible();
    const started = Date.now();
    await page.keyboard.press('m');
    await expect(rowOf(page, 1)).toContainText('Monocyte');
    console.log(`${COUNT} cells typed at once in ${Date.now() - started} ms`);
  });
});

/** Outlines of two squares, as another program writes them: the first where a cell was found, the second where none was. */
const outlines = (): string => {
  const square = (x: number, y: number) => [
    [x, y],
    [x + 8, y],
    [x + 8, y + 8],
    [x, y + 8],
    [x, y],
  ];
  const features = [square(4, 4), square(40, 40)].map((ring) => ({
    type: 'Feature',
    geometry: { type: 'Polygon', coordinates: [ring] },
    properties: { classification: { name: 'Lymphocyte' } },
  }));
  return JSON.stringify({ type: 'FeatureCollection', features });
};

test('annotations are of the image they name, are taken over once, and have no view of the model', {
  tag: '@wasm',
}, async ({ page }) => {
  const open = (name: string) => {
    const payload = { name, mimeType: 'application/json', buffer: Buffer.from(outlines()) };
    return page.getByLabel('Open images').setInputFiles(payload);
  };
  await open('another-slide.geojson');
  await expect(page.getByRole('alert')).toContainText('does not say which image it is of');
  await page.getByRole('button', { name: 'Dismiss' }).last().click();

  await open('small.geojson');
  const dialog = page.getByRole('dialog', { name: 'Annotations' });
  await expect(dialog).toContainText('Taken for annotations of small.png');
  await expect(dialog).toContainText('1 of 2 annotations found');
  await dialog.getByRole('button', { name: 'Take the annotations over' }).click();
  await page.getByRole('tab', { name: 'Log' }).click();
  await page.getByRole('tab', { name: 'Annotations' }).click();
  await expect(page.getByRole('button', { name: 'Taken over' })).toBeDisabled();
  await page.keyboard.press('Escape');

  await item(page, 'small.png').getByRole('button').first().click();
  await expect(cellRows(page)).toHaveCount(3);
  await cellRows(page).last().click();
  const panel = page.getByRole('complementary', { name: 'Selected cell' });
  await expect(panel).toContainText('Imported: the model did not look at this cell');
  await expect(panel).not.toContainText('Confidence');
  await expect(page.getByRole('table', { name: 'Probabilities' })).toHaveCount(0);
});

test('an image with decisions is removed after a question, and the focus stays in the list', { tag: '@wasm' }, async ({
  page,
}) => {
  await button(page, 1).click();
  await page.keyboard.press('m');
  const remove = item(page, 'large.png').getByRole('button', { name: 'Remove large.png' });
  let asked = '';
  page.once('dialog', (dialog) => {
    asked = dialog.message();
    void dialog.dismiss();
  });
  await remove.click();
  expect(asked).toMatch(/one of its cells/);
  await expect(item(page, 'large.png')).toBeVisible();
  page.once('dialog', (dialog) => void dialog.accept());
  await remove.click();
  await expect(item(page, 'large.png')).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'small.png', exact: true })).toBeFocused();
  await expect(page.getByRole('button', { name: /^Undo/ })).toBeDisabled();
});
