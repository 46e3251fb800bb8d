/** Older session files become the current version, one step a version. */
import { LeukolensError } from '../domain/errors';
import { SESSION_FORMAT, SESSION_VERSION } from '../export/session';

type Data = Record<string, unknown>;

/**
 * Step n makes version n + 1 of version n. Version 0 is what was on disk before sessions had a log: the images alone, each
 * with its cells (see fromResults.ts, which makes one of an old export).
 */
const steps: readonly ((data: Data) => Data)[] = [
  (data) => ({
    photographs: [],
    model: null,
    app: { name: 'Leukolens', version: '' },
    saved: '',
    ...data,
    events: [],
    version: 1,
  }),
  // Version 2 may have removals in its log.
  (data) => ({ ...data, version: 2 }),
];

/** The data as the current version; throws LeukolensError for what is no session or is newer than this app. */
export function migrate(data: unknown): Data {
  if (typeof data !== 'object' || data === null || (data as Data).format !== SESSION_FORMAT) {
    throw new LeukolensError(
      'not-a-session',
      'This is no session of Leukolens.',
      'Open a .leukolens file or a bundle that the app has saved.',
    );
  }
  let now = data as Data;
  const { version } = now;
  if (typeof version !== 'number' || !Number.isInteger(version) || version < 0) {
    throw new LeukolensError(
      'damaged-session',
      'The session does not say which version it is of.',
      'Open another copy.',
    );
  }
  if (version > SESSION_VERSION) {
    throw new LeukolensError(
      'newer-session',
      `The session was saved by a newer version of the app (format ${version}; this app reads up to ${SESSION_VERSION}).`,
      'Reload the page while online to get the newer version, then open it again.',
    );
  }
  for (const step of steps.slice(version)) now = step(now);
  return now;
}
