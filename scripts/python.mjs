// Finds a Python that has what a step needs, and says loudly where there is none.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { boxed } from './tally.mjs';

/**
 * Says in a box that a step did not run, and ends with the line scripts/test.mjs reads; badly, where it should have run.
 * @param {string} step @param {string} reason @param {string} meanwhile @param {boolean} isAllowed @returns {never}
 */
export function notRun(step, reason, meanwhile, isAllowed) {
  console.log(boxed([`${step.toUpperCase()} TESTS DID NOT RUN`, reason, meanwhile]).join('\n'));
  console.log(`\n${step}: ${JSON.stringify({ notRun: reason, isAllowed })}`);
  process.exit(isAllowed ? 0 : 1);
}

/** Interpreters of the training code's own environment, which go before the system's. */
const own = ['.venv/bin/python', '.venv/Scripts/python.exe'].map((file) =>
  path.join(import.meta.dirname, '..', 'models', 'training', file),
);

/** A Python 3 that can import all of these; null where there is none. @param {string} modules */
export function findPython(modules) {
  const names = process.platform === 'win32' ? ['python', 'py', 'python3'] : ['python3', 'python'];
  const candidates = [...own.filter((file) => existsSync(file)), ...names];
  return (
    candidates.find((python) => spawnSync(python, ['-c', `import ${modules}`], { timeout: 120_000 }).status === 0) ??
    null
  );
}

/** Runs pytest; counts of its report. @param {string} python @param {string[]} args @param {{ cwd: string, env?: Record<string, string> }} options */
export function pytest(python, args, { cwd, env = {} }) {
  const temporary = mkdtempSync(path.join(os.tmpdir(), 'leukolens-'));
  const report = path.join(temporary, 'junit.xml');
  const { status } = spawnSync(python, ['-m', 'pytest', '-q', `--junitxml=${report}`, ...args], {
    cwd,
    stdio: 'inherit',
    env: { ...process.env, ...env },
  });
  const xml = existsSync(report) ? readFileSync(report, 'utf8') : '';
  rmSync(temporary, { recursive: true });
  /** Sum of an attribute over the report's suites. @param {string} name */
  const count = (name) =>
    [...xml.matchAll(new RegExp(`<testsuite [^>]*?\\b${name}="(\\d+)"`, 'g'))].reduce(
      (sum, [, n]) => sum + Number(n),
      0,
    );
  const skipped = count('skipped');
  const failed = count('failures') + count('errors');
  // pytest ends badly without a failed test when it cannot collect any, and with status 5 when there are none.
  const broken = status !== 0 && failed === 0 ? 1 : 0;
  return { status, passed: count('tests') - failed - skipped, failed: failed + broken, skipped };
}
