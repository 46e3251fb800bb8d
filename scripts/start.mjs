// `npm start`: installs and builds what is missing or out of date, serves the built app and opens it in a browser.
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ensureBuild } from './build.mjs';
import { ensureDeps } from './deps.mjs';

/** Ports from 1024 on that browsers refuse: the fetch standard's "bad ports". */
const BLOCKED = new Set([
  1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
]);

const usage = 'npm start -- [--port 4173] [--no-open]';
process.chdir(fileURLToPath(new URL('..', import.meta.url)));

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
  if (BLOCKED.has(port))
    throw new Error(`No browser opens port ${port}, which belongs to another protocol: name another.`);

  ensureDeps();
  ensureBuild(console.log);

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
