// Drives the built app in Chromium: gives it files, waits, and takes the bundle that its Export button saves.
import { createHash } from 'node:crypto';
import { copyFileSync, linkSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { unzipSync } from 'fflate';

/** @typedef {import('./inputs.mjs').Input} Input */
/** @typedef {{ error: { code: string, message: string, remedy: string } } & { file: string }} Failed */
/** @typedef {{ file: string, cellsFile: string, classesFile: string, cells: unknown[] } & Record<string, unknown>} Analysed */
/** @typedef {{ entry: Analysed | Failed, cells?: Uint8Array, classes?: Uint8Array }} Outcome label maps where analysed */

/** A file that takes longer than this on any machine is not going to end. */
const PATIENCE = 10 * 60_000;

/** @param {string} file @param {string} message @param {string} remedy @returns {Outcome} */
export function failure(file, message, remedy) {
  return { entry: { file, error: { code: 'damaged-image', message, remedy } } };
}

/**
 * One visit to the app with a batch of files; outcomes in their order, and the rest of results.json.
 * @param {import('@playwright/test').Browser} browser @param {string} url @param {Input[]} batch
 * @param {(done: number) => void} onProgress
 */
export async function analyseBatch(browser, url, batch, onProgress) {
  const folder = mkdtempSync(path.join(tmpdir(), 'leukolens-'));
  const page = await browser.newPage({ acceptDownloads: true });
  try {
    // The app analyses a file that is there twice once; here each has its entry.
    const firsts = firstOfItsKind(batch);
    // Numbered names: the app lists files in natural order, and names that occur twice stay apart.
    const links = [...new Set(firsts)].map((i) =>
      link(/** @type {Input} */ (batch[i]).path, path.join(folder, `${String(i).padStart(6, '0')}.img`)),
    );
    const crashed = new Promise((_, reject) => page.once('crash', () => reject(new Error('the page crashed'))));
    crashed.catch(() => {});
    const work = async () => {
      await page.goto(url);
      await page.getByLabel('Open images').setInputFiles(links);
      await finished(page, links.length, onProgress);
      const [download] = await Promise.all([
        page.waitForEvent('download', { timeout: PATIENCE }),
        page.getByRole('button', { name: 'Export' }).click(),
      ]);
      return unzipSync(readFileSync(await download.path()));
    };
    const files = /** @type {Record<string, Uint8Array>} */ (await Promise.race([work(), crashed]));
    const bytes = files['results.json'];
    if (!bytes) throw new Error('the bundle holds no results.json');
    // The differential is of this batch, not of the whole run, in which each file has an entry.
    const { images, differentials: _, notAnalysed: __, ...head } = JSON.parse(Buffer.from(bytes).toString('utf8'));
    const byNumber = new Map(
      images.map((/** @type {Analysed | Failed} */ entry) => [Number.parseInt(entry.file, 10), entry]),
    );
    const outcomes = batch.map((input, i) => outcomeOf(input, byNumber.get(firsts[i]), files));
    return { head, outcomes };
  } finally {
    await page.close().catch(() => {});
    rmSync(folder, { recursive: true, force: true });
  }
}

/** For each file the first one with the same bytes, itself as a rule. @param {Input[]} batch */
export function firstOfItsKind(batch) {
  /** @type {Map<string, number>} */
  const seen = new Map();
  return batch.map((input, i) => {
    const hash = createHash('sha256').update(readFileSync(input.path)).digest('hex');
    const first = seen.get(hash) ?? i;
    seen.set(hash, first);
    return first;
  });
}

/** @param {Input} input @param {Analysed | Failed | undefined} entry @param {Record<string, Uint8Array>} files @returns {Outcome} */
function outcomeOf(input, entry, files) {
  if (!entry)
    return failure(input.name, 'The app gave no result for this file.', 'Run the command on this file alone.');
  const named = { ...entry, file: input.name };
  if (!('cellsFile' in entry)) return { entry: named };
  const [cells, classes] = [files[entry.cellsFile], files[entry.classesFile]];
  if (!cells || !classes) throw new Error(`the bundle lacks the label maps of ${input.name}`);
  return { entry: named, cells, classes };
}

/** Hard link, or a copy where the disk or the system has none. @param {string} from @param {string} to */
function link(from, to) {
  mkdirSync(path.dirname(to), { recursive: true });
  try {
    // A link to a relative link would point nowhere.
    linkSync(realpathSync(from), to);
  } catch {
    copyFileSync(from, to);
  }
  return to;
}

/** Waits until no file waits or is worked on. @param {import('@playwright/test').Page} page @param {number} count @param {(done: number) => void} onProgress */
async function finished(page, count, onProgress) {
  let last = -1;
  let since = Date.now();
  for (;;) {
    const state = await page.evaluate(() => {
      const settled = document.querySelector('nav[data-settled]')?.getAttribute('data-settled');
      const alert = document.querySelector('[role="alert"]')?.textContent ?? '';
      return { done: Number(settled ?? 0), alert };
    });
    if (state.done >= count) return;
    if (state.done !== last) {
      last = state.done;
      since = Date.now();
      onProgress(state.done);
    }
    if (state.alert) throw new Error(`the engine did not start: ${state.alert}`);
    if (Date.now() - since > PATIENCE) throw new Error(`no file was finished in ${PATIENCE / 60_000} minutes`);
    await page.waitForTimeout(200);
  }
}
