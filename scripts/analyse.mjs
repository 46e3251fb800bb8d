// `npm run analyse`: the built app itself, driven in Chromium over files and folders; writes results.json and label maps.
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { listInputs, readOptions } from './analyse/inputs.mjs';
import { isFull, Writer } from './analyse/writer.mjs';
import { ensureBuild } from './build.mjs';
import { ensureDeps } from './deps.mjs';

/** Files a visit: a new page now and then keeps memory flat over thousands. */
const BATCH = { crop: 150, field: 20 };

/** Times that the browser may end one after another. */
const MOST_ENDS = 5;

const say = (/** @type {string} */ line) => process.stderr.write(`${line}\n`);

/** @param {import('./analyse/inputs.mjs').Options} options @param {import('./analyse/inputs.mjs').Input[]} inputs @param {Writer} writer */
async function run(options, inputs, writer) {
  // Only now: before the install there is nothing to import.
  const [
    { chromium },
    { preview },
    { ensureChromium, ownGpuArgs, webgpuArgs },
    { analyseBatch },
    { attempts, Broken },
  ] = await Promise.all([
    import('@playwright/test'),
    import('vite'),
    import('./chromium.mjs'),
    import('./analyse/page.mjs'),
    import('./analyse/attempts.mjs'),
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

  /** @param {typeof inputs} batch */
  const analyse = async (batch) => {
    let last = -batch.length;
    try {
      const result = await analyseBatch(await running(), url, batch, (count) => {
        // Ten lines a batch are enough to see it move.
        if (count - last < batch.length / 10) return;
        progress(writer.images.length + count);
        last = count;
      });
      ends = 0;
      return result;
    } catch (error) {
      if (!isFull(error)) throw error;
      // Links and downloads lie there for a while; no file has a part in that.
      const reason = error instanceof Error ? error.message : '';
      throw new Broken(
        `No room for temporary files (${reason}).\nMake room in ${tmpdir()}, or name another folder with TMPDIR; then run the command again.`,
      );
    }
  };

  try {
    const size = options.crop ? BATCH.crop : BATCH.field;
    for (let from = 0; from < inputs.length; from += size) {
      for await (const { head, outcomes } of attempts(inputs.slice(from, from + size), analyse, say)) {
        if (head) writer.head = head;
        writer.add(outcomes);
      }
    }
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
