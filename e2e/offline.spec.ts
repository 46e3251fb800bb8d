// After one visit everything works with the network cut: code, model and samples.
import { expect, test } from './fixtures';
import { cellRows, drop, payload, settled } from './smears';

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

test('it says what it runs on, and without a GPU works on WebAssembly all the same', async ({ page }, { project }) => {
  await page.goto('./?backend=webgpu');
  await drop(page, [await payload('field-b.png')]);
  await settled(page, 'field-b.png');
  await expect(cellRows(page)).toHaveCount(2);
  const gpu = project.name === 'webgpu';
  await expect(page.getByRole('button', { name: gpu ? 'WebGPU' : 'WebAssembly' })).toBeVisible();
  await expect(page.getByText(/without the GPU/i)).toHaveCount(gpu ? 0 : 1);
});

test('a graphics device that is software is left alone, unless it is asked for', async ({ page }, { project }) => {
  const why = { webgpu: /the only graphics device here is software/, wasm: /no WebGPU|no graphics adapter/ }[
    project.name
  ];
  await page.goto('./');
  await expect(page.getByText(why ?? 'no such project')).toBeVisible();
  await expect(page.getByRole('button', { name: 'WebAssembly' })).toBeVisible();
});
