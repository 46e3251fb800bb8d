/** Pictures of cells for files: the window as it is, with its heatmap, and a small one; made when they are asked for. */
import { CELL_TYPES, type CellType } from '../domain/cellType';
import { heatPixels } from '../domain/colormap';
import { placeOn } from '../domain/heatmap';
import { isUnseen, type ReviewCell } from '../domain/review/cells';
import type { CellPictures } from '../export/input';
import { coloursOf } from './colours';
import { evidence } from './explain';
import type { ImageEntry } from './images';
import { cellPicture, region } from './pictures';

export interface Wanted {
  crops: boolean;
  heatmaps: boolean;
  thumbs: boolean;
  colours: boolean;
}

/** Side of a heatmap's picture and of the report's, px. */
const HEATMAP = 224;
const THUMB = 96;

/** The cell's window of the image, `side` px wide; null where the photograph is not there. */
async function windowOf(imageId: string, { crop }: ReviewCell, side: number): Promise<OffscreenCanvas | null> {
  const bitmap = await region(imageId, crop, side);
  if (!bitmap) return null;
  const canvas = new OffscreenCanvas(side, side);
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0);
  bitmap.close();
  return canvas;
}

/** The type whose heatmap goes along: the cell's own where the model knows it. */
const shownType = ({ type, modelType }: ReviewCell): CellType =>
  CELL_TYPES.find((known) => known === type) ?? modelType;

/** The window with the heatmap over it; null where there is none, which the panel says of the cell. */
async function withHeat(canvas: OffscreenCanvas, imageId: string, cell: ReviewCell): Promise<Blob | null> {
  if (isUnseen(cell)) return null;
  const heatmap = await evidence(imageId, cell.id, shownType(cell)).catch(() => null);
  if (!heatmap) return null;
  const { values, size } = heatmap;
  const small = new OffscreenCanvas(size, size);
  small.getContext('2d')?.putImageData(new ImageData(heatPixels(values, 1), size, size), 0, 0);
  const context = canvas.getContext('2d') as OffscreenCanvasRenderingContext2D;
  context.resetTransform();
  context.globalAlpha = 0.6;
  context.imageSmoothingQuality = 'high';
  const { x, y, width, height } = placeOn(cell.crop, heatmap, canvas.width);
  context.drawImage(small, x, y, width, height);
  return canvas.convertToBlob({ type: 'image/png' });
}

/** The gallery's picture: also there where it came with a session whose photograph did not. */
async function thumbOf(imageId: string, cellId: number): Promise<Uint8Array | null> {
  const bitmap = await cellPicture(imageId, cellId);
  if (!bitmap) return null;
  const canvas = new OffscreenCanvas(THUMB, THUMB);
  const context = canvas.getContext('2d');
  if (context) {
    // JPEG has no transparency: what is beyond the image's edge would be black.
    context.fillStyle = '#fff';
    context.fillRect(0, 0, THUMB, THUMB);
    context.drawImage(bitmap, 0, 0, THUMB, THUMB);
  }
  const jpeg = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.85 });
  return new Uint8Array(await jpeg.arrayBuffer());
}

/** What can be made for the cells of one image, by cell id. */
export async function picturesOf(
  image: ImageEntry,
  cells: readonly ReviewCell[],
  wanted: Wanted,
): Promise<Record<number, CellPictures>> {
  const out: Record<number, CellPictures> = {};
  for (const cell of cells) {
    const own: CellPictures = {};
    out[cell.id] = own;
    const side = Math.max(1, Math.round(cell.crop.x1 - cell.crop.x0));
    const crop = wanted.crops ? await windowOf(image.id, cell, side) : null;
    if (crop) own.crop = await crop.convertToBlob({ type: 'image/png' });
    const thumb = wanted.thumbs ? await thumbOf(image.id, cell.id) : null;
    if (thumb) own.thumb = thumb;
    const shown = wanted.heatmaps ? await windowOf(image.id, cell, HEATMAP) : null;
    const heatmap = shown && (await withHeat(shown, image.id, cell));
    if (heatmap) own.heatmap = heatmap;
    const colours = wanted.colours ? await coloursOf(image, cell) : null;
    if (colours) own.colours = colours;
  }
  return out;
}
