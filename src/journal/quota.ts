/** How much the browser lets this site store, and the request to keep it. */

/** Bytes that can still be stored, as the browser estimates; Infinity where it does not say. Never rejects. */
export async function freeBytes(storage: StorageManager | undefined = globalThis.navigator?.storage): Promise<number> {
  const estimate = await storage?.estimate?.().catch(() => undefined);
  if (estimate?.quota === undefined) return Number.POSITIVE_INFINITY;
  return Math.max(0, estimate.quota - (estimate.usage ?? 0));
}

/**
 * Asks for the promise that what is stored is not evicted when the disk runs low; true where it is given. Firefox asks the
 * person, who may never answer: nothing may wait for this. Never rejects.
 */
export async function askToPersist(
  storage: StorageManager | undefined = globalThis.navigator?.storage,
): Promise<boolean> {
  return (await storage?.persist?.().catch(() => false)) ?? false;
}
