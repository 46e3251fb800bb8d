// `npm run test:browsers`: the built app in every other browser of this machine (Firefox, with and without its own WebGPU, and
// WebKit) against Chromium: the same cells of each sample, of the same types, probabilities and areas.
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { chromium } from '@playwright/test';
import { preview } from 'vite';
import { findFirefox, openFirefox } from './browsers/firefox.mjs';
import { differences, see } from './browsers/samples.mjs';
import { findWebKit, openWebKit } from './browsers/webkit.mjs';
import { ensureBuild } from './build.mjs';
import { ensureChromium, noWebgpuArgs } from './chromium.mjs';
import { Tally } from './tally.mjs';

/** On WebAssembly everything is computed alike but for how a decoder rounds; another device's arithmetic moves a border's px. */
const MOST = { wasm: { points: 0.1, share: 0.001 }, webgpu: { points: 1, share: 0.01 } };

process.chdir(path.join(import.meta.dirname, '..'));
ensureBuild(console.log);
const server = await preview({ logLevel: 'warn', preview: { port: 0, open: false } });
const url = /** @type {string} */ (server.resolvedUrls?.local[0]);
const titles = JSON.parse(readFileSync('public/samples/index.json', 'utf8')).map(
  (/** @type {{ title: string }} */ s) => s.title,
);
const pictures = 'out/browsers';
mkdirSync(pictures, { recursive: true });

/** @returns {Promise<import('./browsers/samples.mjs').Tab>} */
async function openChromium() {
  const browser = await chromium.launch({ executablePath: await ensureChromium(), args: noWebgpuArgs });
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  return {
    name: `Chromium ${browser.version()}`,
    go: async (to) => void (await page.goto(to)),
    run: (expression) => page.evaluate(expression),
    picture: async (file) => void (await page.screenshot({ path: file })),
    close: () => browser.close(),
  };
}

const tally = new Tally();
/** @type {import('./browsers/samples.mjs').Seen | undefined} */
let reference;

/** @param {string} step @param {'wasm' | 'webgpu'} backend @param {() => Promise<import('./browsers/samples.mjs').Tab>} open */
const compared = (step, backend, open) => async () => {
  const tab = await open();
  try {
    const name = { wasm: 'WebAssembly', webgpu: 'WebGPU' }[backend];
    if (backend === 'webgpu' && !(await hasDevice(tab))) {
      return { passed: 0, failed: 0, note: `NOT RUN: ${tab.name} has no WebGPU device here`, isNotRun: true };
    }
    const seen = await see(tab, url, backend, titles);
    await tab.picture(`${pictures}/${step.replace(/\W+/g, '-').toLowerCase()}.png`);
    if (seen.backend !== name)
      throw new Error(`${tab.name} ran on ${seen.backend || 'nothing it names'}, not on ${name}`);
    const cells = Object.values(seen.samples).flat().length;
    if (cells === 0) throw new Error(`${tab.name} found no cell at all`);
    reference ??= seen;
    const wrong = differences(seen, reference, MOST[backend]);
    for (const line of wrong) console.log(line);
    console.log(`${tab.name}, ${seen.backend}: ${titles.length} samples, ${cells} cells, ${wrong.length} differences`);
    return { passed: wrong.length ? 0 : titles.length, failed: wrong.length };
  } finally {
    await tab.close();
  }
};

/** Whether a page of the app gets a graphics device, real or not. @param {import('./browsers/samples.mjs').Tab} tab */
async function hasDevice(tab) {
  await tab.go(`${url}?keep=0`);
  return Boolean(await tab.run('navigator.gpu?.requestAdapter().then(Boolean)'));
}

/** @param {string} what @param {string} how */
const absent = (what, how) => () => ({
  passed: 0,
  failed: 0,
  note: `NOT RUN: no ${what} here (${how})`,
  isNotRun: true,
});

await tally.step('Chromium', [], compared('Chromium', 'wasm', openChromium));
const firefox = findFirefox();
for (const backend of /** @type {const} */ (['wasm', 'webgpu'])) {
  const step = `Firefox, ${backend}`;
  const work = firefox
    ? compared(step, backend, () => openFirefox(firefox))
    : absent('Firefox', "Debian's firefox-esr, or FIREFOX_PATH");
  await tally.step(step, ['Chromium'], work);
}
const webkit = findWebKit();
const webkitWork = webkit
  ? compared('WebKit', 'wasm', () => openWebKit(webkit))
  : absent('WebKit with a driver', "Debian's webkit2gtk-driver and xvfb");
await tally.step('WebKit', ['Chromium'], webkitWork);
await server.close();
console.log(tally.summary().join('\n'));
process.exitCode = tally.failed > 0 ? 1 : 0;
