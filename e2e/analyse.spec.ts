// A person drops a smear and sees its cells, their types and their heatmaps; what is saved agrees with the generator.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { decode, encode } from 'fast-png';
import { expect, test } from './fixtures';
import { atStage, bestIous, cellRows, drop, exported, fixture, item, payload, settled, truthOf } from './smears';

/** The chip that names what the engine runs on. */
const engineChip = (page: Page, backend: 'webgpu' | 'wasm') =>
  page.getByRole('button', { name: backend === 'webgpu' ? 'WebGPU' : 'WebAssembly' });

test('a dropped field shows its cells, outlined as the generator drew them, typed and explained', async ({ page }, {
  project,
}) => {
  const backend = project.name as 'webgpu' | 'wasm';
  await page.goto('./?backend=webgpu');
  await drop(page, [await payload('field-a.png')]);
  await settled(page, 'field-a.png');
  // Nothing below counts if this ran on something else than it says.
  await expect(engineChip(page, backend)).toBeVisible();

  const truth = await truthOf('field-a');
  await expect(cellRows(page)).toHaveCount(truth.cells.length);

  await test.step('heatmaps of two types differ', async () => {
    await cellRows(page).first().click();
    const chooser = page.getByRole('combobox', { name: 'Heatmap type' });
    const pictures: string[] = [];
    // Of its own type there is evidence; of two others there may be none, and then their maps are alike.
    const own = (await cellRows(page).first().locator('.typed').innerText()).trim();
    for (const type of [own, own === 'Neutrophil' ? 'Lymphocyte' : 'Neutrophil']) {
      await chooser.selectOption({ label: type });
      const map = page.getByRole('img', { name: `Grad-CAM of ${type}` });
      await expect(map).toBeVisible();
      pictures.push(await map.evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL()));
    }
    expect(pictures[0]).not.toBe(pictures[1]);
  });

  await test.step('probabilities are in the DOM and sum to one', async () => {
    const cells = await page.getByRole('table', { name: 'Probabilities' }).locator('tbody tr').allTextContents();
    expect(cells).toHaveLength(8);
    const sum = cells.reduce((total, text) => total + Number(text.match(/([\d.]+)\s*%/)?.[1] ?? Number.NaN), 0);
    expect(Math.abs(sum - 100)).toBeLessThan(5);
  });

  await test.step('layers are drawn', async () => {
    const canvas = page.getByRole('img', { name: /field-a\.png/ });
    for (const layer of ['Saliency', 'Masks', 'Grad-CAM']) {
      const button = page.getByRole('button', { name: layer });
      const before = await canvas.screenshot();
      await button.click();
      await expect.poll(async () => (await canvas.screenshot()).equals(before), layer).toBe(false);
      await button.click();
    }
  });

  await test.step('the export holds the same cells', async () => {
    const bundle = await exported(page);
    const [image] = bundle.results.images;
    expect(image?.backend).toBe(backend);
    expect(image?.cells).toHaveLength(truth.cells.length);
    const map = bundle.map(image?.cellsFile ?? '');
    expect([map.width, map.height]).toEqual([truth.width, truth.height]);
    for (const [id, iou] of bestIous(truth.instances, map.data)) {
      expect(iou, `cell ${id} against the generator's`).toBeGreaterThanOrEqual(0.8);
    }
    for (const cell of image?.cells ?? []) {
      const sum = Object.values(cell.probabilities).reduce((a, b) => a + b, 0);
      expect(sum).toBeCloseTo(1, 3);
    }
  });
});

test('touching cells come apart', { tag: '@wasm' }, async ({ page }) => {
  await page.goto('./?backend=wasm');
  await drop(page, [await payload('touching.png')]);
  await settled(page, 'touching.png');
  const truth = await truthOf('touching');
  await expect(cellRows(page)).toHaveCount(truth.cells.length);
  const bundle = await exported(page);
  const ious = bestIous(truth.instances, bundle.map(bundle.results.images[0]?.cellsFile ?? '').data);
  for (const [id, iou] of ious) expect(iou, `cell ${id}`).toBeGreaterThanOrEqual(0.8);
});

test('grayscale, transparent and turned pictures are read; a field without white cells is a result', {
  tag: '@wasm',
}, async ({ page }) => {
  await page.goto('./?backend=wasm');
  await page
    .getByLabel('Open images')
    .setInputFiles(['gray.png', 'rgba.png', 'exif6.jpg', 'field-b.png', 'empty.png'].map(fixture));
  for (const name of ['gray.png', 'rgba.png', 'exif6.jpg', 'field-b.png', 'empty.png']) await settled(page, name);
  await expect(item(page, 'empty.png')).toContainText(/no white blood cell found/i);
  const { results, map } = await exported(page);
  const of = (name: string) => results.images.find((image) => image.file === name);
  const truth = await truthOf('field-b');
  for (const name of ['rgba.png', 'exif6.jpg', 'field-b.png']) {
    expect(of(name)?.cells, name).toHaveLength(truth.cells.length);
    // Turned by its EXIF orientation, the picture has its cells where the upright one has them.
    for (const iou of bestIous(truth.instances, map(of(name)?.cellsFile ?? '').data).values()) {
      expect(iou, name).toBeGreaterThanOrEqual(0.8);
    }
  }
  // Without colour the types are anyone's guess; the cells are still there.
  expect(of('gray.png')?.cells.length).toBeGreaterThanOrEqual(1);
  expect(results.images.filter(({ colourless }) => colourless).map(({ file }) => file)).toEqual(['gray.png']);
  expect(of('empty.png')?.cells).toEqual([]);
});

test('a field in a figure, in a program\u2019s window or through an eyepiece has the cells that it has by itself, where it lies', {
  tag: '@wasm',
}, async ({ page }) => {
  await page.goto('./?backend=wasm');
  const picture = decode(readFileSync(fixture('field-a.png')));
  const [width, height] = [Math.round(1.4 * picture.width), Math.round(1.3 * picture.height)];
  // Off the middle: what is found must be told where it is in the image.
  const [left, top] = [Math.round(0.25 * picture.width), Math.round(0.2 * picture.height)];
  type At = (x: number, y: number) => readonly number[];
  const within = (around: At, isShown: (x: number, y: number) => boolean = () => true) => {
    const data = new Uint8Array(3 * width * height);
    for (let i = 0; i < width * height; i++) {
      const [x, y] = [(i % width) - left, Math.floor(i / width) - top];
      const inside = x >= 0 && y >= 0 && x < picture.width && y < picture.height && isShown(x, y);
      const at = picture.channels * (y * picture.width + x);
      data.set(inside ? [...picture.data.slice(at, at + 3)] : around(x + left, y + top), 3 * i);
    }
    return Buffer.from(encode({ width, height, data, channels: 3 }));
  };
  const [rx, ry] = [0.56 * picture.width, 0.6 * picture.height];
  const eyepiece = (x: number, y: number) =>
    Math.hypot((x - picture.width / 2) / rx, (y - picture.height / 2) / ry) < 1;
  const program: At = (x, y) => {
    if (y < 0.08 * height) return [45, 48, 56];
    return x < 0.1 * width && y % 40 < 12 && (x >> 1) % 3 === 0 ? [20, 20, 20] : [243, 243, 243];
  };
  const files = {
    'figure.png': within(() => [255, 255, 255]),
    'window.png': within(program),
    'eyepiece.png': within(() => [6, 5, 8], eyepiece),
  };
  await page
    .getByLabel('Open images')
    .setInputFiles(Object.entries(files).map(([name, buffer]) => ({ name, mimeType: 'image/png', buffer })));
  const truth = await truthOf('field-a');
  for (const name of Object.keys(files)) await settled(page, name);
  const { results, map } = await exported(page);
  for (const name of Object.keys(files)) {
    const image = results.images.find(({ file }) => file === name);
    expect(image?.cells, name).toHaveLength(truth.cells.length);
    const labels = map(image?.cellsFile ?? '');
    expect([labels.width, labels.height]).toEqual([width, height]);
    const ofField = Array.from(truth.instances, (_, i) => {
      const [x, y] = [i % picture.width, Math.floor(i / picture.width)];
      return labels.data[(y + top) * width + x + left] as number;
    });
    for (const [id, iou] of bestIous(truth.instances, Uint16Array.from(ofField))) {
      expect(iou, `cell ${id} of ${name}`).toBeGreaterThanOrEqual(0.8);
    }
  }
});

/** Milliseconds from the next click, as the browser received it, to when the page shows no file as being worked on or waiting. */
function answerTime(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        addEventListener(
          'click',
          ({ timeStamp }) => {
            const look = () => {
              if (document.querySelector('[data-status="working"], [data-status="waiting"]')) return;
              watch.disconnect();
              resolve(performance.now() - timeStamp);
            };
            const watch = new MutationObserver(look);
            watch.observe(document, { subtree: true, childList: true, attributes: true });
            look();
          },
          { once: true, capture: true },
        );
      }),
  );
}

test('a run can be stopped in the middle of a file, and goes on when asked', async ({ page }) => {
  await page.goto('./?backend=webgpu');
  // So many that they are not over before the button is clicked; bytes behind a JPEG's end make a file another.
  const smear = readFileSync(path.join('public', 'samples', 'smear-yellow.jpg'));
  const files = Array.from({ length: 6 }, (_, i) => ({
    ...{ name: `smear ${i + 1}.jpg`, mimeType: 'image/jpeg' },
    buffer: Buffer.concat([smear, Buffer.from([i])]),
  }));
  await page.getByLabel('Open images').setInputFiles(files);
  // The engine is loaded and has begun to look at cells.
  await atStage(page, /saliency|candidate/, 60_000);
  const cancel = page.getByRole('button', { name: 'Cancel' });
  await expect(cancel).toBeVisible();
  const answered = answerTime(page);
  await cancel.click();
  const ms = await answered;
  console.log(`stopped ${ms.toFixed(0)} ms after the click`);
  // 100 ms are what is promised (13 to 65 measured, two at a time on two cores); a busy test machine gets some more.
  expect(ms).toBeLessThan(500);
  await expect(cancel).toBeHidden();
  await expect(page.locator('[data-status="working"], [data-status="waiting"]')).toHaveCount(0);
  await expect(item(page, 'smear 6.jpg')).toContainText('Stopped');
  await page.getByLabel('Open images').setInputFiles(fixture('field-b.png'));
  await settled(page, 'field-b.png');
});

test('a sample smear is one click away', { tag: '@wasm' }, async ({ page }) => {
  await page.goto('./?backend=wasm');
  await page.getByRole('button', { name: /cream/i }).first().click();
  await expect(cellRows(page).first()).toBeVisible({ timeout: 120_000 });
  expect(await cellRows(page).count()).toBeGreaterThanOrEqual(4);
});
