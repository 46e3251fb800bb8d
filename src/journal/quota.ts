/** How much the browser lets this site store, and the request to keep it. */

export interface Room {
  /** Bytes that can still be stored, as the browser estimates; Infinity where it does not say. */
  free: number;
  /** The browser has promised not to evict what is stored when the disk runs low. */
  persisted: boolean;
}

/** Asks for the promise that what is stored stays, and how much room there is. Never rejects. */
export async function roomToStore(storage: StorageManager | undefined = globalThis.navigator?.storage): Promise<Room> {
  const persisted = (await storage?.persist?.().catch(() => false)) ?? false;
  const estimate = await storage?.estimate?.().catch(() => undefined);
  if (estimate?.quota === undefined) return { free: Number.POSITIVE_INFINITY, persisted };
  return { free: Math.max(0, estimate.quota - (estimate.usage ?? 0)), persisted };
}
