// A technologist's morning: fields reviewed by keyboard alone, signed, exported, cleared, and brought back as they were.
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { decode, encode } from 'fast-png';
import { strFromU8, unzipSync } from 'fflate';
import { DATABASE } from '../src/journal/schema';
import { untilDone } from './batches';
import { expect, test } from './fixtures';
import { cellRows, download, fixture, item } from './smears';

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

/** Images in the browser's storage. */
const imagesKept = (page: Page) =>
  page.evaluate(
    (name) =>
      new Promise<number>((resolve, reject) => {
        const opening = indexedDB.open(name);
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const counting = opening.result.transaction('images').objectStore('images').count();
          counting.onerror = () => reject(counting.error);
          counting.onsuccess = () => {
            opening.result.close();
            resolve(counting.result);
          };
        };
      }),
    DATABASE,
  );

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
    await page.goto('./?backend=webgpu');
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
      // A panel has the keys until it is gone, which a script's next key may not wait for.
      await expect(page.locator('dialog')).toHaveCount(0);
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
      // The screen is cleared before the disk is, and a reload in between would find the session still kept.
      await expect.poll(() => imagesKept(page)).toBe(0);
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
