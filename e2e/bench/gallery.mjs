// After a build: how smooth the gallery is with 5 000 cells, and how long a type, a sort and a filter take there.
// node e2e/bench/gallery.mjs [cells]
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium } from '@playwright/test';
import { encode } from 'fast-png';
import { strToU8, zipSync } from 'fflate';
import { preview } from 'vite';
import { ensureChromium, noWebgpuArgs } from '../../scripts/chromium.mjs';

const TYPES = [
  'neutrophil',
  'eosinophil',
  'basophil',
  'lymphocyte',
  'monocyte',
  'immature_granulocyte',
  'erythroblast',
  'platelet',
];
const total = Number(process.argv[2] ?? 5000);
const PER_IMAGE = 100;

/** Numbers in [0, 1) that are the same every time. */
let seed = 7;
const random = () => {
  seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
  return seed / 0x7fffffff;
};

/** A disc with a nucleus, run-length coded over its box. @param {number} radius */
function disc(radius) {
  const side = 2 * radius + 1;
  /** @type {number[]} */
  const runs = [];
  for (let i = 0; i < side * side; i++) {
    const away = Math.hypot((i % side) - radius, Math.floor(i / side) - radius);
    const part = away <= radius * 0.55 ? 2 : away <= radius ? 1 : 0;
    if (runs.length > 0 && runs.at(-1) === part)
      runs[runs.length - 2] = /** @type {number} */ (runs[runs.length - 2]) + 1;
    else runs.push(1, part);
  }
  return { width: side, height: side, runs };
}

/** A bundle of a session without photographs but with a picture of every cell. */
function bundle() {
  /** @type {Record<string, Uint8Array>} */
  const files = {};
  const pictures = Array.from({ length: 24 }, () => {
    const [r, g, b] = [120 + 80 * random(), 60 + 60 * random(), 130 + 80 * random()];
    const data = new Uint8Array(64 * 64 * 3);
    for (let i = 0; i < 64 * 64; i++) {
      const inside = Math.hypot((i % 64) - 32, Math.floor(i / 64) - 32) < 18 + 8 * random();
      data.set(inside ? [r, g, b] : [230, 205, 190], 3 * i);
    }
    return encode({ width: 64, height: 64, channels: 3, data });
  });
  const count = Math.ceil(total / PER_IMAGE);
  const images = Array.from({ length: count }, (_, n) => {
    const cells = Array.from({ length: Math.min(PER_IMAGE, total - n * PER_IMAGE) }, (_, k) => {
      const radius = 8 + Math.floor(12 * random());
      const [x0, y0] = [(k % 10) * 90 + 10, Math.floor(k / 10) * 90 + 10];
      const raw = TYPES.map(() => random() ** 5 + 1e-4);
      const sum = raw.reduce((a, b) => a + b, 0);
      const probabilities = raw.map((v) => v / sum);
      const confidence = Math.max(...probabilities);
      const modelType = TYPES[probabilities.indexOf(confidence)];
      const side = 2 * radius + 1;
      files[`crops/field ${n + 1}/${k + 1}.png`] = /** @type {Uint8Array} */ (pictures[(n + k) % pictures.length]);
      return {
        ...{ id: k + 1, box: { x0, y0, x1: x0 + side, y1: y0 + side }, mask: disc(radius), probabilities, modelType },
        ...{ type: confidence < 0.5 ? 'unidentified' : modelType, confidence, consistency: random(), novelty: 0.5 },
        ...{ attributes: [], areas: { cell: Math.round(3.14 * radius ** 2), nucleus: radius ** 2 } },
        crop: { x0: x0 - 10, y0: y0 - 10, x1: x0 + side + 10, y1: y0 + side + 10 },
      };
    });
    const id = `bench-${n}`;
    const analysis = { width: 1000, height: 1000, cells, backend: 'wasm', timings: {} };
    return {
      id,
      name: `field ${n + 1}.png`,
      path: `field ${n + 1}.png`,
      size: 1,
      status: 'done',
      error: null,
      ms: 1,
      analysis,
    };
  });
  const session = { format: 'leukolens-session', version: 1, model: null, photographs: [], images, events: [] };
  files['session.json'] = strToU8(JSON.stringify(session));
  const named = images.map(({ name, analysis }) => ({
    cellsFile: name.replace('.png', '.cells.png'),
    cells: analysis.cells.map(({ id }) => ({ id })),
  }));
  files['results.json'] = strToU8(JSON.stringify({ images: named }));
  return zipSync(files, { level: 1 });
}

/** Processor milliseconds of the page's main thread while `work` runs: what a shared machine cannot blur. @template T @param {import('@playwright/test').Page} page @param {() => Promise<T>} work */
async function processor(page, work) {
  await browser.startTracing(page, { categories: ['toplevel', 'disabled-by-default-devtools.timeline', '__metadata'] });
  const result = await work();
  /** @type {{ traceEvents: { name: string, ph: string, pid: number, tid: number, tdur?: number, args?: { name?: string } }[] }} */
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString());
  const mains = traceEvents.filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain');
  const own = traceEvents.filter(
    ({ name, ph, pid, tid }) =>
      ph === 'X' && /RunTask$/.test(name) && mains.some((main) => main.pid === pid && main.tid === tid),
  );
  // A task inside a task is counted with it: names differ by level, and one level is enough.
  const level = own.some(({ name }) => name === 'RunTask') ? 'RunTask' : 'ThreadControllerImpl::RunTask';
  const ms = own.filter(({ name }) => name === level).reduce((sum, { tdur = 0 }) => sum + tdur / 1000, 0);
  return { result, ms };
}

const folder = mkdtempSync(path.join(tmpdir(), 'leukolens-bench-'));
const file = path.join(folder, 'bench.leukolens');
writeFileSync(file, bundle());
const server = await preview({ logLevel: 'warn', preview: { port: 0, open: false } });
const browser = await chromium.launch({ executablePath: await ensureChromium(), args: noWebgpuArgs });
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.goto(`${server.resolvedUrls?.local[0]}?backend=wasm&keep=0`);
  await page.getByLabel('Open images').setInputFiles(file);
  await page.getByRole('table', { name: 'Cells' }).waitFor({ timeout: 120_000 });
  await page.keyboard.press('f');
  await page.getByRole('button', { name: 'All', exact: true }).click();
  await page.waitForTimeout(3000);

  const { result: scrolled, ms: scrolling } = await processor(page, () =>
    page.evaluate(async () => {
      const box = /** @type {HTMLElement} */ (document.querySelector('.gallery'));
      /** @type {number[]} */
      const frames = [];
      let [last, down] = [performance.now(), true];
      for (let i = 0; i < 400; i++) {
        await new Promise((resolve) => requestAnimationFrame(resolve));
        const now = performance.now();
        frames.push(now - last);
        last = now;
        box.scrollTop += down ? 90 : -90;
        if (box.scrollTop + box.clientHeight >= box.scrollHeight - 1) down = false;
        if (box.scrollTop <= 0) down = true;
      }
      return { frames: frames.slice(5).sort((a, b) => a - b), buttons: box.querySelectorAll('button').length };
    }),
  );
  const at = (/** @type {number} */ q) => (scrolled.frames[Math.floor(q * scrolled.frames.length)] ?? 0).toFixed(1);
  const slow = scrolled.frames.filter((ms) => ms > 33.4).length;
  console.log(
    `${total} cells, ${scrolled.buttons} in the document. Scrolling, ms a frame: median ${at(0.5)}, 95 % ${at(0.95)}, longest ${at(0.9999)}; ${slow} of ${scrolled.frames.length} over 33 ms; processor ${(scrolling / 400).toFixed(1)} ms a frame`,
  );

  /** Milliseconds from an act in the page until it was painted, median of some. @param {string} what @param {string} act */
  const timed = async (what, act) => {
    const { result: times, ms } = await processor(page, () =>
      page.evaluate(async (source) => {
        const run = new Function('k', source);
        /** @type {number[]} */
        const out = [];
        for (let k = 0; k < 12; k++) {
          const start = performance.now();
          run(k);
          await new Promise((resolve) =>
            requestAnimationFrame(() => {
              const { port1, port2 } = new MessageChannel();
              port1.onmessage = () => resolve(undefined);
              port2.postMessage(0);
            }),
          );
          out.push(performance.now() - start);
          await new Promise((resolve) => setTimeout(resolve, 60));
        }
        return out.sort((a, b) => a - b);
      }, act),
    );
    console.log(
      `${what}, until painted: median ${(times[6] ?? 0).toFixed(1)} ms, longest ${(times.at(-1) ?? 0).toFixed(1)} ms; processor ${(ms / 12).toFixed(1)} ms`,
    );
  };
  const key = "document.body.dispatchEvent(new KeyboardEvent('keydown', { key: KEY, bubbles: true }));";
  await timed('a type by key, large gallery of all', key.replace('KEY', "'nlmeb'[k % 5]"));
  const choose =
    "const s = document.querySelector('select[aria-label=\"Sort by\"]'); s.value = ['area', 'circularity', 'confidence', 'lobes'][k % 4]; s.dispatchEvent(new Event('change', { bubbles: true }));";
  await timed('another sort', choose);
  await page.getByRole('button', { name: 'Filters' }).click();
  const slide =
    "const i = document.querySelectorAll('.filters input[type=range]')[1]; Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(i, String(0.95 - k / 30)); i.dispatchEvent(new Event('input', { bubbles: true }));";
  await timed('a filter moved', slide);
} finally {
  await browser.close();
  await server.close();
  rmSync(folder, { recursive: true });
}
