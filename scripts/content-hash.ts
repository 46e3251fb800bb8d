// What a build is made of, as a few letters: tells builds apart where nobody counted a version up.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

const TESTS = /\.test\.tsx?$/;

/** First eight hex digits of the SHA-256 of files, and of all files below folders but tests: their names and contents. */
export function contentHash(...places: string[]): string {
  const hash = createHash('sha256');
  for (const place of places) {
    const names = statSync(place).isDirectory()
      ? readdirSync(place, { recursive: true, encoding: 'utf8' }).map((name) => name.split(path.sep).join('/'))
      : [''];
    for (const name of names.sort()) {
      const file = path.join(place, name);
      if (TESTS.test(name) || !statSync(file).isFile()) continue;
      const bytes = readFileSync(file);
      // The length keeps 'a' + 'bc' from being 'ab' + 'c'.
      hash.update(`${name}\0${bytes.length}\0`).update(bytes);
    }
  }
  return hash.digest('hex').slice(0, 8);
}
