// What the service worker is told of the files it stores: what each must be, so that it takes nothing else for it.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';

interface Entry {
  url: string;
  /** Null where the file's name changes with its content. */
  revision: string | null;
}

/**
 * Entries with the hash of their files in `dist`. Names under models/ do not change with what is in them: a cache between server
 * and browser may still answer with the version before. With `integrity` the browser refuses that, nothing is stored, and the
 * next visit tries again; without it the wrong copy would be served for ever. The revision is of the same hash, so that
 * copies stored without such a check are not kept.
 */
export function withIntegrity<E extends Entry>(entries: readonly E[], dist: string): (E & { integrity: string })[] {
  return entries.map((entry) => {
    const digest = createHash('sha256')
      .update(readFileSync(path.join(dist, entry.url)))
      .digest();
    const revision = entry.revision === null ? null : digest.toString('hex').slice(0, 32);
    return { ...entry, revision, integrity: `sha256-${digest.toString('base64')}` };
  });
}
