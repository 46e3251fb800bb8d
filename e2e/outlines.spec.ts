// Outlines drawn by hand, and cells that the engine outlines where a person points.
import { readFile } from 'node:fs/promises';
import { expect, test } from './fixtures';
import { cellRows, fixture, settled } from './smears';

test('outlines by hand: a missed cell added, split, merged, painted; each step is undone', { tag: '@wasm' }, async ({
  page,
}) => {
  await page.goto('./?backend=wasm');
  await page.getByLabel('Open images').setInputFiles(fixture('field-b.png'));
  await settled(page, 'field-b.png');
  await expect(cellRows(page)).toHaveCount(2);
  const canvas = page.getByRole('img', { name: /field-b\.png/ });
  const area = () => page.locator('.measures div', { hasText: 'Cell area' }).locator('dd').innerText();

  await test.step('delete, and add again where it was', async () => {
    await cellRows(page).first().click();
    // Its middle on screen, from its box in the image and the canvas's fit.
    const before = await area();
    await page.keyboard.press('Delete');
    await expect(cellRows(page)).toHaveCount(1);
    await page.keyboard.press('Control+z');
    await expect(cellRows(page)).toHaveCount(2);
    await cellRows(page).first().click();
    expect(await area()).toBe(before);
  });

  await test.step('painting changes the measures at once', async () => {
    const before = await area();
    await page.keyboard.press('k');
    const box = (await canvas.boundingBox()) as { x: number; y: number; width: number; height: number };
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2 + 25, box.y + box.height / 2 + 10, { steps: 4 });
    await page.mouse.up();
    await expect.poll(area).not.toBe(before);
    await page.keyboard.press('Control+z');
    await expect.poll(area).toBe(before);
    await page.keyboard.press('v');
  });

  await test.step('a stroke apart from the selected cell is refused; with none selected it is a new cell', async () => {
    await page.keyboard.press('0');
    const truth = JSON.parse(await readFile(fixture('field-b.json'), 'utf8'));
    const boxes = truth.cells.map(({ box }: { box: number[] }) => box) as [number, number, number, number][];
    const free = (x: number, y: number) =>
      Math.min(...boxes.map(([x0, y0, x1, y1]) => Math.hypot(x - (x0 + x1) / 2, y - (y0 + y1) / 2)));
    const spots = [0.1, 0.5, 0.9].flatMap((u) => [0.1, 0.5, 0.9].map((v) => [u * truth.width, v * truth.height]));
    const [x = 0, y = 0] = spots.sort((a, b) => free(b[0]!, b[1]!) - free(a[0]!, a[1]!))[0] ?? [];
    const box = (await canvas.boundingBox()) as { x: number; y: number; width: number; height: number };
    const scale = Math.min((box.width - 24) / truth.width, (box.height - 24) / truth.height);
    const stroke = async () => {
      const at = [
        box.x + box.width / 2 + (x - truth.width / 2) * scale,
        box.y + box.height / 2 + (y - truth.height / 2) * scale,
      ];
      await page.mouse.move(at[0]!, at[1]!);
      await page.mouse.down();
      await page.mouse.move(at[0]! + 6, at[1]! + 6, { steps: 3 });
      await page.mouse.up();
    };
    const before = await area();
    await page.keyboard.press('k');
    await stroke();
    await expect(page.getByRole('alert')).toContainText('this stroke does not touch it');
    expect(await area()).toBe(before);
    await page.getByRole('alert').getByRole('button', { name: 'Dismiss' }).click();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await page.keyboard.press('k');
    await expect(page.getByText('Paint a cell that has no outline, or select one.')).toBeVisible();
    await stroke();
    await expect(cellRows(page)).toHaveCount(3);
    await expect(page.locator('aside.cell .by')).toHaveText('Outlined by hand: the model did not look at this cell');
    await page.keyboard.press('Control+z');
    await expect(cellRows(page)).toHaveCount(2);
    await page.keyboard.press('v');
    await cellRows(page).first().click();
  });

  await test.step('split in two, then merged into one', async () => {
    await page.keyboard.press('s');
    await expect(cellRows(page)).toHaveCount(3);
    const gallery = page.getByRole('region', { name: 'Gallery' });
    const made = gallery.getByRole('button', { name: /^Cell [34],/ });
    await made.first().click();
    await made.last().click({ modifiers: ['Control'] });
    await expect(page.getByText('2 cells chosen')).toBeVisible();
    await page.keyboard.press('g');
    await expect(cellRows(page)).toHaveCount(2);
    for (const rows of [3, 2]) {
      await page.keyboard.press('Control+z');
      await expect(cellRows(page)).toHaveCount(rows);
    }
  });

  await test.step('press and hold on a cell that is not outlined: the engine outlines it', async () => {
    const { width, height } = await canvas.evaluate((element: HTMLCanvasElement) => ({
      width: element.clientWidth,
      height: element.clientHeight,
    }));
    await cellRows(page).first().click();
    const [x0, y0, x1, y1] = (JSON.parse(await readFile(fixture('field-b.json'), 'utf8')).cells[0].box ??
      []) as number[];
    const size = JSON.parse(await readFile(fixture('field-b.json'), 'utf8')) as { width: number; height: number };
    await page.keyboard.press('0');
    const scale = Math.min((width - 24) / size.width, (height - 24) / size.height);
    const box = (await canvas.boundingBox()) as { x: number; y: number };
    const at = {
      x: box.x + (width - size.width * scale) / 2 + ((x0! + x1!) / 2) * scale,
      y: box.y + (height - size.height * scale) / 2 + ((y0! + y1!) / 2) * scale,
    };
    await page.mouse.click(at.x, at.y);
    await page.mouse.move(5, 5);
    await page.keyboard.press('Delete');
    await expect(cellRows(page)).toHaveCount(1);
    await page.mouse.move(at.x, at.y);
    await page.mouse.down();
    await expect(cellRows(page)).toHaveCount(2, { timeout: 120_000 });
    await page.mouse.up();
    await expect(page.locator('aside.cell h2')).toHaveText('Cell 3');
  });

  await test.step('in the next visit the engine looks at it again, for its heatmap', async () => {
    await page.reload();
    await page.getByRole('button', { name: 'Go on where it was' }).click();
    await cellRows(page).last().click();
    await expect(page.locator('aside.cell h2')).toHaveText('Cell 3');
    await expect(page.getByRole('img', { name: /Grad-CAM of/ })).toBeVisible({ timeout: 120_000 });
  });
});
