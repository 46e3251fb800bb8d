// Builds the app when dist/ is missing or older than what it is made of.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

const sources = [
  'src',
  'public',
  'models',
  'index.html',
  'vite.config.ts',
  'scripts/vite-models.ts',
  'scripts/vite-assembly.ts',
  'scripts/content-hash.ts',
  'scripts/precache.ts',
  'package.json',
  'package-lock.json',
];

/** Newest change below a file or folder, in ms; training code and its runs are no part of the app. @param {string} file @returns {number} */
function newest(file) {
  if (!existsSync(file) || file === path.join('models', 'training')) return 0;
  const stat = statSync(file);
  if (!stat.isDirectory()) return stat.mtimeMs;
  // A folder's own time changes when something in it is added or removed.
  return Math.max(stat.mtimeMs, ...readdirSync(file).map((name) => newest(path.join(file, name))));
}

function buildIsCurrent() {
  // Written last, so a build that was cut off does not count.
  const built = path.join('dist', 'sw.js');
  // One for a folder of a server finds none of its parts at the root.
  const page = path.join('dist', 'index.html');
  if (!existsSync(built) || !existsSync(page) || !readFileSync(page, 'utf8').includes('src="/assets/')) return false;
  return statSync(built).mtimeMs >= Math.max(...sources.map(newest));
}

/** Needs the dependencies; throws when the build fails. @param {(line: string) => void} log */
export function ensureBuild(log) {
  if (buildIsCurrent()) return;
  log('Building …');
  const { status } = spawnSync(process.execPath, ['node_modules/vite/bin/vite.js', 'build', '--logLevel', 'warn'], {
    // stdout may belong to results.
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) throw new Error('The build failed; its message is above.');
}
