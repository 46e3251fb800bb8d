// `npm start`: installs and builds what is missing or out of date, serves the built app and opens it in a browser.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ensureDeps } from './deps.mjs';

const usage = 'npm start -- [--port 4173] [--no-open]';
const sources = [
  'src',
  'public',
  'models',
  'index.html',
  'vite.config.ts',
  'scripts/vite-models.ts',
  'package-lock.json',
];

process.chdir(path.join(import.meta.dirname, '..'));

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
  return existsSync(built) && statSync(built).mtimeMs >= Math.max(...sources.map(newest));
}

/** A browser that nobody sees is no help: continuous integration, and a Linux machine without a display. */
function hasScreen() {
  const { CI, DISPLAY, WAYLAND_DISPLAY } = process.env;
  return !CI && (process.platform !== 'linux' || Boolean(DISPLAY || WAYLAND_DISPLAY));
}

async function main() {
  const { values } = parseArgs({ options: { port: { type: 'string' }, 'no-open': { type: 'boolean' } } });
  const port = Number(values.port ?? 4173);
  if (!Number.isInteger(port) || port < 1 || port > 65535)
    throw new Error(`--port wants a number up to 65535: ${usage}`);

  ensureDeps();
  if (!buildIsCurrent()) {
    console.log('Building …');
    const { status } = spawnSync(process.execPath, ['node_modules/vite/bin/vite.js', 'build', '--logLevel', 'warn'], {
      stdio: 'inherit',
    });
    if (status !== 0) throw new Error('The build failed; its message is above.');
  }

  // Only now: before the install there is no vite to import.
  const { preview } = await import('vite');
  // A port that was asked for is meant; the usual one gives way to the next free one.
  const open = !values['no-open'] && hasScreen();
  const server = await preview({ logLevel: 'warn', preview: { port, strictPort: values.port !== undefined, open } });
  console.log(`\n  Leukolens is running at  ${server.resolvedUrls?.local[0]}\n  Stop it with Ctrl+C.\n`);
}

main().catch((error) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
