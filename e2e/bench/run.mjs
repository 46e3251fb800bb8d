// `npm run bench`: the same weights and crops through our fused and simd paths, plain tfjs and onnxruntime-web, interleaved in one page.
// node e2e/bench/run.mjs [--json FILE] [--batches 1,8] [--rounds 5] [--kinds fused,tfjs-webgpu,…] [--gpu] [--subgroups]
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { chromium } from '@playwright/test';
import { createServer } from 'vite';
import { ensureChromium, webgpuArgs } from '../../scripts/chromium.mjs';
import { report, reportSums } from './report.mjs';

const root = path.resolve(import.meta.dirname, '../..');
const { values } = parseArgs({
  options: {
    json: { type: 'string' },
    batches: { type: 'string', default: '1,8' },
    rounds: { type: 'string', default: '5' },
    kinds: { type: 'string', default: 'fused,tfjs-webgpu,ort-webgpu,simd,tfjs-wasm,ort-wasm' },
    // The machine's own graphics card instead of the software device.
    gpu: { type: 'boolean', default: false },
    // In place of the table: what subgroups would bring to the kernels that add up over a workgroup.
    subgroups: { type: 'boolean', default: false },
  },
});

const gpuArgs = [
  '--no-sandbox',
  '--disable-background-networking',
  '--enable-unsafe-webgpu',
  '--enable-features=Vulkan',
];

const server = await createServer({ configFile: path.join(import.meta.dirname, 'vite.config.ts') });
await server.listen();

const browser = await chromium.launch({
  executablePath: await ensureChromium(),
  args: values.gpu ? gpuArgs : webgpuArgs,
});

/** Compressed bytes of files. @param {string[]} files */
const gzip = (files) => files.reduce((sum, file) => sum + gzipSync(readFileSync(path.join(root, file))).length, 0);

/** What each runtime adds to a page, compressed; ours as built, where there is a build. */
function shipped() {
  const ort = 'node_modules/onnxruntime-web/dist/';
  const tfjsWasm = 'node_modules/@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-simd.wasm';
  let engine = 0;
  try {
    const assets = readdirSync(path.join(root, 'dist/assets')).filter((name) => /^(worker|thread)-.*\.js$/.test(name));
    engine = gzip(assets.map((name) => `dist/assets/${name}`));
  } catch {
    console.error('No build in dist/: the engine is not weighed (npm run build).');
  }
  return {
    'fused, simd and tfjs-webgpu (the whole engine)': engine,
    'tfjs-wasm (binary)': gzip([tfjsWasm]),
    'ort-webgpu': gzip([`${ort}ort.webgpu.bundle.min.mjs`, `${ort}ort-wasm-simd-threaded.asyncify.wasm`]),
    'ort-wasm': gzip([`${ort}ort.wasm.bundle.min.mjs`, `${ort}ort-wasm-simd-threaded.wasm`]),
  };
}

try {
  const page = await browser.newPage();
  page.on('console', (message) => {
    if (message.type() === 'log') console.error(`  ${message.text()}`);
  });
  page.on('pageerror', (error) => console.error(String(error)));
  const base = server.resolvedUrls?.local[0] ?? '';
  await page.goto(`${base}e2e/bench/page/`);
  await page.waitForFunction(() => 'bench' in window, undefined, { timeout: 300_000 });
  const model = readdirSync(path.join(root, 'models')).find((name) => name.startsWith('sg-cldff-'));
  const options = {
    kinds: values.kinds.split(','),
    batches: values.batches.split(',').map(Number),
    rounds: Number(values.rounds),
    folder: `${base}models/${model}/`,
    fieldUrl: `${base}e2e/fixtures/field-a.png`,
  };
  if (values.subgroups) {
    const sums = await page.evaluate((given) => /** @type {any} */ (window).bench.sums(given), options.folder);
    console.log(reportSums(sums));
    // What cannot be measured is no result.
    if (sums.length === 0) process.exitCode = 1;
  } else {
    const result = await page.evaluate((given) => /** @type {any} */ (window).bench.run(given), options);
    const machine = {
      cpu: os.cpus()[0]?.model ?? '',
      cores: os.cpus().length,
      load: os.loadavg()[0],
      date: new Date().toISOString().slice(0, 10),
    };
    const figures = { ...result, shipped: shipped(), machine };
    if (values.json) writeFileSync(values.json, `${JSON.stringify(figures, null, 1)}\n`);
    console.log(report(figures));
  }
} finally {
  await browser.close();
  await server.close();
}
