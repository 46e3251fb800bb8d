// `npm run analyse`: the built app itself, driven in Chromium over files and folders; writes results.json and label maps.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { listInputs, mapNames, readOptions } from './analyse/inputs.mjs';
import { ensureBuild } from './build.mjs';
import { ensureDeps } from './deps.mjs';

/** Files a visit: a new page now and then keeps memory flat over thousands. */
const BATCH = { crop: 150, field: 20 };

const say = (/** @type {string} */ line) => process.stderr.write(`${line}\n`);

/** @param {import('./analyse/inputs.mjs').Options} options @param {import('./analyse/inputs.mjs').Input[]} inputs */
async function run(options, inputs) {
  // Only now: before the install there is nothing to import.
  const [{ chromium }, { preview }, { ensureChromium, webgpuArgs }, { analyseBatch, failure }] = await Promise.all([
    import('@playwright/test'),
    import('vite'),
    import('./chromium.mjs'),
    import('./analyse/page.mjs'),
  ]);
  const server = await preview({ logLevel: 'warn', preview: { port: 0, open: false } });
  const browser = await chromium.launch({ executablePath: await ensureChromium({ log: say }), args: webgpuArgs });
  const url = `${server.resolvedUrls?.local[0]}?backend=${options.backend}${options.crop ? '&crop=1' : ''}`;
  /** @type {import('./analyse/page.mjs').Outcome[]} */
  const outcomes = [];
  /** @type {Record<string, unknown>} */
  let head = {};
  const started = Date.now();
  const progress = (/** @type {number} */ done) => {
    const rate = done / ((Date.now() - started) / 60_000);
    const left = done ? `${((inputs.length - done) / rate).toFixed(1)} min left` : '';
    say(`${done} of ${inputs.length} files  ${rate.toFixed(1)} files/min  ${left}`);
  };

  /** A batch that fails is tried once more, then file by file, so that one file costs only itself. @param {typeof inputs} batch */
  const work = async (batch, tries = 2) => {
    let last = -10;
    try {
      const done = outcomes.length;
      const result = await analyseBatch(browser, url, batch, (count) => {
        // Ten lines a batch are enough to see it move.
        if (count - last >= batch.length / 10) progress(done + count);
        if (count - last >= batch.length / 10) last = count;
      });
      head = result.head;
      outcomes.push(...result.outcomes);
    } catch (error) {
      const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
      if (tries > 1) {
        say(`A batch failed (${reason}); trying it again.`);
        await work(batch, tries - 1);
      } else if (batch.length > 1) {
        for (const input of batch) await work([input], 1);
      } else if (batch[0]) {
        outcomes.push(
          failure(batch[0].name, `The file could not be analysed: ${reason}.`, 'Open it in the app to see more.'),
        );
      }
    }
  };

  try {
    const size = options.crop ? BATCH.crop : BATCH.field;
    for (let from = 0; from < inputs.length; from += size) await work(inputs.slice(from, from + size));
  } finally {
    await browser.close();
    await server.close();
  }
  progress(inputs.length);
  return { head, outcomes };
}

/** @param {string} out @param {Record<string, unknown>} head @param {import('./analyse/page.mjs').Outcome[]} outcomes */
function write(out, head, outcomes) {
  const nameOf = mapNames();
  const images = outcomes.map(({ entry, cells, classes }) => {
    if (!cells || !classes) return entry;
    const name = nameOf(entry.file);
    const [cellsFile, classesFile] = [`${name}.cells.png`, `${name}.classes.png`];
    for (const [file, bytes] of /** @type {const} */ ([
      [cellsFile, cells],
      [classesFile, classes],
    ])) {
      const full = path.join(out, file);
      mkdirSync(path.dirname(full), { recursive: true });
      writeFileSync(full, bytes);
    }
    return { ...entry, cellsFile, classesFile };
  });
  mkdirSync(out, { recursive: true });
  writeFileSync(path.join(out, 'results.json'), `${JSON.stringify({ ...head, images }, null, 1)}\n`);
  return images.filter((entry) => 'cellsFile' in entry).length;
}

/** @returns {Promise<number>} exit code */
async function main() {
  /** @type {import('./analyse/inputs.mjs').Options} */
  let options;
  // Under npm the working folder is the project's; names are meant from where the command was typed.
  const from = process.env.INIT_CWD ?? process.cwd();
  try {
    options = readOptions(process.argv.slice(2));
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    return 2;
  }
  const out = path.resolve(from, options.out);
  const listed = listInputs(options.inputs.map((input) => path.resolve(from, input)));
  if (listed.length === 0) {
    say('No image was found in what was named.');
    return 1;
  }
  process.chdir(path.join(import.meta.dirname, '..'));
  ensureDeps(say);
  ensureBuild(say);
  const there = listed.filter((input) => existsSync(input.path));
  const { head, outcomes } = there.length ? await run(options, there) : { head: {}, outcomes: [] };
  const byPath = new Map(there.map((input, i) => [input, outcomes[i]]));
  const missing = { code: 'damaged-image', message: 'There is no such file.', remedy: 'Check its name and folder.' };
  const all = listed.map((input) => byPath.get(input) ?? { entry: { file: input.name, error: missing } });
  const worked = write(out, head, all);
  say(
    `${worked} of ${listed.length} files analysed; results in ${path.relative(from, path.join(out, 'results.json'))}`,
  );
  for (const { entry, cells } of all) {
    const { error } = /** @type {import('./analyse/page.mjs').Failed} */ (entry);
    if (!cells) say(`  ${entry.file}: ${error.message} ${error.remedy}`);
  }
  return worked > 0 ? 0 : 1;
}

main().then(
  (code) => process.exit(code),
  (error) => {
    say(error instanceof Error ? error.message : String(error));
    process.exit(1);
  },
);
