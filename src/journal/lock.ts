/** One tab writes the journal: whoever holds the browser's lock of this name. */

const NAME = 'leukolens.journal';

/** Gives the lock back; settles once another may have it. */
export type Release = () => Promise<void>;

/**
 * The lock, held until release or the end of the tab (also by a crash); null where another tab holds it. A browser
 * without Web Locks gives it to everyone: it cannot tell.
 */
export function holdLock(locks: LockManager | undefined = globalThis.navigator?.locks): Promise<Release | null> {
  if (!locks) return Promise.resolve(async () => {});
  return new Promise((resolve, reject) => {
    const request = locks.request(NAME, { ifAvailable: true }, (lock) => {
      if (!lock) return resolve(null);
      return new Promise<void>((letGo) =>
        resolve(async () => {
          letGo();
          await request;
        }),
      );
    });
    request.catch(reject);
  });
}
