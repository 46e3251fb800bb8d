// Runs the compiler over every part of the project; each part has the platform its code runs on and no other.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const parts = [
  '.',
  'src',
  'src/tsconfig.test.json',
  'src/engine',
  'src/engine/tsconfig.test.json',
  'src/engine/simd/assembly',
  'e2e/bench/page',
];

const { bin } = JSON.parse(readFileSync('node_modules/typescript/package.json', 'utf8'));
let failed = false;
for (const part of parts) {
  const { status } = spawnSync(process.execPath, [`node_modules/typescript/${bin.tsc}`, '-p', part, '--pretty'], {
    stdio: 'inherit',
  });
  if (status !== 0) failed = true;
  console.log(`${status === 0 ? 'ok    ' : 'FAILED'} ${part}`);
}
process.exit(failed ? 1 : 0);
