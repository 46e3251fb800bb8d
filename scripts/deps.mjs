// Installs the dependencies when node_modules does not hold what package-lock.json names. Needs nothing but Node.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** @typedef {Record<string, { version?: string, optional?: boolean, link?: boolean }>} Packages */

/** @param {string} file @returns {Packages} */
function packagesIn(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).packages : {};
}

/**
 * Whether npm's own record of what it installed agrees with the lock. Optional packages are left out of the comparison:
 * most of them are for other systems.
 */
export function depsAreCurrent() {
  const installed = packagesIn('node_modules/.package-lock.json');
  return Object.entries(packagesIn('package-lock.json')).every(
    ([place, { version, optional }]) => place === '' || optional || installed[place]?.version === version,
  );
}

/** @param {(line: string) => void} [log] */
export function ensureDeps(log = console.error) {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    throw new Error(`Node ${process.versions.node} is too old: install Node 20.19 or newer.`);
  }
  if (depsAreCurrent()) return;
  log('Installing dependencies (npm ci) …');
  // Also where NODE_ENV says production: the build is made of them.
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  // Under `npm start` npm names its own script; running that avoids a shell, which Windows would need for npm.cmd.
  const own = process.env.npm_execpath;
  // What the child prints goes to stderr: stdout belongs to the results.
  const stdio = /** @type {const} */ (['ignore', 2, 2]);
  const { status } = own?.endsWith('.js')
    ? spawnSync(process.execPath, [own, ...args], { stdio: [...stdio] })
    : spawnSync('npm', args, { stdio: [...stdio], shell: process.platform === 'win32' });
  if (status !== 0) throw new Error('npm ci failed: check the network or the registry npm is set to, then try again.');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) ensureDeps();
