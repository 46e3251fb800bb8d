// `npm run kernels`: the dispatches of the fused path for the shipped network, in order. `npm run kernels -- KERNEL`, a name or the
// beginning of one ('conv3', 'stem 4 2'): the WGSL generated for it, as formatted as it gets. --software: as tuned for a processor.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { createServer } from 'vite';

const root = path.join(import.meta.dirname, '..');
const args = process.argv.slice(2);
const wanted = args.filter((arg) => arg !== '--software').join(' ');
const tuned = args.includes('--software') ? 'software' : 'hardware';

const models = path.join(root, 'models');
const newest = readdirSync(models)
  .filter((name) => name.startsWith('sg-cldff-v'))
  .toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }))
  .at(-1);
const folder = path.join(models, String(newest));
const manifest = JSON.parse(readFileSync(path.join(folder, 'manifest.json'), 'utf8'));
const shards = manifest.shards.map((/** @type {{ path: string }} */ shard) =>
  readFileSync(path.join(folder, shard.path)),
);

const vite = await createServer({
  root,
  configFile: false,
  logLevel: 'error',
  server: { middlewareMode: true, ws: false },
});
const { decodeWeights } = await vite.ssrLoadModule('/src/engine/network/decodeWeights.ts');
const { networkPlan } = await vite.ssrLoadModule('/src/engine/plan/layers.ts');
const { lower } = await vite.ssrLoadModule('/src/engine/fused/lower/lower.ts');
const { textOf } = await vite.ssrLoadModule('/src/engine/fused/kernel.ts');
const { TUNING } = await vite.ssrLoadModule('/src/engine/fused/tuning.ts');
await vite.close();

const arrays = decodeWeights(new Uint8Array(Buffer.concat(shards)).buffer, manifest.weights);
const tuning = TUNING[tuned];
const { program } = lower(
  networkPlan(manifest),
  (/** @type {string} */ name) => arrays.get(name),
  manifest.cues,
  tuning,
);

/** WGSL as generated has the indentation of the code that made it; by braces it can be read. @param {string} code */
function indented(code) {
  let depth = 0;
  const lines = code.split('\n').flatMap((line) => line.trim() || []);
  return lines.map((line) => {
    const closed = line.match(/^[})]+/)?.[0].length ?? 0;
    const text = '  '.repeat(Math.max(0, depth - closed)) + line;
    depth += (line.match(/[{(]/g)?.length ?? 0) - (line.match(/[})]/g)?.length ?? 0);
    return text;
  });
}

if (wanted) {
  const dispatch = program.dispatches.find((/** @type {any} */ { kernel }) => kernel.key.startsWith(wanted));
  if (!dispatch) {
    console.error(`No kernel begins with '${wanted}'. \`npm run kernels\` lists them.`);
    process.exit(1);
  }
  console.log(
    `// ${dispatch.kernel.key}: ${dispatch.name}\n${indented(textOf(dispatch.kernel, tuning.storage)).join('\n')}`,
  );
} else {
  const once = program.dispatches.filter((/** @type {any} */ { from }) => from !== 'crop').length;
  console.log(`${newest}, tuned for ${tuned}: ${once} dispatches from windows of an image to all that is read back\n`);
  for (const { name, kernel, threads, teams, from } of program.dispatches) {
    const size = threads === undefined ? `${teams} workgroups` : `${threads} threads`;
    console.log(`${kernel.key.padEnd(34)} ${size.padStart(16)}  ${name}${from ? ` (from a ${from})` : ''}`);
  }
}
