// A person opens the app, with a network and then without one.
import { expect, test } from './fixtures';

test('the app opens and says what it is for', { tag: '@wasm' }, async ({ page }) => {
  await page.goto('./');
  await expect(page).toHaveTitle('Leukolens');
  await expect(page.getByText('For Research Use Only')).toBeVisible();
});

test('the two projects differ in what they say: one has WebGPU, the other none', async ({ page }, { project }) => {
  await page.goto('./');
  const found = await page.evaluate(async () => {
    const { gpu } = navigator as { gpu?: { requestAdapter(): Promise<unknown> } };
    return gpu ? Boolean(await gpu.requestAdapter()) : false;
  });
  expect(found).toBe(project.name === 'webgpu');
});

test('after one visit it opens with no network', { tag: '@wasm' }, async ({ page, context }) => {
  await page.goto('./');
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  await context.setOffline(true);
  await page.reload();
  await expect(page.getByText('For Research Use Only')).toBeVisible();
  await page.goto('./?from=a-link');
  await expect(page.getByText('For Research Use Only')).toBeVisible();
  await context.setOffline(false);
});

test('on a page without https it says what to do', { tag: '@wasm' }, async ({ page }) => {
  await page.addInitScript(() => Object.defineProperty(globalThis, 'isSecureContext', { value: false }));
  await page.goto('./');
  await expect(page.getByRole('alert')).toContainText('Open it by https');
  await expect(page.getByRole('button')).toHaveCount(0);
});
