// Opens the built app with one large image, and prints what it costs: time, cells, tiles, peak memory, smoothness.
// node e2e/bench/largeField.mjs FOLDER [webgpu|wasm]   FOLDER: written by python -m sgcldff.synth.large (build first)
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { chromium } from '@playwright/test';
import { preview } from 'vite';
import { ensureChromium, webgpuArgs } from '../../scripts/chromium.mjs';
import { journalled } from './journal.mjs';
import { resident, watchMemory } from './memory.mjs';

const [folder = '', backend = 'webgpu'] = process.argv.slice(2);
if (!folder) throw new Error('node e2e/bench/largeField.mjs FOLDER [webgpu|wasm]');
const limit = 60 * 60_000;
/** @type {{ width: number, height: number, columns: number[], rows: number[], boxes: number[][] }} */
const truth = JSON.parse(readFileSync(path.join(folder, 'large.json'), 'utf8'));

const server = await preview({ build: { outDir: process.env.DIST ?? 'dist' }, preview: { port: 0 }, logLevel: 'warn' });
const host = await chromium.launchServer({ executablePath: await ensureChromium(), args: webgpuArgs });
const browser = await chromium.connect(host.wsEndpoint());
const { peak, stop } = watchMemory(host.process().pid ?? 0);
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.goto(`${server.resolvedUrls?.local[0]}?backend=${backend}`);
  await page.waitForTimeout(3000);
  const idle = resident(host.process().pid ?? 0).renderer ?? 0;
  await page.getByLabel('Open images').setInputFiles(path.join(folder, 'large.jpg'));
  const started = Date.now();
  await page.getByRole('img', { name: /large\.jpg/ }).waitFor({ timeout: limit });
  await page.locator('.zoom').waitFor({ timeout: limit });
  console.log(`picture on screen after ${((Date.now() - started) / 1000).toFixed(1)} s`);
  await page.locator('li[data-status="done"], li[data-status="failed"]').waitFor({ timeout: limit });
  const seconds = (Date.now() - started) / 1000;
  const outcome = await page.locator('li .outcome').innerText();
  console.log(
    `${truth.width} x ${truth.height} px on ${backend}: ${outcome} after ${seconds.toFixed(0)} s; ${truth.boxes.length} whole cells drawn`,
  );
  const cells = (await journalled(page))[0]?.cells ?? [];
  report(cells);
  writeFileSync(path.join(folder, 'found.json'), JSON.stringify(cells));
  const frames = await smoothness(page);
  console.log(
    `zooming and panning: ${frames.length} frames, median ${frames[frames.length >> 1]?.toFixed(0)} ms, ` +
      `95 % under ${frames[Math.floor(frames.length * 0.95)]?.toFixed(0)} ms, longest ${frames.at(-1)?.toFixed(0)} ms`,
  );
  const rest = resident(host.process().pid ?? 0).renderer ?? 0;
  const mb = Object.entries(peak).map(([kind, value]) => `${kind} ${value.toFixed(0)}`);
  console.log(`resident MB: tab ${idle.toFixed(0)} before, ${rest.toFixed(0)} after; peaks: ${mb.join(', ')}`);
} finally {
  stop();
  await browser.close();
  await host.close();
  await server.close();
}

/** Each true cell once? @param {{ x0: number, y0: number, x1: number, y1: number }[]} cells */
function report(cells) {
  const iou = (/** @type {number[]} */ [x0 = 0, y0 = 0, x1 = 0, y1 = 0], /** @type {typeof cells[0]} */ b) => {
    const both =
      Math.max(0, Math.min(x1, b.x1) - Math.max(x0, b.x0)) * Math.max(0, Math.min(y1, b.y1) - Math.max(y0, b.y0));
    return both / ((x1 - x0) * (y1 - y0) + (b.x1 - b.x0) * (b.y1 - b.y0) - both);
  };
  const hits = truth.boxes.map((box) => cells.filter((cell) => iou(box, cell) >= 0.5).length);
  const seams = truth.boxes.map(
    ([x0 = 0, y0 = 0, x1 = 0, y1 = 0]) =>
      truth.columns.some((at) => x0 < at && x1 > at) || truth.rows.some((at) => y0 < at && y1 > at),
  );
  const on = hits.filter((_, i) => seams[i]);
  const count = (/** @type {number[]} */ list, /** @type {number} */ n) => list.filter((hit) => hit === n).length;
  console.log(
    `whole cells found once ${count(hits, 1)}, twice ${hits.filter((hit) => hit > 1).length}, missed ${count(hits, 0)}`,
  );
  console.log(
    `of them on seams of tiles: ${on.length}, found once ${count(on, 1)}, twice ${on.filter((hit) => hit > 1).length}, missed ${count(on, 0)}`,
  );
}

/** Milliseconds between frames while one zooms in, pans and zooms out, sorted. @param {import('@playwright/test').Page} page */
async function smoothness(page) {
  const canvas = page.getByRole('img', { name: /large\.jpg/ });
  const box = await canvas.boundingBox();
  if (!box) throw new Error('the viewer is not there');
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  const near = await framesWhile(page, async () => {
    for (let i = 0; i < 24; i++) await page.mouse.wheel(0, -120);
    await page.mouse.down();
    for (let i = 0; i < 40; i++) await page.mouse.move(box.x + box.width / 2 - i * 7, box.y + box.height / 2 - i * 4);
    await page.mouse.up();
    await page.waitForTimeout(1000);
  });
  // Between the two: a picture of the page costs frames of its own.
  await page.screenshot({ path: path.join(folder, 'close.png') });
  const far = await framesWhile(page, async () => {
    for (let i = 0; i < 24; i++) await page.mouse.wheel(0, 120);
    await page.waitForTimeout(500);
  });
  await page.screenshot({ path: path.join(folder, 'whole.png') });
  return [...near, ...far].sort((a, b) => a - b);
}

/** @param {import('@playwright/test').Page} page @param {() => Promise<void>} doing @returns {Promise<number[]>} */
async function framesWhile(page, doing) {
  await page.evaluate(() => {
    /** @type {number[]} */
    const times = [];
    Object.assign(window, { times });
    const tick = (/** @type {number} */ now) => {
      times.push(now);
      if (/** @type {any} */ (window).times === times) requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  });
  await doing();
  /** @type {number[]} */
  const times = await page.evaluate('const taken = window.times; window.times = []; taken');
  return times.slice(1).map((time, i) => time - (times[i] ?? 0));
}
