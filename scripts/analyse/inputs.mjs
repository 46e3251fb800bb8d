// What `npm run analyse` was asked for: its arguments, and the image files they stand for.
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';

export const usage = `npm run analyse -- FILE_OR_FOLDER... --out DIR [--backend webgpu|wasm] [--crop]
  --out DIR    where results.json and the label maps go (made if missing)
  --backend    what to compute on; by default the graphics card where Chromium can use it without a window, else wasm.
               webgpu: the software device of the tests, slow, for comparing
  --crop       each file shows one centred cell: exactly one is reported`;

/** Files with other extensions are passed over in folders; a file named outright is always tried. */
const EXTENSIONS = /\.(tiff?|png|jpe?g|webp|avif|bmp|gif)$/i;

const collator = new Intl.Collator('en', { numeric: true });

/** @typedef {{ path: string, name: string }} Input path on disk, and name in the results ('/' between folders) */
/** @typedef {{ inputs: string[], out: string, backend: 'webgpu' | 'wasm' | undefined, crop: boolean }} Options */

/** Throws an Error with the usage on anything it does not know. @param {string[]} args @returns {Options} */
export function readOptions(args) {
  let parsed;
  try {
    parsed = parseArgs({
      args,
      allowPositionals: true,
      options: { out: { type: 'string' }, backend: { type: 'string' }, crop: { type: 'boolean' } },
    });
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : error}\n${usage}`);
  }
  const { values, positionals } = parsed;
  const { backend } = values;
  if (backend !== undefined && backend !== 'webgpu' && backend !== 'wasm')
    throw new Error(`--backend is webgpu or wasm, not ${backend}\n${usage}`);
  if (!values.out) throw new Error(`--out DIR is missing\n${usage}`);
  if (positionals.length === 0) throw new Error(`No file or folder was named\n${usage}`);
  return { inputs: positionals, out: values.out, backend, crop: values.crop ?? false };
}

/**
 * Files of the arguments: named ones as they are, folders searched to any depth in natural order. Names in the results
 * are relative to the folder given. Missing ones stay in the list, and fail by themselves later.
 * @param {string[]} inputs @returns {Input[]}
 */
export function listInputs(inputs) {
  return inputs.flatMap((input) => {
    const stat = statSync(input, { throwIfNoEntry: false });
    if (!stat?.isDirectory()) return [{ path: input, name: path.basename(input) }];
    return walk(input, '');
  });
}

/** @param {string} folder @param {string} prefix @returns {Input[]} */
function walk(folder, prefix) {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => collator.compare(a.name, b.name));
  return entries.flatMap((entry) => {
    if (entry.name.startsWith('.')) return [];
    const full = path.join(folder, entry.name);
    // A link is followed to a file, never to a folder: folders may link in circles.
    if (entry.isDirectory()) return walk(full, `${prefix}${entry.name}/`);
    const file = entry.isFile() || (entry.isSymbolicLink() && statSync(full, { throwIfNoEntry: false })?.isFile());
    return file && EXTENSIONS.test(entry.name) ? [{ path: full, name: prefix + entry.name }] : [];
  });
}

/** Names of devices on Windows, which cannot be files there whatever follows the dot. */
const DEVICES = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;
/** File systems stop at 255 bytes a name; room is left for what is appended, and for characters of several bytes. */
const LONGEST = 60;

/** @param {string} part */
function safePart(part) {
  const plain = [...part.replace(/[<>:"|?*\\\p{Cc}]/gu, '_')]
    .slice(0, LONGEST)
    .join('')
    .replace(/[. ]+$/, '');
  return DEVICES.test(plain) ? `_${plain}` : plain;
}

/**
 * Label maps are named after their image, as the app's own export names them (src/export/names.ts, which needs a build; the
 * test compares the two): safe on every system, and files that share a name get -2, -3 ... Case does not tell names apart.
 * @returns {(name: string) => string} name without extension, for each file in turn
 */
export function mapNames() {
  const taken = new Set();
  return (name) => {
    const parts = name
      .normalize('NFC')
      .replace(/(?<=[^/])\.[a-z0-9]{1,5}$/i, '')
      .split('/');
    const stem = parts.map(safePart).filter(Boolean).join('/') || 'image';
    let wished = stem;
    for (let i = 2; taken.has(wished.toLowerCase()); i++) wished = `${stem}-${i}`;
    taken.add(wished.toLowerCase());
    return wished;
  };
}
