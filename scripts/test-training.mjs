// Runs the training code's own tests (Python). Without Python, PyTorch or pytest it says so in a box nobody overlooks.
// Last line of stdout, for scripts/test.mjs: `training: ` and then JSON {passed, failed, skipped} or {notRun: reason}.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const folder = path.join(import.meta.dirname, '..', 'models', 'training');

/** @param {string} reason @returns {never} */
function notRun(reason) {
  const lines = ['TRAINING TESTS DID NOT RUN', reason, 'The app was tested all the same; the Python side was not.'];
  const width = Math.max(...lines.map((line) => line.length));
  console.log(`\n#${'#'.repeat(width + 2)}#`);
  for (const line of lines) console.log(`# ${line.padEnd(width)} #`);
  console.log(`#${'#'.repeat(width + 2)}#\n`);
  console.log(`training: ${JSON.stringify({ notRun: reason })}`);
  process.exit(0);
}

if (!existsSync(path.join(folder, 'pyproject.toml'))) notRun('There is no models/training with a pyproject.toml.');

const names = process.platform === 'win32' ? ['python', 'py', 'python3'] : ['python3', 'python'];
/** @param {string} python @param {string} code */
const runs = (python, code) => spawnSync(python, ['-c', code], { timeout: 120_000 }).status === 0;
const local = ['.venv/bin/python', '.venv/Scripts/python.exe'].map((file) => path.join(folder, file));
const pythons = [...local.filter((file) => existsSync(file)), ...names].filter((python) => runs(python, ''));
if (pythons.length === 0) notRun('No Python 3 found: install it, then what models/training/pyproject.toml names.');
const python = pythons.find((candidate) => runs(candidate, 'import torch, pytest'));
if (!python) notRun('Python has no PyTorch or no pytest: install what models/training/pyproject.toml names.');

const temporary = mkdtempSync(path.join(os.tmpdir(), 'leukolens-'));
const report = path.join(temporary, 'junit.xml');
const { status } = spawnSync(python, ['-m', 'pytest', '-q', `--junitxml=${report}`], { cwd: folder, stdio: 'inherit' });
const xml = existsSync(report) ? readFileSync(report, 'utf8') : '';
rmSync(temporary, { recursive: true });

/** Sum of an attribute over the report's suites. @param {string} name */
const count = (name) =>
  [...xml.matchAll(new RegExp(`<testsuite [^>]*?\\b${name}="(\\d+)"`, 'g'))].reduce((sum, [, n]) => sum + Number(n), 0);
const skipped = count('skipped');
const failed = count('failures') + count('errors');
const passed = count('tests') - failed - skipped;
// pytest ends badly without a failed test when it cannot collect any, and with status 5 when there are none.
const broken = status !== 0 && failed === 0 ? 1 : 0;
console.log(`training: ${JSON.stringify({ passed, failed: failed + broken, skipped })}`);
process.exit(status === 0 ? 0 : 1);
