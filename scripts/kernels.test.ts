// What `npm run kernels` prints: the recorded pass, and one kernel's WGSL.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const script = fileURLToPath(new URL('kernels.mjs', import.meta.url));
const run = (...args: string[]) => spawnSync(process.execPath, [script, ...args], { encoding: 'utf8' });

test('lists the dispatches of the shipped network', { timeout: 60_000 }, () => {
  const { status, stdout } = run();
  expect(status).toBe(0);
  const [head, , ...rows] = stdout.trimEnd().split('\n');
  const counted = Number(head?.match(/(\d+) dispatches/)?.[1]);
  expect(counted).toBeLessThanOrEqual(60);
  expect(rows.filter((row) => !row.endsWith('(from a crop)'))).toHaveLength(counted);
});

test('prints a kernel as WGSL with every brace closed, and says so where there is none', { timeout: 60_000 }, () => {
  const { stdout } = run('--software', 'conv3');
  expect(stdout).toMatch(/^\/\/ conv3 .*unet/);
  expect(stdout).toContain('@compute @workgroup_size(64)');
  expect(stdout.split('{').length).toBe(stdout.split('}').length);
  const unknown = run('conv9');
  expect(unknown.status).toBe(1);
  expect(unknown.stderr).toContain("No kernel begins with 'conv9'");
});
