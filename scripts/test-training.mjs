// Runs the training code's own tests (Python). Without Python or PyTorch it says so in a box nobody overlooks.
// Last line of stdout, for scripts/test.mjs: `training: ` and then JSON {passed, failed, skipped} or {notRun: reason, isAllowed}.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { findPython, notRun, pytest } from './python.mjs';

const folder = path.join(import.meta.dirname, '..', 'models', 'training');
const meanwhile = 'The app was tested all the same; the Python side was not.';

if (!existsSync(path.join(folder, 'pyproject.toml'))) {
  notRun('training', 'There is no models/training with a pyproject.toml.', meanwhile, false);
}
const python = findPython('torch, pytest');
if (!python) {
  const reason = 'No Python 3 with PyTorch and pytest found: install what models/training/pyproject.toml names.';
  notRun('training', reason, meanwhile, true);
}
const { status, passed, failed, skipped } = pytest(python, [], { cwd: folder });
console.log(`training: ${JSON.stringify({ passed, failed, skipped })}`);
process.exit(status === 0 ? 0 : 1);
