// The one command tells the truth: what did not run has not passed.
import { spawnSync } from 'node:child_process';
import { expect, test, vi } from 'vitest';
import { honest, ofPython, Tally } from './tally.mjs';

vi.spyOn(console, 'log').mockImplementation(() => {});

test('a step that needs one that failed has failed, without being run; the others run', async () => {
  const tally = new Tally();
  const work = vi.fn();
  await tally.step('dependencies', [], () => {});
  await tally.step('build', ['dependencies'], () => Promise.reject(new Error('vite.js ended with status 1')));
  await tally.step('budget', ['build'], work);
  await tally.step('e2e', ['dependencies', 'build'], work);
  expect(work).not.toHaveBeenCalled();
  await tally.step('unit', ['dependencies'], () => ({ passed: 7, failed: 0, skipped: 2 }));
  expect([tally.passed, tally.failed]).toEqual([8, 3]);
  const lines = tally.summary();
  expect(lines.find((line) => line.startsWith('e2e'))).toMatch(/ 0 +1 +0 {2}NOT RUN: it needs what failed \(build\)$/);
  expect(lines.find((line) => line.startsWith('unit'))).toMatch(/ 7 +0 +2 +$/);
  expect(lines.at(-1)).toBe('8 passed, 3 failed');
});

test('a step is not run either where what it needs was not', async () => {
  const tally = new Tally();
  await tally.step('dependencies', [], () => Promise.reject(new Error('no registry')));
  for (const [name, need] of [
    ['Chromium', 'dependencies'],
    ['browser', 'Chromium'],
  ] as const) {
    await tally.step(name, [need], () => {});
  }
  expect([tally.passed, tally.failed]).toEqual([0, 3]);
});

test('Python tests may be left out where there is no PyTorch, which is said loudly; no others may', async () => {
  const line = (isAllowed: boolean) => `...\ntraining: ${JSON.stringify({ notRun: 'No PyTorch.', isAllowed })}\n`;
  const tally = new Tally();
  await tally.step('training', [], () => ofPython('training', line(true), 0));
  expect([tally.passed, tally.failed]).toEqual([0, 0]);
  expect(tally.summary().slice(-6, -1)).toEqual([
    '',
    '##################################',
    '# training: NOT RUN: No PyTorch. #',
    '##################################',
    '',
  ]);
  expect(ofPython('training', line(false), 1)).toMatchObject({ failed: 1, note: 'NOT RUN: No PyTorch.' });
  expect(() => ofPython('training', 'killed', 1)).toThrow(/no result/);
  expect(ofPython('training', 'training: {"passed":5,"failed":0,"skipped":1}', 0)).toEqual({
    passed: 5,
    failed: 0,
    skipped: 1,
  });
});

test.each([true, false])('the scripts say whether they may be left out: %s', (isAllowed) => {
  const script = new URL('./python.mjs', import.meta.url).href;
  const code = `import(${JSON.stringify(script)}).then((own) => own.notRun('training', 'why', 'meanwhile', ${isAllowed}))`;
  const { status, stdout } = spawnSync(process.execPath, ['-e', code], { encoding: 'utf8' });
  expect(status).toBe(isAllowed ? 0 : 1);
  expect(stdout).toContain('# TRAINING TESTS DID NOT RUN #');
  expect(ofPython('training', stdout, status ?? 1)).toEqual({
    ...{ passed: 0, failed: isAllowed ? 0 : 1 },
    ...{ note: 'NOT RUN: why', isNotRun: isAllowed },
  });
});

test('a run that ran nothing, or ended badly without a failed test, has failed', () => {
  expect(honest({ passed: 0, failed: 0 }, 0)).toMatchObject({ failed: 1, note: 'ran no tests' });
  expect(honest({ passed: 3, failed: 0 }, 1)).toMatchObject({ failed: 1, note: 'ended with status 1' });
  expect(honest({ passed: 3, failed: 2 }, 1)).toEqual({ passed: 3, failed: 2 });
});
