// The fused path through Dawn in Node, on any Vulkan, Metal or D3D12 device; no browser.
// node e2e/bench/dawn.mjs [--json FILE] [--batches 1,8] [--rounds 5] [--adapter PART OF ITS NAME] [--crops FILE (sgcldff.val_crops)]
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { createServer } from 'vite';
import { report, reportSums } from './report.mjs';

const root = path.resolve(import.meta.dirname, '../..');
const { values } = parseArgs({
  options: {
    json: { type: 'string' },
    batches: { type: 'string', default: '1,8' },
    rounds: { type: 'string', default: '5' },
    adapter: { type: 'string' },
    crops: { type: 'string' },
  },
});

/** @type {any} */
let dawn;
try {
  // Not among the project's dependencies: it weighs 130 MB.
  dawn = await import(/* @vite-ignore */ String('webgpu'));
} catch {
  console.error("Dawn for Node is missing. Install it beside the project's own: npm install --no-save webgpu");
  process.exit(1);
}
Object.assign(globalThis, dawn.globals);
const gpu = dawn.create(values.adapter ? [`adapter=${values.adapter}`] : []);
Object.defineProperty(globalThis, 'navigator', { value: { gpu }, configurable: true });

const server = await createServer({ configFile: path.join(import.meta.dirname, 'vite.config.ts') });
await server.listen();
// Compiling for a processor blocks this process for minutes, after which a connection that the server has closed would be used again.
if (server.httpServer && 'keepAliveTimeout' in server.httpServer) server.httpServer.keepAliveTimeout = 0;
try {
  const { run } = await server.ssrLoadModule('/e2e/bench/page/dawn.ts');
  const base = server.resolvedUrls?.local[0] ?? '';
  const name = readdirSync(path.join(root, 'models')).find((folder) => folder.startsWith('sg-cldff-'));
  const result = await run({
    batches: values.batches.split(',').map(Number),
    rounds: Number(values.rounds),
    folder: `${base}models/${name}/`,
    ...(values.crops && { crops: new Uint8Array(readFileSync(values.crops)) }),
  });
  const machine = {
    cpu: os.cpus()[0]?.model ?? '',
    cores: os.cpus().length,
    load: os.loadavg()[0],
    date: new Date().toISOString().slice(0, 10),
  };
  const figures = { ...result, machine, userAgent: `Node ${process.version} with Dawn`, fields: [], threads: 0 };
  if (values.json) writeFileSync(values.json, `${JSON.stringify(figures, null, 1)}\n`);
  console.log(report(figures));
  const verdicts = Object.entries(result.gate).map(([kind, verdict]) => `${kind}: ${verdict}`);
  console.log(`\nTrust gate: ${verdicts.join('; ')}.`);
  if (result.agreement) {
    const { crops, types, px, off } = result.agreement;
    const share = ((100 * types) / crops).toFixed(2);
    console.log(
      `\nHalf precision: ${types} of ${crops} crops of the same type as in single (${share} %), logits off by ${off.toExponential(1)} at most, ${(100 * px).toFixed(3)} % of px of the same class.`,
    );
  }
  console.log(`\n${reportSums(result.sums)}`);
  console.log(`\nFeatures of the device: ${result.device.features.join(', ')}.`);
} finally {
  await server.close();
}
process.exit(0);
