// Opens the built app with a folder of images, and prints what it takes: files and cells a minute, peak memory.
// node e2e/bench/folder.mjs FOLDER [webgpu|wasm]   FOLDER: for example python -m sgcldff.synth --out FOLDER --fields 500 (build first)
import { chromium } from '@playwright/test';
import { preview } from 'vite';
import { ensureChromium, webgpuArgs } from '../../scripts/chromium.mjs';
import { journalled } from './journal.mjs';
import { resident, watchMemory } from './memory.mjs';

const [folder = '', backend = 'webgpu'] = process.argv.slice(2);
if (!folder) throw new Error('node e2e/bench/folder.mjs FOLDER [webgpu|wasm]');
const server = await preview({ build: { outDir: process.env.DIST ?? 'dist' }, preview: { port: 0 }, logLevel: 'warn' });
const host = await chromium.launchServer({ executablePath: await ensureChromium(), args: webgpuArgs });
const browser = await chromium.connect(host.wsEndpoint());
const pid = host.process().pid ?? 0;
const { peak, stop } = watchMemory(pid);
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.goto(`${server.resolvedUrls?.local[0]}?backend=${backend}`);
  await page.waitForTimeout(3000);
  const idle = resident(pid).renderer ?? 0;
  await page.getByLabel('Open folder').setInputFiles(folder);
  const started = Date.now();
  const list = page.locator('nav[data-total]');
  await list.waitFor();
  let half = 0;
  for (;;) {
    const [total = 0, done = 0] = await list.evaluate(({ dataset }) => [
      Number(dataset.total),
      Number(dataset.settled),
    ]);
    if (!half && done >= total / 2) half = resident(pid).renderer ?? 0;
    if (total > 0 && done === total) break;
    await page.waitForTimeout(200);
  }
  const seconds = (Date.now() - started) / 1000;
  const images = await journalled(page);
  const cells = images.reduce((sum, image) => sum + image.cells.length, 0);
  const sizes = new Set(images.map(({ width, height }) => `${width} x ${height}`));
  console.log(
    `${images.length} files of ${[...sizes].join(', ')} px on ${backend}: ${seconds.toFixed(0)} s, ` +
      `${((60 * images.length) / seconds).toFixed(0)} files/min, ${cells} cells, ${(cells / seconds).toFixed(1)} cells/s`,
  );
  const mb = Object.entries(peak).map(([kind, value]) => `${kind} ${value.toFixed(0)}`);
  console.log(
    `resident MB: tab ${idle.toFixed(0)} before, ${half.toFixed(0)} at half, ${(resident(pid).renderer ?? 0).toFixed(0)} at the end; peaks: ${mb.join(', ')}`,
  );
} finally {
  stop();
  await browser.close();
  await host.close();
  await server.close();
}
