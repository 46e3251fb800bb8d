/** The pictures of the files: decoded when a view wants them, so that of thousands only the visible cost memory. */
import type { Box } from '../domain/box';
import type { DetectedCell } from '../domain/cell';
import { levelFor, type Pyramid, TILE } from '../domain/pyramid';
import { SHEET_CELL } from '../domain/smear';
import { type Decoded, decode, URGENCY } from './decoder';
import { storedFile } from './persist';
import {
  cellKey,
  fieldKey,
  getPixels,
  isWanted,
  providePixels,
  putPixels,
  releasePixels,
  sheetKey,
  thumbKey,
  tileKey,
} from './pixels';
import { useStore } from './store';

const CROP = 480;

/** Files of this visit; those of an earlier one are in the journal. */
const files = new Map<string, File>();
/** Of large images. */
const pyramids = new Map<string, Pyramid>();
const making = new Map<string, Promise<void>>();
/** How often an image's pictures were begun anew, by image: what was being decoded before is of another page. */
const renewals = new Map<string, number>();
/** Pictures of cells that came with a session, for those whose photograph did not. */
const spares = new Map<string, Blob>();

const entry = (id: string) => useStore.getState().images.find((image) => image.id === id);

export function keepFile(imageId: string, file: File): void {
  files.set(imageId, file);
}

/** False where it was moved, changed or deleted since it was opened, or its card was taken out. */
const isReadable = (file: Blob) =>
  file
    .slice(0, 1)
    .arrayBuffer()
    .then(
      () => true,
      () => false,
    );

/** The original file, or the copy that was kept of it; null where neither can be read: what a private window keeps is no copy. */
export async function fileOf(imageId: string): Promise<Blob | null> {
  for (const find of [() => files.get(imageId), () => storedFile(imageId)]) {
    const file = await find();
    if (file && (await isReadable(file))) return file;
  }
  return null;
}

/** The file given in this visit, whether or not it can still be read. */
export function fileAtHand(imageId: string): File | undefined {
  return files.get(imageId);
}

/** Keeps a picture of a cell for when the photograph is not there. */
export function keepCrop(imageId: string, cellId: number, picture: Blob): void {
  spares.set(cellKey(imageId, cellId), picture);
}

export function forgetPictures(imageId: string): void {
  for (const key of spares.keys()) if (key.startsWith(`${imageId}/`)) spares.delete(key);
  files.delete(imageId);
  pyramids.delete(imageId);
  renewals.delete(imageId);
  releasePixels(`${imageId}/`);
}

/** Stands for the page of an image that is shown; to be asked before a decoding begins, for takePictures. */
export const renewalOf = (imageId: string): number => renewals.get(imageId) ?? 0;

/** Another page of the file is shown: its pictures are made anew. */
export function renewPictures(imageId: string): void {
  renewals.set(imageId, renewalOf(imageId) + 1);
  for (const key of making.keys()) if (key.startsWith(`${imageId}/`)) making.delete(key);
  pyramids.delete(imageId);
  releasePixels(`${imageId}/`);
  for (const key of [fieldKey(imageId), thumbKey(imageId)]) if (isWanted(key)) provide(key);
}

export function pyramidFor(imageId: string): Pyramid | undefined {
  return pyramids.get(imageId);
}

/** Takes over the pictures that came with a decoding, unless they are no longer those of the page that is shown. */
export async function takePictures(
  imageId: string,
  { thumb, field, pyramid }: Decoded,
  renewal: number,
): Promise<void> {
  if (!entry(imageId) || renewal !== renewalOf(imageId)) {
    thumb.close();
    field?.close();
    return;
  }
  putPixels(thumbKey(imageId), thumb);
  if (field) putPixels(fieldKey(imageId), field);
  if (pyramid) {
    pyramids.set(imageId, pyramid);
    await putOverview(imageId, pyramid);
  }
}

/** Stands for the whole until the tiles over it are there. */
async function putOverview(imageId: string, { levels }: Pyramid): Promise<void> {
  const overview = levels.at(-1)?.tiles[0];
  if (overview) await putCurrent(imageId, fieldKey(imageId), createImageBitmap(overview));
}

/** Puts a picture when it is made, unless the image is gone by then, or shows another page. */
async function putCurrent(imageId: string, key: string, made: Promise<ImageBitmap | null>): Promise<void> {
  const renewal = renewalOf(imageId);
  const bitmap = await made;
  if (!bitmap) return;
  if (entry(imageId) && renewal === renewalOf(imageId)) putPixels(key, bitmap);
  else bitmap.close();
}

/** The decoded field, or the overview of a large one; null where there is none (its error is on the image). */
export async function ensureField(imageId: string): Promise<ImageBitmap | null> {
  await make(fieldKey(imageId));
  return getPixels(fieldKey(imageId)) ?? null;
}

function make(key: string): Promise<void> {
  if (getPixels(key)) return Promise.resolve();
  const running = making.get(key);
  if (running) return running;
  const [imageId = '', kind, a, b] = key.split('/');
  const work = (): Promise<void> => {
    switch (kind) {
      case 'field':
        return makeField(imageId, true);
      case 'thumb':
        return makeField(imageId, false);
      case 'sheet':
        return makeSheet(imageId);
      case 'cell':
        return makeCell(imageId, Number(a), key);
      case 'tile':
        return makeTile(imageId, Number(a), Number(b), key);
      case 'crop':
        return makeCrop(imageId, Number(a), key);
      default:
        return Promise.resolve();
    }
  };
  // A picture that cannot be made is left out; the image's own error says why.
  const promise = work()
    .catch(() => {})
    .finally(() => {
      if (making.get(key) === promise) making.delete(key);
    });
  making.set(key, promise);
  return promise;
}

/** The gallery's picture of a cell; null where it cannot be made. It belongs to the store. */
export async function cellPicture(imageId: string, cellId: number): Promise<ImageBitmap | null> {
  await make(cellKey(imageId, cellId));
  return getPixels(cellKey(imageId, cellId)) ?? null;
}

const provide = (key: string) => void make(key);
providePixels(provide);

async function makeField(imageId: string, field: boolean): Promise<void> {
  const image = entry(imageId);
  // What cannot be read has no picture either.
  if (!image || image.status === 'failed') return;
  const renewal = renewalOf(imageId);
  const pyramid = field && pyramids.get(imageId);
  // It was freed for others' sake; what it is made of is still there.
  if (pyramid) return putOverview(imageId, pyramid);
  const file = await fileOf(imageId);
  if (!file) return;
  // By the time it is its turn nobody may look any more: a list that was scrolled past.
  const gone = new AbortController();
  const waiting = setInterval(() => {
    if (!field && !isWanted(thumbKey(imageId))) gone.abort();
  }, 500);
  try {
    const keep = image.status === 'waiting';
    const key = field ? fieldKey(imageId) : thumbKey(imageId);
    // The engine's own decoding may have brought it while this waited.
    const needed = () => !getPixels(key) && !(field && pyramids.has(imageId));
    const wants = { id: imageId, page: image.page, pixels: false, field, keep };
    const decoded = await decode(file, wants, field ? URGENCY.view : URGENCY.thumb, gone.signal, needed);
    await takePictures(imageId, decoded, renewal);
  } finally {
    clearInterval(waiting);
  }
}

async function makeSheet(imageId: string): Promise<void> {
  const sheet = entry(imageId)?.analysis?.sheet;
  if (sheet) await putCurrent(imageId, sheetKey(imageId), createImageBitmap(sheet));
}

/** A cell's thumbnail: from the sheet that came with the analysis, else from the field. */
async function makeCell(imageId: string, cellId: number, key: string): Promise<void> {
  const cell = cellOf(imageId, cellId);
  if (cell) await putCurrent(imageId, key, thumbnailOf(imageId, cell, key));
}

async function thumbnailOf(imageId: string, cell: DetectedCell, key: string): Promise<ImageBitmap | null> {
  await make(sheetKey(imageId));
  const sheet = getPixels(sheetKey(imageId));
  const columns = sheet ? sheet.width / SHEET_CELL : 0;
  const index = entry(imageId)?.analysis?.sheetIds?.indexOf(cell.id) ?? -1;
  if (sheet && index >= 0) {
    const [x, y] = [(index % columns) * SHEET_CELL, Math.floor(index / columns) * SHEET_CELL];
    return createImageBitmap(sheet, x, y, SHEET_CELL, SHEET_CELL);
  }
  const spare = spares.get(key);
  const cut = await region(imageId, cell.crop, SHEET_CELL);
  return cut ?? (spare ? createImageBitmap(spare, asSquare(SHEET_CELL)) : null);
}

const asSquare = (side: number) => ({ resizeWidth: side, resizeHeight: side, resizeQuality: 'medium' }) as const;

/** The engine's cell, or one that a person made. */
function cellOf(imageId: string, cellId: number): DetectedCell | undefined {
  const made = useStore.getState().history.state.images[imageId]?.cells?.[cellId]?.made;
  return made ?? entry(imageId)?.analysis?.cells.find(({ id }) => id === cellId);
}

async function makeCrop(imageId: string, cellId: number, key: string): Promise<void> {
  const cell = cellOf(imageId, cellId);
  if (cell) await putCurrent(imageId, key, region(imageId, cell.crop, CROP));
}

async function makeTile(imageId: string, level: number, index: number, key: string): Promise<void> {
  const tile = pyramids.get(imageId)?.levels[level]?.tiles[index];
  if (tile) await putCurrent(imageId, key, createImageBitmap(tile));
}

/** A square window of the image at `side` px; of a large image put together from its tiles, as fine as that needs them. */
export async function region(imageId: string, crop: Box, side: number): Promise<ImageBitmap | null> {
  const field = await ensureField(imageId);
  if (!field) return null;
  const [x0, y0] = [Math.round(crop.x0), Math.round(crop.y0)];
  const length = Math.max(1, Math.round(crop.x1 - crop.x0));
  const options = asSquare(side);
  const pyramid = pyramids.get(imageId);
  const at = pyramid ? levelFor(pyramid, length, side) : 0;
  const level = pyramid?.levels[at];
  if (!level) {
    const inside = x0 >= 0 && y0 >= 0 && x0 + length <= field.width && y0 + length <= field.height;
    if (inside) return createImageBitmap(field, x0, y0, length, length, options);
    // WebKit cuts a window that reaches beyond the bitmap down to it, and would stretch what is left.
    const canvas = new OffscreenCanvas(length, length);
    canvas.getContext('2d', { willReadFrequently: true })?.drawImage(field, -x0, -y0);
    return createImageBitmap(canvas, options);
  }
  const [left, top] = [Math.round(x0 / level.factor), Math.round(y0 / level.factor)];
  const extent = Math.max(1, Math.round(length / level.factor));
  const canvas = new OffscreenCanvas(extent, extent);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  for (let row = Math.max(0, Math.floor(top / TILE)); row * TILE < top + extent && row < level.rows; row++) {
    for (let column = Math.max(0, Math.floor(left / TILE)); column * TILE < left + extent; column++) {
      if (column >= level.columns) break;
      const key = tileKey(imageId, at, row * level.columns + column);
      await make(key);
      const tile = getPixels(key);
      if (tile) context?.drawImage(tile, column * TILE - left, row * TILE - top);
    }
  }
  return createImageBitmap(canvas, options);
}
