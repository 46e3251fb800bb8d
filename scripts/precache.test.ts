// The list of the service worker names each file's content.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { withIntegrity } from './precache';

const dist = mkdtempSync(path.join(tmpdir(), 'precache-'));
afterAll(() => rmSync(dist, { recursive: true }));

test('every entry gets the hash of its file; the revision follows it where there is one', () => {
  writeFileSync(path.join(dist, 'weights.bin'), 'abc');
  const [named, hashed] = withIntegrity(
    [
      { url: 'weights.bin', revision: 'of before' },
      { url: 'weights.bin', revision: null },
    ],
    dist,
  );
  // From `printf abc | openssl dgst -sha256 -binary | base64`.
  const integrity = 'sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=';
  expect(named).toEqual({ url: 'weights.bin', revision: 'ba7816bf8f01cfea414140de5dae2223', integrity });
  expect(hashed).toEqual({ url: 'weights.bin', revision: null, integrity });
});
