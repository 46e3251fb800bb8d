/** Thumbnails of all cells of an image in one compressed picture, made while its px are at hand. */
import type { DetectedCell } from '../../domain/cell';
import type { Pixels } from '../../domain/pixels';
import { SHEET_CELL } from '../../domain/smear';

const QUALITY = 0.9;

/** The sheet, cells in their order; undefined for no cells. What of a window lies outside the image is white. */
export async function cellSheet(pixels: Pixels, cells: readonly DetectedCell[]): Promise<Blob | undefined> {
  if (cells.length === 0) return undefined;
  const columns = Math.ceil(Math.sqrt(cells.length));
  const canvas = new OffscreenCanvas(columns * SHEET_CELL, Math.ceil(cells.length / columns) * SHEET_CELL);
  const context = canvas.getContext('2d', { willReadFrequently: true, alpha: false });
  if (!context) return undefined;
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingQuality = 'medium';
  for (const [i, { crop }] of cells.entries()) {
    const side = Math.max(1, Math.round(crop.x1 - crop.x0));
    const window = new OffscreenCanvas(side, side);
    const [left, top] = [Math.round(crop.x0), Math.round(crop.y0)];
    const inner = window.getContext('2d', { willReadFrequently: true, alpha: false });
    inner?.putImageData(windowOf(pixels, left, top, side), 0, 0);
    const [x, y] = [(i % columns) * SHEET_CELL, Math.floor(i / columns) * SHEET_CELL];
    context.drawImage(window, x, y, SHEET_CELL, SHEET_CELL);
  }
  return canvas.convertToBlob({ type: 'image/jpeg', quality: QUALITY });
}

function windowOf({ data, width, height }: Pixels, left: number, top: number, side: number): ImageData {
  const out = new Uint8ClampedArray(side * side * 4).fill(255);
  const [x0, x1] = [Math.max(0, left), Math.min(width, left + side)];
  for (let y = Math.max(0, top); y < Math.min(height, top + side) && x1 > x0; y++) {
    out.set(data.subarray((y * width + x0) * 4, (y * width + x1) * 4), ((y - top) * side + x0 - left) * 4);
  }
  return new ImageData(out, side, side);
}
