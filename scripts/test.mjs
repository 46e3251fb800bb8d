// `npm test`: installs what is missing, runs every check there is, and ends with one line: `N passed, N failed`.
// A test counts as one; so does a step without tests (type check, lint, build …). Nothing is skipped without a word.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureChromium } from './chromium.mjs';
import { ensureDeps } from './deps.mjs';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const temporary = mkdtempSync(path.join(os.tmpdir(), 'leukolens-'));

/** @typedef {{ passed: number, failed: number, skipped?: number, note?: string }} Result */
/** @type {(Result & { name: string, seconds: number })[]} */
const results = [];

/** One named step; whatever it throws is its failure, and the steps after it still run. @param {string} name @param {() => Promise<Result | void> | Result | void} work */
async function step(name, work) {
  console.log(`\n=== ${name}`);
  const start = performance.now();
  /** @type {Result} */
  let result;
  try {
    result = (await work()) ?? { passed: 1, failed: 0 };
  } catch (error) {
    result = { passed: 0, failed: 1, note: error instanceof Error ? error.message : String(error) };
    console.log(`FAILED: ${result.note}`);
  }
  results.push({ name, seconds: (performance.now() - start) / 1000, ...result });
  return result.failed === 0;
}

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

/** Counts, made to fail where a run says it is bad or ran nothing at all. @param {Result} counts @param {number} status @returns {Result} */
function honest(counts, status) {
  if (counts.failed > 0) return counts;
  if (counts.passed === 0) return { ...counts, failed: 1, note: 'ran no tests' };
  // A file that does not load has no failed test in it, yet the run failed.
  if (status !== 0) return { ...counts, failed: 1, note: `ended with status ${status}` };
  return counts;
}

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

/** @returns {Promise<number>} */
const freePort = () =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, 'localhost', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });

/** @param {string} project */
const playwright = (project) => async () => {
  const file = path.join(temporary, `e2e-${project}.json`);
  const { status } = await node(
    'node_modules/@playwright/test/cli.js',
    ['test', '-c', 'e2e', '--project', project, '--reporter=list,json'],
    { env: { PLAYWRIGHT_JSON_OUTPUT_NAME: file, E2E_PORT: String(await freePort()) } },
  );
  const report = json(file);
  if (!report) throw new Error('Playwright left no report');
  const { expected, unexpected, flaky, skipped } = report.stats;
  return honest({ passed: expected, failed: unexpected + flaky, skipped }, status);
};

/** Steps that need Python: where it or its libraries are missing they are NOT RUN. @param {'training' | 'referees'} name */
const inPython = (name) => async () => {
  const { status, output } = await node(`scripts/test-${name}.mjs`);
  const line = new RegExp(`^${name}: (\\{.*\\})$`, 'm').exec(output)?.[1];
  if (!line) throw new Error(`scripts/test-${name}.mjs left no result`);
  const { notRun, ...counts } = JSON.parse(line);
  return notRun ? { passed: 0, failed: 0, note: `NOT RUN: ${notRun}` } : honest(counts, status);
};

function summary() {
  const seconds = results.reduce((sum, result) => sum + result.seconds, 0);
  console.log(
    `\n${'step'.padEnd(22)}${'time'.padStart(8)}${'passed'.padStart(8)}${'failed'.padStart(8)}${'skipped'.padStart(9)}`,
  );
  for (const { name, seconds, passed, failed, skipped = 0, note = '' } of results) {
    const time = `${seconds.toFixed(1)} s`;
    console.log(
      `${name.padEnd(22)}${time.padStart(8)}${String(passed).padStart(8)}${String(failed).padStart(8)}${String(skipped).padStart(9)}  ${note}`,
    );
  }
  console.log(`${'all'.padEnd(22)}${`${seconds.toFixed(1)} s`.padStart(8)}`);
}

const ready = await step('dependencies', () => ensureDeps());
if (ready) {
  const browser = await step('Chromium', async () => {
    // Handed on, so that every later run uses the one that was found here.
    process.env.CHROMIUM_PATH = await ensureChromium();
    console.log(process.env.CHROMIUM_PATH);
  });
  await step('types', check('scripts/typecheck.mjs'));
  await step('lint', check('node_modules/@biomejs/biome/bin/biome', 'lint', '--error-on-warnings', '.'));
  await step('format', check('node_modules/@biomejs/biome/bin/biome', 'format', '.'));
  await step('unit', () => vitest('unit'));
  const built = await step('build', check('node_modules/vite/bin/vite.js', 'build', '--logLevel', 'warn'));
  if (built) await step('budget', check('scripts/budget.mjs'));
  if (browser) await step('browser (GPU, worker)', inTwoBrowsers);
  if (built && browser) {
    await step('e2e with WebGPU', playwright('webgpu'));
    await step('e2e without WebGPU', playwright('wasm'));
  }
  await step('referees', inPython('referees'));
  await step('training', inPython('training'));
}

rmSync(temporary, { recursive: true });
summary();
const total = (/** @type {'passed' | 'failed'} */ key) => results.reduce((sum, result) => sum + result[key], 0);
process.exitCode = total('failed') > 0 ? 1 : 0;
console.log(`\n${total('passed')} passed, ${total('failed')} failed`);
