/** Px -> pictures for the screen: a thumbnail, a bitmap of the whole, or a pyramid of tiles where that would be too large. */
import type { Pixels } from '../../domain/pixels';
import { type Level, type Pyramid, TILE } from '../../domain/pyramid';

/** Of a thumbnail's longer side, px. */
const THUMB = 160;
/** Above this a picture is given as a pyramid: a bitmap of it would cost 4 bytes a px for as long as it is shown. */
export const MAX_BITMAP_PIXELS = 24e6;
const QUALITY = 0.92;

const imageData = ({ data, width, height }: Pixels) =>
  new ImageData(data as Uint8ClampedArray<ArrayBuffer>, width, height);

export function bitmapOf(pixels: Pixels): Promise<ImageBitmap> {
  return createImageBitmap(imageData(pixels));
}

/** Size that fits into `side` x `side`, never larger than it is. */
function fitted(width: number, height: number, side: number): { resizeWidth: number; resizeHeight: number } {
  const scale = Math.min(1, side / Math.max(width, height));
  return { resizeWidth: Math.max(1, Math.round(width * scale)), resizeHeight: Math.max(1, Math.round(height * scale)) };
}

export function thumbOf(source: ImageBitmap | Pixels): Promise<ImageBitmap> {
  const small = 'data' in source ? imageData(thinned(source, 4 * THUMB)) : source;
  return createImageBitmap(small, { ...fitted(small.width, small.height, THUMB), resizeQuality: 'medium' });
}

/** Every n-th px of every n-th row, so that what is left is about `side` px long; resized properly after. */
function thinned(pixels: Pixels, side: number): Pixels {
  const step = Math.max(1, Math.floor(Math.max(pixels.width, pixels.height) / side));
  if (step === 1) return pixels;
  const [width, height] = [Math.ceil(pixels.width / step), Math.ceil(pixels.height / step)];
  const from = new Uint32Array(pixels.data.buffer, pixels.data.byteOffset, pixels.width * pixels.height);
  const to = new Uint32Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) to[y * width + x] = from[y * step * pixels.width + x * step] as number;
  }
  return { data: new Uint8ClampedArray(to.buffer), width, height };
}

/**
 * Tiles at every halving until one tile holds the whole. Each tile is drawn from the four finer ones under it. One canvas a
 * level serves for all its tiles, or those of a large image would pile up, a megabyte each, until memory is looked after.
 */
export async function pyramidOf(pixels: Pixels): Promise<Pyramid> {
  const { width, height } = pixels;
  const levels: Level[] = [];
  for (let factor = 1; ; factor *= 2) {
    const columns = Math.ceil(width / factor / TILE);
    const rows = Math.ceil(height / factor / TILE);
    levels.push({ factor, columns, rows, tiles: new Array(columns * rows) });
    if (columns * rows === 1) break;
  }
  const canvases = levels.map(() => new OffscreenCanvas(TILE, TILE));
  const part = new ImageData(TILE, TILE);
  const build = async (at: number, x: number, y: number): Promise<OffscreenCanvas> => {
    const level = levels[at] as Level;
    const side = TILE * level.factor;
    const canvas = canvases[at] as OffscreenCanvas;
    const w = Math.ceil(Math.min(side, width - x * side) / level.factor);
    const h = Math.ceil(Math.min(side, height - y * side) / level.factor);
    // Also the same size, set again, would make new memory.
    if (canvas.width !== w) canvas.width = w;
    if (canvas.height !== h) canvas.height = h;
    const context = canvas.getContext('2d', { willReadFrequently: true, alpha: false });
    if (!context) throw new Error('no 2D canvas in this browser');
    const finer = levels[at - 1];
    if (finer) {
      context.imageSmoothingQuality = 'medium';
      for (const [cx, cy] of [
        [2 * x, 2 * y],
        [2 * x + 1, 2 * y],
        [2 * x, 2 * y + 1],
        [2 * x + 1, 2 * y + 1],
      ] as const) {
        if (cx >= finer.columns || cy >= finer.rows) continue;
        const under = await build(at - 1, cx, cy);
        const [left, top] = [(cx - 2 * x) * (TILE / 2), (cy - 2 * y) * (TILE / 2)];
        context.drawImage(under, left, top, under.width / 2, under.height / 2);
      }
    } else {
      copyRows(pixels, x * TILE, y * TILE, w, h, part.data);
      context.putImageData(part, 0, 0);
    }
    level.tiles[y * level.columns + x] = await canvas.convertToBlob({ type: 'image/jpeg', quality: QUALITY });
    return canvas;
  };
  await build(levels.length - 1, 0, 0);
  return { width, height, levels };
}

/** Rows of a part of the image into a tile's px; what of the tile lies beyond the part is left as it was. */
function copyRows({ data, width }: Pixels, left: number, top: number, w: number, h: number, tile: Uint8ClampedArray) {
  for (let y = 0; y < h; y++) {
    const from = ((top + y) * width + left) * 4;
    tile.set(data.subarray(from, from + w * 4), y * TILE * 4);
  }
}
