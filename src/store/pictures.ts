/** The page's own pictures of the files: fields for the viewer, thumbnails for lists. What is analysed is the engine's. */
import type { DetectedCell } from '../domain/cell';
import { HEADER_BYTES, headerSize } from '../domain/imageHeader';
import { cellKey, fieldKey, getPixels, pixelsOverBudget, putPixels, releasePixels, thumbKey } from './pixels';
import { useStore } from './store';

/** Larger images are not decoded on the page: the engine says what is to be done with them. */
const MAX_PIXELS = 120e6;
/** Bytes of whole-image bitmaps kept decoded. */
const BUDGET = 400e6;
const THUMB = 160;
const CELL_THUMB = 112;

const files = new Map<string, File>();
const decoding = new Map<string, Promise<ImageBitmap | null>>();

export function keepFile(imageId: string, file: File): void {
  files.set(imageId, file);
}

export function fileOf(imageId: string): File | undefined {
  return files.get(imageId);
}

export function forgetPictures(imageId: string): void {
  files.delete(imageId);
  releasePixels(`${imageId}/`);
}

/** The decoded field, or null where the page cannot or should not decode it (the engine then says why). */
export function ensureField(imageId: string): Promise<ImageBitmap | null> {
  const ready = getPixels(fieldKey(imageId));
  if (ready) return Promise.resolve(ready);
  const running = decoding.get(imageId);
  if (running) return running;
  const promise = decodeField(imageId).finally(() => decoding.delete(imageId));
  decoding.set(imageId, promise);
  return promise;
}

async function decodeField(imageId: string): Promise<ImageBitmap | null> {
  try {
    const file = files.get(imageId);
    if (!file) return null;
    const size = headerSize(new Uint8Array(await file.slice(0, HEADER_BYTES).arrayBuffer()));
    if (!size || size.width * size.height > MAX_PIXELS) return null;
    const bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' });
    if (!files.has(imageId)) {
      bitmap.close();
      return null;
    }
    putPixels(fieldKey(imageId), bitmap);
    if (!getPixels(thumbKey(imageId))) putPixels(thumbKey(imageId), await smaller(bitmap, THUMB));
    for (const key of pixelsOverBudget(BUDGET, useStore.getState().selectedImage)) {
      if (!key.startsWith(`${imageId}/`)) releasePixels(key);
    }
    return bitmap;
  } catch {
    return null;
  }
}

/** Thumbnails of every cell, a few at a time so that the page stays free. */
export async function makeCellThumbs(imageId: string, cells: readonly DetectedCell[]): Promise<void> {
  for (let i = 0; i < cells.length; i += 8) {
    await Promise.all(
      cells.slice(i, i + 8).map(async ({ id, crop }) => {
        const field = await ensureField(imageId);
        if (!field) return;
        const size = Math.max(1, Math.round(crop.x1 - crop.x0));
        const options = { resizeWidth: CELL_THUMB, resizeHeight: CELL_THUMB, resizeQuality: 'medium' } as const;
        const picture = await createImageBitmap(field, Math.round(crop.x0), Math.round(crop.y0), size, size, options);
        if (files.has(imageId)) putPixels(cellKey(imageId, id), picture);
        else picture.close();
      }),
    ).catch(() => {});
  }
}

function smaller(bitmap: ImageBitmap, side: number): Promise<ImageBitmap> {
  const scale = Math.min(1, side / Math.max(bitmap.width, bitmap.height));
  return createImageBitmap(bitmap, {
    resizeWidth: Math.max(1, Math.round(bitmap.width * scale)),
    resizeHeight: Math.max(1, Math.round(bitmap.height * scale)),
    resizeQuality: 'medium',
  });
}
