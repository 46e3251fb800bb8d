/**
 * Bitmaps by key, outside the store because they have a lifetime: whoever replaces or releases one frees its memory.
 * Keys: `<image>/field`, `<image>/thumb`, `<image>/cell/<id>`, `<image>/overlay/<kind>`, and for large images
 * `<image>/tile/<level>/<n>` and `<image>/crop/<cell>`. What a view wants is made when it is first wanted (pictures.ts)
 * and never freed while it is wanted; the rest stays as long as there is room.
 */

/** Bytes of bitmaps kept. */
const BUDGET = 160e6;

const bitmaps = new Map<string, ImageBitmap>();
/** How many views show each key. */
const wanted = new Map<string, number>();
const listeners = new Set<() => void>();
let provider: (key: string) => void = () => {};
let bytes = 0;

export const fieldKey = (imageId: string) => `${imageId}/field`;
export const thumbKey = (imageId: string) => `${imageId}/thumb`;
export const cellKey = (imageId: string, cellId: number) => `${imageId}/cell/${cellId}`;
export const overlayKey = (imageId: string, kind: string) => `${imageId}/overlay/${kind}`;
export const tileKey = (imageId: string, level: number, index: number) => `${imageId}/tile/${level}/${index}`;
export const cropKey = (imageId: string, cellId: number) => `${imageId}/crop/${cellId}`;
/** All thumbnails of an image's cells in one picture, as the engine gave it. */
export const sheetKey = (imageId: string) => `${imageId}/sheet`;

const sizeOf = ({ width, height }: ImageBitmap) => width * height * 4;

/** Asked for every wanted key that is not there; puts the bitmap when it has it. */
export function providePixels(make: (key: string) => void): void {
  provider = make;
}

export function getPixels(key: string): ImageBitmap | undefined {
  return bitmaps.get(key);
}

/** Keeps a key's bitmap, and has it made where it is missing; returns the way to let go of it. */
export function wantPixels(key: string): () => void {
  wanted.set(key, (wanted.get(key) ?? 0) + 1);
  const bitmap = bitmaps.get(key);
  if (bitmap) {
    // Last use goes to the end: the first are freed first.
    bitmaps.delete(key);
    bitmaps.set(key, bitmap);
  } else provider(key);
  return () => {
    const left = (wanted.get(key) ?? 0) - 1;
    if (left > 0) wanted.set(key, left);
    else wanted.delete(key);
  };
}

export function isWanted(key: string): boolean {
  return wanted.has(key);
}

/** Takes the bitmap over; one that was there under the key is freed, and what is over the budget. */
export function putPixels(key: string, bitmap: ImageBitmap): void {
  const old = bitmaps.get(key);
  bitmaps.delete(key);
  bitmaps.set(key, bitmap);
  bytes += sizeOf(bitmap) - (old ? sizeOf(old) : 0);
  if (old !== bitmap) old?.close();
  for (const [name, other] of bitmaps) {
    if (bytes <= BUDGET) break;
    if (!wanted.has(name) && name !== key) drop(name, other);
  }
  tell();
}

/** Frees the bitmap of this key, or with a trailing slash all whose keys start so. */
export function releasePixels(key: string): void {
  let changed = false;
  for (const [name, bitmap] of bitmaps) {
    if (name !== key && !(key.endsWith('/') && name.startsWith(key))) continue;
    drop(name, bitmap);
    changed = true;
  }
  if (changed) tell();
}

function drop(key: string, bitmap: ImageBitmap): void {
  bytes -= sizeOf(bitmap);
  bitmap.close();
  bitmaps.delete(key);
}

function tell(): void {
  for (const listener of listeners) listener();
}

/** Called after every change; returns the way out. */
export function subscribePixels(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
