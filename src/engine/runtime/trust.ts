/** What the trust gate found, remembered for as long as browser, adapter and model stay the same. */
import { openDB } from 'idb';

/** A path that ran the goldens: empty where it passed, otherwise why it did not. */
export type Verdict = string;

export interface TrustStore {
  get(key: string): Promise<Verdict | undefined>;
  set(key: string, verdict: Verdict): Promise<void>;
}

const DATABASE = 'leukolens-trust';
const STORE = 'verdicts';
/** Verdicts of other browsers' versions and models are worth nothing; more than this many are forgotten. */
const MOST = 8;

async function database() {
  return openDB(DATABASE, 1, {
    upgrade(db) {
      db.createObjectStore(STORE);
    },
  });
}

/** In IndexedDB; where that cannot be used (a private window) nothing is remembered and the gate runs each time. */
export const indexedTrust: TrustStore = {
  async get(key) {
    try {
      return await (await database()).get(STORE, key);
    } catch {
      return undefined;
    }
  },
  async set(key, verdict) {
    try {
      const db = await database();
      if ((await db.count(STORE)) >= MOST) await db.clear(STORE);
      await db.put(STORE, verdict, key);
    } catch {
      // Not remembered: it is found out again next time.
    }
  },
};
