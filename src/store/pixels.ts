/**
 * Bitmaps by key, outside the store because they have a lifetime: whoever replaces or releases one frees its memory.
 * Keys: `<image>/field`, `<image>/thumb`, `<image>/cell/<id>`, `<image>/overlay/<kind>`.
 */

const bitmaps = new Map<string, ImageBitmap>();
const listeners = new Set<() => void>();

export const fieldKey = (imageId: string) => `${imageId}/field`;
export const thumbKey = (imageId: string) => `${imageId}/thumb`;
export const cellKey = (imageId: string, cellId: number) => `${imageId}/cell/${cellId}`;
export const overlayKey = (imageId: string, kind: string) => `${imageId}/overlay/${kind}`;

export function getPixels(key: string): ImageBitmap | undefined {
  return bitmaps.get(key);
}

/** Takes the bitmap over; one that was there under the key is freed. */
export function putPixels(key: string, bitmap: ImageBitmap): void {
  const old = bitmaps.get(key);
  // Last use goes to the end: the order is what pixelsOverBudget goes by.
  bitmaps.delete(key);
  bitmaps.set(key, bitmap);
  if (old !== bitmap) old?.close();
  for (const listener of listeners) listener();
}

/** Frees the bitmap of this key, or with a trailing slash all whose keys start so. */
export function releasePixels(key: string): void {
  let changed = false;
  for (const [name, bitmap] of bitmaps) {
    if (name !== key && !(key.endsWith('/') && name.startsWith(key))) continue;
    bitmap.close();
    bitmaps.delete(name);
    changed = true;
  }
  if (changed) for (const listener of listeners) listener();
}

/** Called after every change; returns the way out. */
export function subscribePixels(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Keys of whole-image bitmaps (fields, overlays) to give up so that the rest fits, oldest first; never `keep`'s. */
export function pixelsOverBudget(budget: number, keep: string | null): string[] {
  const large = [...bitmaps].filter(([key]) => key.endsWith('/field') || key.includes('/overlay/'));
  let bytes = large.reduce((sum, [, { width, height }]) => sum + width * height * 4, 0);
  const out: string[] = [];
  for (const [key, { width, height }] of large) {
    if (bytes <= budget) break;
    if (keep !== null && key.startsWith(`${keep}/`)) continue;
    out.push(key);
    bytes -= width * height * 4;
  }
  return out;
}
