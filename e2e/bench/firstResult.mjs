// Opens the built app, drops one 640 x 480 sample, and prints when its cells are on screen and the page's long tasks.
// node e2e/bench/firstResult.mjs [webgpu|wasm]   (build first: npm run build)
import { chromium } from '@playwright/test';
import { preview } from 'vite';
import { ensureChromium, webgpuArgs } from '../../scripts/chromium.mjs';

const backend = process.argv[2] ?? 'webgpu';
const sample = 'public/samples/smear-cream.jpg';
const limit = 15 * 60_000;

const server = await preview({ preview: { port: 0 }, logLevel: 'warn' });
const browser = await chromium.launch({ executablePath: await ensureChromium(), args: webgpuArgs });
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.addInitScript(() => {
    globalThis.longTasks = [];
    new PerformanceObserver((list) => {
      for (const { startTime, duration } of list.getEntries()) globalThis.longTasks.push([startTime, duration]);
    }).observe({ type: 'longtask', buffered: true });
  });
  await page.goto(`${server.resolvedUrls?.local[0]}?backend=${backend}`);
  await page.getByLabel('Open images').setInputFiles(sample);
  const dropped = await page.evaluate(() => performance.now());
  await page.getByRole('img', { name: /smear-cream/ }).waitFor({ timeout: limit });
  const shown = await page.evaluate(() => performance.now());
  await page.getByRole('table', { name: 'Cells' }).locator('tbody tr').first().waitFor({ timeout: limit });
  const found = await page.evaluate(() => performance.now());
  const chip = await page.getByRole('button', { name: backend === 'webgpu' ? 'WebGPU' : 'WebAssembly' }).count();
  if (chip === 0) throw new Error(`the engine does not run on ${backend}`);
  // The result's own painting may still be a task of its own.
  await page.waitForTimeout(1000);
  const tasks = (await page.evaluate(() => globalThis.longTasks)).map(([, duration]) => Math.round(duration));
  console.log(`backend ${backend}, ${sample}`);
  console.log(`picture on screen ${Math.round(shown - dropped)} ms, cells on screen ${Math.round(found - dropped)} ms after the drop`);
  console.log(`long tasks on the main thread (over 50 ms): ${tasks.length}, longest ${Math.max(0, ...tasks)} ms [${tasks.join(', ')}]`);
} finally {
  await browser.close();
  await server.close();
}
