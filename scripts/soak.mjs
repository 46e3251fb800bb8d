// `npm run soak [-- FIELDS]`: the batch tests with 500 fields (or as many as named) instead of their short form. Build first.
import { spawnSync } from 'node:child_process';
import path from 'node:path';

process.chdir(path.join(import.meta.dirname, '..'));
const { status } = spawnSync(
  process.execPath,
  [
    'node_modules/@playwright/test/cli.js',
    'test',
    '-c',
    'e2e',
    '--project=wasm',
    'batches.spec',
    '-g',
    'page dies|stay in memory',
  ],
  { stdio: 'inherit', env: { ...process.env, FIELDS: process.argv[2] ?? '500' } },
);
process.exit(status ?? 1);
