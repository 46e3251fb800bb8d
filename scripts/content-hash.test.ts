import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { contentHash } from './content-hash';

const folder = mkdtempSync(path.join(tmpdir(), 'leukolens-'));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('changes with contents, names and files, and with nothing else', () => {
  const put = (name: string, text: string) => writeFileSync(path.join(folder, name), text);
  mkdirSync(path.join(folder, 'kernels'));
  put('a.ts', 'one');
  put('kernels/b.ts', 'two');
  const first = contentHash(folder);
  expect(first).toMatch(/^[0-9a-f]{8}$/);
  put('kernels/b.ts', 'two');
  put('a.test.ts', 'a test');
  expect(contentHash(folder)).toBe(first);
  put('kernels/b.ts', 'tow');
  const second = contentHash(folder);
  expect(second).not.toBe(first);
  put('kernels/b.ts', 'two');
  put('c.ts', '');
  expect(contentHash(folder)).not.toBe(first);
  expect(contentHash(folder, path.join(folder, 'a.ts'))).not.toBe(contentHash(folder));
});
