// `npm test`: installs what is missing, runs every check there is, and ends with one line: `N passed, N failed`.
// A test counts as one; so does a step without tests (type check, lint, build …). Nothing is skipped without a word.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureChromium } from './chromium.mjs';
import { ensureDeps } from './deps.mjs';
import { freePort } from './port.mjs';
import { honest, ofPython, Tally } from './tally.mjs';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const temporary = mkdtempSync(path.join(os.tmpdir(), 'leukolens-'));

const tally = new Tally();

/** @typedef {{ env?: Record<string, string>, beside?: boolean }} Run beside: another program runs at the time */

/** Runs a Node program to its end, its output shown as it comes, or beside another's when it is over. @param {string} script @param {string[]} args @param {Run} [options] @returns {Promise<{ status: number, output: string }>} */
function node(script, args = [], { env = {}, beside = false } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, ...args], {
      stdio: ['ignore', 'pipe', beside ? 'pipe' : 'inherit'],
      env: { ...process.env, ...env },
    });
    let output = '';
    const show = (/** @type {string | Buffer} */ data) => {
      output += data;
      if (!beside) process.stdout.write(data);
    };
    child.stdout?.on('data', show);
    child.stderr?.on('data', show);
    child.on('error', reject);
    child.on('close', (status) => {
      if (beside) process.stdout.write(output);
      resolve({ status: status ?? 1, output });
    });
  });
}

/** A step that is good or bad as a whole. @param {string} script @param {string[]} args */
const check =
  (script, ...args) =>
  async () => {
    const { status } = await node(script, args);
    if (status !== 0) throw new Error(`${path.basename(script)} ended with status ${status}`);
  };

/** @param {string} file */
const json = (file) => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined);

let reports = 0;
/** @param {string} project @param {string[]} files of the project's; with none named all @param {Run} [options] */
async function vitest(project, files = [], options) {
  const file = path.join(temporary, `${project}-${reports++}.json`);
  const { status } = await node(
    'node_modules/vitest/vitest.mjs',
    ['run', ...files, '--project', project, '--reporter=default', '--reporter=json', `--outputFile.json=${file}`],
    options,
  );
  const report = json(file);
  if (!report) throw new Error('Vitest left no report');
  const skipped = report.numPendingTests + report.numTodoTests;
  return honest({ passed: report.numPassedTests, failed: report.numFailedTests, skipped }, status);
}

/** The browser's tests in two browsers at a time, since a software GPU keeps one core busy: those of faults, losses and flat memory take as long as all others. */
async function inTwoBrowsers() {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(gpu|worker)\.test\.ts$/.test(file))
    .map((file) => `src/${file.replaceAll(path.sep, '/')}`);
  const faults = files.filter((file) => /\/(faults|losses|flat)\./.test(file));
  const others = files.filter((file) => !faults.includes(file));
  if (faults.length === 0) throw new Error('No test of faults was found: the two lots are divided by name.');
  const cache = (/** @type {string} */ name) => ({ LEUKOLENS_VITE_CACHE: `node_modules/.vite-${name}` });
  const [a, b] = await Promise.all([
    vitest('browser', others, { env: cache('others') }),
    vitest('browser', faults, { env: cache('faults'), beside: true }),
  ]);
  return {
    passed: a.passed + b.passed,
    failed: a.failed + b.failed,
    skipped: (a.skipped ?? 0) + (b.skipped ?? 0),
    note: [a.note, b.note].filter(Boolean).join('; '),
  };
}

/** @param {string} project */
const playwright = (project) => async () => {
  const file = path.join(temporary, `e2e-${project}.json`);
  const { status } = await node(
    'node_modules/@playwright/test/cli.js',
    ['test', '-c', 'e2e', '--project', project, '--reporter=list,json'],
    { env: { PLAYWRIGHT_JSON_OUTPUT_NAME: file, E2E_PORT: String(await freePort('localhost')) } },
  );
  const report = json(file);
  if (!report) throw new Error('Playwright left no report');
  const { expected, unexpected, flaky, skipped } = report.stats;
  return honest({ passed: expected, failed: unexpected + flaky, skipped }, status);
};

/** Steps that need Python, see tally.mjs. @param {'training' | 'referees'} name */
const inPython = (name) => async () => {
  const { status, output } = await node(`scripts/test-${name}.mjs`);
  return ofPython(name, output, status);
};

await tally.step('dependencies', [], () => ensureDeps());
await tally.step('Chromium', ['dependencies'], async () => {
  // Handed on, so that every later run uses the one that was found here.
  process.env.CHROMIUM_PATH = await ensureChromium();
  console.log(process.env.CHROMIUM_PATH);
});
await tally.step('types', ['dependencies'], check('scripts/typecheck.mjs'));
const biome = 'node_modules/@biomejs/biome/bin/biome';
await tally.step('lint', ['dependencies'], check(biome, 'lint', '--error-on-warnings', '.'));
await tally.step('format', ['dependencies'], check(biome, 'format', '.'));
await tally.step('unit', ['dependencies'], () => vitest('unit'));
await tally.step('build', ['dependencies'], check('node_modules/vite/bin/vite.js', 'build', '--logLevel', 'warn'));
await tally.step('budget', ['build'], check('scripts/budget.mjs'));
await tally.step('browser (GPU, worker)', ['Chromium'], inTwoBrowsers);
await tally.step('e2e with WebGPU', ['build', 'Chromium'], playwright('webgpu'));
await tally.step('e2e without WebGPU', ['build', 'Chromium'], playwright('wasm'));
await tally.step('referees', ['dependencies'], inPython('referees'));
await tally.step('training', ['dependencies'], inPython('training'));

rmSync(temporary, { recursive: true });
console.log(tally.summary().join('\n'));
process.exitCode = tally.failed > 0 ? 1 : 0;
