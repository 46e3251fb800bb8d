/** Thumbnails of all cells of an image in one compressed picture, made while its px are at hand. */
import type { Box } from '../../domain/box';
import type { Pixels } from '../../domain/pixels';
import { SHEET_CELL } from '../../domain/smear';

const QUALITY = 0.9;
/** Px of a window's side from twice of which on it is thinned before it is made smaller properly. */
const LARGEST_WINDOW = 4 * SHEET_CELL;
/** All four channels full, in either byte order. */
const WHITE = 0xff_ff_ff_ff;

/**
 * The sheet, cells in their order; undefined for no cells, and where it cannot be made: the gallery then cuts its pictures
 * from the field, and an analysis is not lost for want of thumbnails. What of a window lies outside the image is white.
 */
export async function cellSheet(pixels: Pixels, cells: readonly { crop: Box }[]): Promise<Blob | undefined> {
  if (cells.length === 0) return undefined;
  try {
    return await drawn(pixels, cells);
  } catch {
    // A canvas for which the browser has no memory.
    return undefined;
  }
}

async function drawn(pixels: Pixels, cells: readonly { crop: Box }[]): Promise<Blob | undefined> {
  const columns = Math.ceil(Math.sqrt(cells.length));
  const canvas = new OffscreenCanvas(columns * SHEET_CELL, Math.ceil(cells.length / columns) * SHEET_CELL);
  const context = canvas.getContext('2d', { willReadFrequently: true, alpha: false });
  if (!context) return undefined;
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingQuality = 'medium';
  for (const [i, { crop }] of cells.entries()) {
    const image = windowOf(pixels, crop);
    const window = new OffscreenCanvas(image.width, image.height);
    window.getContext('2d', { willReadFrequently: true, alpha: false })?.putImageData(image, 0, 0);
    const [x, y] = [(i % columns) * SHEET_CELL, Math.floor(i / columns) * SHEET_CELL];
    context.drawImage(window, x, y, SHEET_CELL, SHEET_CELL);
  }
  return canvas.convertToBlob({ type: 'image/jpeg', quality: QUALITY });
}

/**
 * Px of a window; of one far larger than its thumbnail every n-th px of every n-th row. In a photograph of a single cell the
 * window is the photograph, and a canvas of it would cost hundreds of megabytes, or be more than a phone allows.
 */
function windowOf({ data, width, height }: Pixels, crop: Box): ImageData {
  const side = Math.max(1, Math.round(crop.x1 - crop.x0));
  const [left, top] = [Math.round(crop.x0), Math.round(crop.y0)];
  const step = Math.max(1, Math.floor(side / LARGEST_WINDOW));
  const length = Math.ceil(side / step);
  const from = new Uint32Array(data.buffer, data.byteOffset, width * height);
  const to = new Uint32Array(length * length).fill(WHITE);
  for (let row = 0; row < length; row++) {
    const y = top + row * step;
    if (y < 0 || y >= height) continue;
    for (let column = 0; column < length; column++) {
      const x = left + column * step;
      if (x >= 0 && x < width) to[row * length + column] = from[y * width + x] as number;
    }
  }
  return new ImageData(new Uint8ClampedArray(to.buffer), length, length);
}
