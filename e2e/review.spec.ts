// A technologist's morning: fields reviewed by keyboard alone, signed, exported, cleared, and brought back as they were.
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { decode, encode } from 'fast-png';
import { strFromU8, unzipSync } from 'fflate';
import { untilDone } from './batches';
import { expect, test } from './fixtures';
import { cellRows, fixture, item, settled } from './smears';

/** Two fields of three cells side by side, lit and turned by number, so that no two files are the same. */
function fieldNumber(n: number): Uint8Array {
  const { width, height, channels, data } = decode(readFileSync(fixture('field-a.png')));
  const out = new Uint8Array(2 * width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < 2 * width; x++) {
      const second = x >= width;
      const across = second ? 2 * width - 1 - x : x;
      const down = n % 2 ? height - 1 - y : y;
      const from = (down * width + across) * channels;
      const gain = 0.95 + 0.05 * (((n >> 1) % 20) / 19);
      for (let c = 0; c < 3; c++) out[(y * 2 * width + x) * 3 + c] = Math.round((data[from + c] ?? 0) * gain);
    }
  }
  out[0] = n;
  return encode({ width: 2 * width, height, channels: 3, data: out });
}

/** Times from a key's press to the frame in which its effect was painted. */
async function timeKeys(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const times: number[] = [];
    Object.assign(globalThis, { keyTimes: times });
    addEventListener(
      'keydown',
      ({ key, timeStamp }) => {
        if (!/^[nlmebirpux]$/.test(key)) return;
        requestAnimationFrame(() => {
          // A message is answered after the frame's paint.
          const { port1, port2 } = new MessageChannel();
          port1.onmessage = () => times.push(performance.now() - timeStamp);
          port2.postMessage(0);
        });
      },
      { capture: true },
    );
  });
}

const keyTimes = (page: Page) =>
  page.evaluate(() => [...(globalThis as unknown as { keyTimes: number[] }).keyTimes].sort((a, b) => a - b));

async function download(page: Page, act: () => Promise<void>): Promise<Uint8Array> {
  const [saved] = await Promise.all([page.waitForEvent('download', { timeout: 400_000 }), act()]);
  return readFile(await saved.path());
}

/** The differential as the panel shows it, all slides and rows in words. */
async function differential(page: Page): Promise<string[]> {
  await page.keyboard.press('q');
  const table = page.getByRole('table', { name: 'Differential count' });
  await expect(table).toBeVisible();
  const rows = await table.locator('tbody tr').allInnerTexts();
  rows.push(await page.locator('.count-panel .summary').innerText());
  await page.keyboard.press('Escape');
  await expect(table).toBeHidden();
  return rows;
}

const KEYS: Record<string, string> = {
  Neutrophil: 'n',
  Lymphocyte: 'l',
  Monocyte: 'm',
  Eosinophil: 'e',
  Basophil: 'b',
  'Immature granulocyte': 'i',
  Erythroblast: 'r',
  'Platelet/other': 'p',
};

let folder = '';
test.beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'leukolens-review-'));
});
test.afterEach(() => rm(folder, { recursive: true }));

test(
  'fields are reviewed by keyboard, signed, exported, cleared and brought back exactly',
  { tag: '@wasm' },
  async ({ page }, { project }) => {
    // The software GPU is slow: there a short morning, on wasm the long one.
    const [fields, review] = project.name === 'wasm' ? [40, 200] : [2, 10];
    test.setTimeout(1_500_000);
    await timeKeys(page);
    const files: string[] = [];
    for (let n = 0; n < fields; n++) {
      files.push(path.join(folder, `field ${n + 1}.png`));
      await writeFile(files[n] as string, fieldNumber(n));
    }
    await page.goto('./');
    await page.getByLabel('Open images').setInputFiles(files);
    await untilDone(page, fields);

    const title = page.locator('aside.cell header strong');
    const corrected =
      await test.step('every cell is confirmed by its key, ten are corrected, none stays unidentified', async () => {
        await page.keyboard.press('Escape');
        let changed = 0;
        for (let k = 0; k < review; k++) {
          // Enter goes to the next cell nobody has decided about; from the second on it stands on one that was just typed.
          await page.keyboard.press('Enter');
          const name = (await title.textContent()) ?? '';
          // Ten are corrected, evenly spread: to a type that the model did not say.
          if (k % (review / 10) === 5 % (review / 10)) {
            changed++;
            await page.keyboard.press(name === 'Monocyte' ? 'l' : 'm');
            await expect(page.locator('aside.cell .by')).toContainText('The model said');
          } else {
            await page.keyboard.press(KEYS[name] ?? 'x');
            await expect(page.locator('aside.cell .by[data-by="person"]')).toBeVisible();
          }
        }
        // What the model could not place, and was not among these.
        for (;;) {
          await page.keyboard.press('q');
          const show = page.getByRole('button', { name: 'Show the first' });
          await expect(page.getByRole('button', { name: 'Sign off and lock' })).toBeVisible();
          if (!(await show.isVisible())) break;
          await show.click();
          await page.keyboard.press('x');
          await expect(page.locator('aside.cell .by[data-by="person"]')).toBeVisible();
        }
        return changed;
      });
    expect(corrected).toBe(10);
    const times = await keyTimes(page);
    const median = times[Math.floor(times.length / 2)] ?? Number.NaN;
    console.log(
      `${project.name}: ${times.length} types given by key, from press to painted: median ${median.toFixed(1)} ms, 95 % ${(times[Math.floor(0.95 * times.length)] ?? 0).toFixed(1)} ms`,
    );
    expect(times.length).toBeGreaterThanOrEqual(review);

    await test.step('a correction is undone and done again', async () => {
      await page.keyboard.press('Escape');
      // A dialog that is still closing keeps the keys to itself.
      await expect(page.getByRole('dialog')).toHaveCount(0);
      const summary = () => page.getByRole('button', { name: 'Count', exact: true }).innerText();
      const before = await summary();
      await page.keyboard.press('Control+z');
      await expect.poll(summary).not.toBe(before);
      await page.keyboard.press('Control+Shift+z');
      await expect.poll(summary).toBe(before);
    });

    await test.step('signed off, the slide is locked', async () => {
      await page.keyboard.press('q');
      const accept = page.getByRole('checkbox', { name: /Accept the model/ });
      if (await accept.isVisible()) await accept.check();
      await page.getByLabel('Your name').fill('Ada <b>Lovelace</b>');
      await page.getByRole('button', { name: 'Sign off and lock' }).click();
      await expect(page.getByText('Signed off by Ada <b>Lovelace</b>')).toBeVisible();
      await page.keyboard.press('Escape');
      await page.keyboard.press('n');
      await page.keyboard.press('b');
      await expect(page.getByRole('alert')).toContainText('signed off by Ada <b>Lovelace</b> and is locked');
      await page.getByRole('button', { name: 'Dismiss' }).last().click();
    });

    const counted = await differential(page);
    const bundle = await download(page, () => page.getByRole('button', { name: 'Export' }).click());
    const packed = unzipSync(bundle);
    const session = JSON.parse(strFromU8(packed['session.json'] as Uint8Array));
    expect(session.images).toHaveLength(fields);
    const cells = session.images.reduce(
      (sum: number, { analysis }: { analysis: { cells: [] } }) => sum + analysis.cells.length,
      0,
    );
    expect(cells).toBeGreaterThanOrEqual(review);
    for (const kind of ['crops', 'heatmaps']) {
      expect(Object.keys(packed).filter((name) => name.startsWith(`${kind}/`)).length, kind).toBe(cells);
    }
    expect(strFromU8(packed['report.html'] as Uint8Array)).toContain('Signed off by Ada &lt;b&gt;Lovelace&lt;/b&gt;');

    await test.step('cleared and opened again, everything is as it was', async () => {
      page.once('dialog', (dialog) => void dialog.accept());
      await page.getByRole('button', { name: 'Save as' }).click();
      await page.getByRole('button', { name: /Close the session/ }).click();
      await expect(page.getByRole('list', { name: 'Images' })).toHaveCount(0);
      await page.reload();
      const saved = path.join(folder, 'bundle.zip');
      await writeFile(saved, bundle);
      await page.getByLabel('Open images').setInputFiles(saved);
      await expect(item(page, 'field 1.png').first()).toBeVisible();
      await expect(cellRows(page).first()).toBeVisible();
      expect(await differential(page)).toEqual(counted);
      const again = unzipSync(await download(page, () => page.getByRole('button', { name: 'Export' }).click()));
      const restored = JSON.parse(strFromU8(again['session.json'] as Uint8Array));
      expect(restored.images).toEqual(session.images);
      expect(restored.events).toEqual(session.events);
      expect(restored.model).toEqual(session.model);
    });
  },
);

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
