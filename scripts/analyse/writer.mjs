// What `npm run analyse` leaves on the disk: label maps as they come, and results.json, which lists no file before its maps are there.
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { mapNames } from './inputs.mjs';

/** The disk takes no more: no fault of a file, and no other try would mend it. */
export class Refused extends Error {}

/** Errors of a disk that is full, used up, or not to be written to, whichever file it is. */
const FULL = new Set(['ENOSPC', 'EDQUOT', 'EROFS']);

/** @param {unknown} error */
export const isFull = (error) =>
  error instanceof Error && FULL.has(/** @type {NodeJS.ErrnoException} */ (error).code ?? '');

/** Results as they come: results.json anew after every batch, so that a run cut short keeps its work. */
export class Writer {
  /** @type {Record<string, unknown>} */
  head = { version: 3, notice: 'For Research Use Only. Not for use in diagnostic procedures.', model: null };
  /** @type {(import('./page.mjs').Analysed | import('./page.mjs').Failed)[]} */
  images = [];
  #nameOf = mapNames();

  /** Throws Refused where the folder cannot be made. @param {string} out */
  constructor(out) {
    this.out = out;
    this.#trying(out, () => mkdirSync(out, { recursive: true }));
  }

  /** All of them or, with Refused thrown, none: what is listed is on the disk. @param {import('./page.mjs').Outcome[]} outcomes */
  add(outcomes) {
    const entries = outcomes.map(({ entry, cells, classes }) => {
      if (!cells || !classes) return entry;
      const name = this.#nameOf(entry.file);
      const [cellsFile, classesFile] = [`${name}.cells.png`, `${name}.classes.png`];
      this.#put(cellsFile, cells);
      this.#put(classesFile, classes);
      return { ...entry, cellsFile, classesFile };
    });
    const images = [...this.images, ...entries];
    // Written beside it first: on a disk that is full the one of before is not lost.
    this.#put('results.json.part', `${JSON.stringify({ ...this.head, images }, null, 1)}\n`);
    const [part, whole] = [path.join(this.out, 'results.json.part'), path.join(this.out, 'results.json')];
    this.#trying(whole, () => renameSync(part, whole));
    this.images = images;
  }

  /** @param {string} file @param {Uint8Array | string} content */
  #put(file, content) {
    const full = path.join(this.out, file);
    this.#trying(full, () => {
      mkdirSync(path.dirname(full), { recursive: true });
      writeFileSync(full, content);
    });
  }

  /** @param {string} file @param {() => void} write */
  #trying(file, write) {
    try {
      write();
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      const listed = this.images.length;
      const kept = listed > 0 ? ` results.json lists the ${listed === 1 ? 'file' : `${listed} files`} before.` : '';
      throw new Refused(
        `${file} could not be written (${reason}).${kept}\nMake room there or see that you may write there, or name another folder with --out; then run the command again.`,
        { cause },
      );
    }
  }

  get failed() {
    return this.images.filter((image) => 'error' in image);
  }
}
