// Holds the built app to its budgets: bytes to first paint, bytes stored for offline use, and nothing forgotten.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

const FIRST_PAINT = 150_000; // gzip bytes of JavaScript and CSS
const PRECACHED = 12_000_000; // bytes as stored

const read = (/** @type {string} */ file) => readFileSync(path.join('dist', file));
/** @type {Record<string, { file: string, isEntry?: boolean, imports?: string[], css?: string[] }>} */
const chunks = JSON.parse(read('.vite/manifest.json').toString());

/** Everything the page asks for before it can show anything: the entry, its static imports, their style sheets. */
const first = new Set(/** @type {string[]} */ ([]));
/** @param {string} key */
function need(key) {
  const chunk = chunks[key];
  if (!chunk || first.has(chunk.file)) return;
  first.add(chunk.file);
  for (const sheet of chunk.css ?? []) first.add(sheet);
  chunk.imports?.forEach(need);
}
need('index.html');
// index.html itself may name more than the manifest knows (a preload, a hand-written tag).
for (const [, file] of read('index.html')
  .toString()
  .matchAll(/(?:src|href)="[^"]*?(assets\/[^"]+\.(?:js|css))"/g)) {
  if (file) first.add(file);
}
const firstBytes = [...first].map((file) => gzipSync(read(file), { level: 9 }).length).reduce((a, b) => a + b, 0);

const stored = [
  ...read('sw.js')
    .toString()
    .matchAll(/"url":"([^"]+)"/g),
].map((match) => match[1] ?? '');
const storedBytes = stored.map((file) => statSync(path.join('dist', file)).size).reduce((a, b) => a + b, 0);

// Workbox leaves out what is too large or unmatched with no more than a warning; here that is an error.
const forgotten = readdirSync('dist', { recursive: true, encoding: 'utf8' })
  .map((file) => file.split(path.sep).join('/'))
  .filter((file) => statSync(path.join('dist', file)).isFile())
  .filter((file) => file !== 'sw.js' && !/^\.vite\/|\/golden\/|\.map$/.test(file) && !stored.includes(file));

const kB = (/** @type {number} */ bytes) => `${(bytes / 1000).toFixed(1)} kB`;
console.log(`first paint  ${kB(firstBytes)} gzip of ${kB(FIRST_PAINT)} (${[...first].join(', ')})`);
console.log(`precached    ${kB(storedBytes)} of ${kB(PRECACHED)} (${stored.length} files)`);

const faults = [
  first.size === 0 && 'no entry chunk found in the build manifest',
  firstBytes > FIRST_PAINT && 'first paint is over its budget',
  storedBytes > PRECACHED && 'what is precached is over its budget',
  !stored.includes('index.html') && 'the service worker does not store index.html',
  forgotten.length > 0 && `built but not stored for offline use: ${forgotten.join(', ')}`,
].filter((fault) => fault !== false);
for (const fault of faults) console.error(`OVER BUDGET: ${fault}`);
process.exit(faults.length > 0 ? 1 : 0);
