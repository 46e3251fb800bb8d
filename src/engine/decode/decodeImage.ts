/** Image file -> upright RGBA px: by the browser's own decoders, and by libraries where it has none. */
import { LeukolensError } from '../../domain/errors';
import type { Pixels } from '../../domain/pixels';
import { bytesOf } from './bytes';
import { decodeLarge } from './large';
import { whiteContext } from './onWhite';
import { decodePng16, isPng16 } from './png16';
import { formatOf, type Header, sniff } from './sniff';
import { decodeTiff } from './tiff';

/** Px read back at a time. */
const STRIP_PIXELS = 4e6;
/** Above this the copies that a canvas makes would not fit beside the image. */
const LARGE_PIXELS = 24e6;

/**
 * Decodes a page (null: the first full-size one) of a TIFF, PNG, JPEG, WebP, AVIF or BMP; orientation is applied,
 * transparency becomes white. Throws LeukolensError.
 */
export async function decodeFile(file: Blob, page: number | null): Promise<Pixels> {
  const start = new Uint8Array(await bytesOf(file.slice(0, 32)));
  if (formatOf(start) === 'tiff') return decodeTiff(file, page);
  const bytes = await bytesOf(file);
  const view = new Uint8Array(bytes);
  const header = sniff(view);
  if (header.format === 'png' && isPng16(view)) return decodePng16(view);
  if (header.width * header.height > LARGE_PIXELS) {
    const pixels = await decodeLarge(file, header).catch(() => null);
    if (pixels) return pixels;
  }
  const bitmap = await toBitmap(bytes, header);
  try {
    return readBack(bitmap);
  } catch (cause) {
    throw new LeukolensError(
      'image-too-large',
      `This browser has not enough memory for the image's ${bitmap.width} x ${bitmap.height} px.`,
      'Close other tabs, or reduce the image and add it again.',
      { cause },
    );
  } finally {
    bitmap.close();
  }
}

/** The browser's own decoding, upright. */
export async function toBitmap(bytes: ArrayBuffer, { format }: Header): Promise<ImageBitmap> {
  try {
    return await createImageBitmap(new Blob([bytes], { type: `image/${format}` }), { imageOrientation: 'from-image' });
  } catch (cause) {
    throw new LeukolensError(
      'damaged-image',
      `The ${format.toUpperCase()} data is damaged and cannot be decoded.`,
      'Copy the file again from its source, or save it anew as PNG.',
      { cause },
    );
  }
}

/** Px of a bitmap over white, strip by strip: a canvas of the whole would cost the image's memory once more. */
function readBack(bitmap: ImageBitmap): Pixels {
  const { width, height } = bitmap;
  const rows = Math.min(height, Math.max(1, Math.floor(STRIP_PIXELS / width)));
  const context = whiteContext(width, rows);
  const data = new Uint8ClampedArray(width * height * 4);
  for (let top = 0; top < height; top += rows) {
    const count = Math.min(rows, height - top);
    context.fillRect(0, 0, width, rows);
    context.drawImage(bitmap, 0, -top);
    data.set(context.getImageData(0, 0, width, count).data, top * width * 4);
  }
  return { data, width, height };
}
