// Has outside programs (pycocotools, scikit-image, scipy, tifffile) read the exports. Without them it says so in a box nobody
// overlooks.
// Last line of stdout, for scripts/test.mjs: `referees: ` and then JSON {passed, failed, skipped} or {notRun: reason, isAllowed}.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { findPython, notRun, pytest } from './python.mjs';

const root = path.join(import.meta.dirname, '..');
const modules = 'pytest, numpy, scipy, skimage, pycocotools, tifffile, PIL';
const python = findPython(modules);
if (!python) {
  notRun(
    'referees',
    `No Python has ${modules}.`,
    'The exports were tested all the same; that outside programs read them was not.',
    true,
  );
}

const temporary = mkdtempSync(path.join(os.tmpdir(), 'leukolens-'));
const bundle = path.join(temporary, 'exports.mjs');
const { build } = await import('esbuild');
await build({
  entryPoints: [path.join(import.meta.dirname, 'referees', 'exports.ts')],
  bundle: true,
  platform: 'node',
  format: 'esm',
  outfile: bundle,
  logLevel: 'warning',
});
const made = spawnSync(process.execPath, [bundle, path.join(temporary, 'out')], { stdio: 'inherit' });
const result =
  made.status === 0
    ? pytest(python, ['-p', 'no:cacheprovider', '-s', 'scripts/referees'], {
        cwd: root,
        env: { LEUKOLENS_EXPORTS: path.join(temporary, 'out'), PYTHONDONTWRITEBYTECODE: '1' },
      })
    : { status: 1, passed: 0, failed: 1, skipped: 0 };
rmSync(temporary, { recursive: true });
const { passed, failed, skipped } = result;
console.log(`referees: ${JSON.stringify({ passed, failed, skipped })}`);
process.exit(result.status === 0 ? 0 : 1);
