// `npm run analyse`: the built app itself, driven in Chromium over files and folders; writes results.json and label maps.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { listInputs, mapNames, readOptions } from './analyse/inputs.mjs';
import { ensureBuild } from './build.mjs';
import { ensureDeps } from './deps.mjs';

/** Files a visit: a new page now and then keeps memory flat over thousands. */
const BATCH = { crop: 150, field: 20 };

/** Times that the browser may end one after another. */
const MOST_ENDS = 5;
class Broken extends Error {}

const say = (/** @type {string} */ line) => process.stderr.write(`${line}\n`);

/** Results as they come: label maps at once, results.json anew after every batch, so that a run cut short keeps its work. */
class Writer {
  /** @type {Record<string, unknown>} */
  head = { version: 3, notice: 'For Research Use Only. Not for use in diagnostic procedures.', model: null };
  /** @type {(import('./analyse/page.mjs').Analysed | import('./analyse/page.mjs').Failed)[]} */
  images = [];
  #nameOf = mapNames();

  /** @param {string} out */
  constructor(out) {
    this.out = out;
    mkdirSync(out, { recursive: true });
  }

  /** @param {import('./analyse/page.mjs').Outcome[]} outcomes */
  add(outcomes) {
    for (const { entry, cells, classes } of outcomes) {
      if (!cells || !classes) {
        this.images.push(entry);
        continue;
      }
      const name = this.#nameOf(entry.file);
      const [cellsFile, classesFile] = [`${name}.cells.png`, `${name}.classes.png`];
      this.#put(cellsFile, cells);
      this.#put(classesFile, classes);
      this.images.push({ ...entry, cellsFile, classesFile });
    }
    this.#put('results.json', `${JSON.stringify({ ...this.head, images: this.images }, null, 1)}\n`);
  }

  /** @param {string} file @param {Uint8Array | string} content */
  #put(file, content) {
    const full = path.join(this.out, file);
    mkdirSync(path.dirname(full), { recursive: true });
    writeFileSync(full, content);
  }

  get failed() {
    return this.images.filter((image) => 'error' in image);
  }
}

/** @param {import('./analyse/inputs.mjs').Options} options @param {import('./analyse/inputs.mjs').Input[]} inputs @param {Writer} writer */
async function run(options, inputs, writer) {
  // Only now: before the install there is nothing to import.
  const [{ chromium }, { preview }, { ensureChromium, ownGpuArgs, webgpuArgs }, { analyseBatch, failure }] =
    await Promise.all([
      import('@playwright/test'),
      import('vite'),
      import('./chromium.mjs'),
      import('./analyse/page.mjs'),
    ]);
  const server = await preview({ logLevel: 'warn', preview: { port: 0, open: false } });
  const executablePath = await ensureChromium({ log: say });
  const args = options.backend === 'webgpu' ? webgpuArgs : ownGpuArgs;
  const launch = () => chromium.launch({ executablePath, args });
  let browser = await launch();
  let ends = 0;
  /** The browser, started anew where it has ended as a whole; throws where it does again and again and nothing is finished between. */
  const running = async () => {
    if (browser.isConnected()) return browser;
    if (++ends > MOST_ENDS)
      throw new Broken(`The browser ended ${ends} times without finishing a file; the results so far are written.`);
    say('The browser has ended; starting it again.');
    browser = await launch();
    return browser;
  };
  const url = `${server.resolvedUrls?.local[0]}?keep=0${options.backend ? `&backend=${options.backend}` : ''}${options.crop ? '&crop=1' : ''}&export=maps`;
  const started = Date.now();
  const progress = (/** @type {number} */ done) => {
    const rate = done / ((Date.now() - started) / 60_000);
    const left = done ? `${((inputs.length - done) / rate).toFixed(1)} min left` : '';
    say(`${done} of ${inputs.length} files  ${rate.toFixed(1)} files/min  ${left}`);
  };

  /** A batch that fails is tried once more, then file by file, so that one file costs only itself. @param {typeof inputs} batch */
  const work = async (batch, tries = 2) => {
    let last = -batch.length;
    try {
      const before = writer.images.length;
      const result = await analyseBatch(await running(), url, batch, (count) => {
        // Ten lines a batch are enough to see it move.
        if (count - last < batch.length / 10) return;
        progress(before + count);
        last = count;
      });
      writer.head = result.head;
      writer.add(result.outcomes);
      ends = 0;
    } catch (error) {
      if (error instanceof Broken) throw error;
      const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
      if (tries > 1) {
        say(`A batch failed (${reason}); trying it again.`);
        await work(batch, tries - 1);
      } else if (batch.length > 1) {
        for (const input of batch) await work([input], 1);
      } else if (batch[0]) {
        writer.add([
          failure(batch[0].name, `The file could not be analysed: ${reason}.`, 'Open it in the app to see more.'),
        ]);
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
  process.chdir(fileURLToPath(new URL('..', import.meta.url)));
  ensureDeps(say);
  ensureBuild(say);
  const writer = new Writer(out);
  const there = listed.filter((input) => existsSync(input.path));
  if (there.length) await run(options, there, writer);
  const missing = { code: 'file-missing', message: 'There is no such file.', remedy: 'Check its name and folder.' };
  writer.add(
    listed.filter((input) => !there.includes(input)).map(({ name }) => ({ entry: { file: name, error: missing } })),
  );
  const worked = listed.length - writer.failed.length;
  say(
    `${worked} of ${listed.length} files analysed; results in ${path.relative(from, path.join(out, 'results.json'))}`,
  );
  for (const { file, error } of /** @type {import('./analyse/page.mjs').Failed[]} */ (writer.failed)) {
    say(`  ${file}: ${error.message} ${error.remedy}`);
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
