// After one visit everything works with the network cut: code, model and samples.
import type { BrowserContext, Page } from '@playwright/test';
import { expect, test } from './fixtures';
import { cellRows, drop, exported, payload, settled } from './smears';

test('a smear is analysed with no network', { tag: '@wasm' }, async ({ page, context }) => {
  await page.goto('./?backend=wasm');
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  await context.setOffline(true);
  await page.reload();
  await drop(page, [await payload('field-b.png')]);
  await settled(page, 'field-b.png');
  await expect(cellRows(page)).toHaveCount(2);
  await page.getByRole('button', { name: 'Samples' }).click();
  await page.getByRole('dialog').getByRole('button', { name: /cream/i }).click();
  await settled(page, 'smear-cream.jpg');
  await context.setOffline(false);
});

/** A processor of so many threads, whatever this machine has; to the engine's worker too. */
async function withThreads(context: BrowserContext, threads: number): Promise<void> {
  await context.route(/\/worker-[^/]*\.js/, async (route) => {
    const response = await route.fetch();
    const says = `Object.defineProperty(navigator, 'hardwareConcurrency', { value: ${threads} });`;
    await route.fulfill({ response, body: `${says}${await response.text()}` });
  });
}

async function diagnostics(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'WebAssembly' }).click();
  await page.getByRole('button', { name: 'Copy diagnostics' }).click();
  await expect(page.getByRole('button', { name: 'Copied' })).toBeVisible();
  return page.evaluate(() => navigator.clipboard.readText());
}

test.describe('on a processor of many threads', () => {
  // A service worker would fetch the engine's file past the test.
  test.use({ serviceWorkers: 'block', permissions: ['clipboard-read', 'clipboard-write'] });

  test('crops are shared among four, and the cells are those of one', { tag: '@wasm' }, async ({ page, context }) => {
    const cells = [];
    for (const [threads, used] of [
      [1, 1],
      [16, 4],
    ] as const) {
      await withThreads(context, threads);
      await page.goto('./?backend=wasm&keep=0');
      // Threads come when they come, and are spoken of as they were when a file was done.
      let said = '';
      for (const name of ['field-b.png', 'touching.png', 'gray.png', 'exif6.jpg', 'rgba.png', 'empty.png']) {
        await drop(page, [await payload(name)]);
        await settled(page, name);
        said = await diagnostics(page);
        await page.keyboard.press('Escape');
        if (new RegExp(`^threads: ${used}$`, 'm').test(said)) break;
      }
      expect(said).toMatch(new RegExp(`^path: simd$[\\s\\S]*^threads: ${used}$`, 'm'));
      await drop(page, [await payload('field-a.png')]);
      await settled(page, 'field-a.png');
      expect(Number(/^shared: (\d+)$/m.exec(await diagnostics(page))?.[1]) > 0).toBe(used > 1);
      await page.keyboard.press('Escape');
      const { images } = (await exported(page)).results;
      cells.push(images.find(({ file }) => file === 'field-a.png')?.cells);
    }
    expect(cells[1]).toEqual(cells[0]);
    expect(cells[0]?.length).toBeGreaterThan(0);
  });
});

test('it says what it runs on, and without a GPU works on WebAssembly all the same', async ({ page }, { project }) => {
  await page.goto('./?backend=webgpu');
  await drop(page, [await payload('field-b.png')]);
  await settled(page, 'field-b.png');
  await expect(cellRows(page)).toHaveCount(2);
  const gpu = project.name === 'webgpu';
  await expect(page.getByRole('button', { name: gpu ? 'WebGPU' : 'WebAssembly' })).toBeVisible();
  await expect(page.getByText(/without a graphics card/i)).toHaveCount(gpu ? 0 : 1);
});

test('a graphics device that is software is left alone, unless it is asked for', async ({ page }, { project }) => {
  const why = { webgpu: /the only graphics device here is software/, wasm: /no WebGPU|no graphics adapter/ }[
    project.name
  ];
  await page.goto('./');
  await expect(page.getByText(why ?? 'no such project')).toBeVisible();
  await expect(page.getByRole('button', { name: 'WebAssembly' })).toBeVisible();
});
