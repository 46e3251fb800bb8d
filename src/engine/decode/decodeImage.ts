/** Image file -> upright RGBA px, by the browser's own decoders. */
import { LeukolensError } from '../../domain/errors';
import type { Pixels } from '../../domain/pixels';
import { sniff } from './sniff';

/** Decodes PNG, JPEG, WebP or BMP; EXIF orientation is applied, transparency becomes white. */
export async function decodeImage(bytes: ArrayBuffer): Promise<Pixels> {
  const header = sniff(new Uint8Array(bytes));
  let bitmap: ImageBitmap;
  try {
    const blob = new Blob([bytes], { type: `image/${header.format}` });
    bitmap = await createImageBitmap(blob, { imageOrientation: 'from-image' });
  } catch (cause) {
    throw new LeukolensError(
      'damaged-image',
      `The ${header.format.toUpperCase()} data is damaged and cannot be decoded.`,
      'Copy the file again from its source, or save it anew as PNG.',
      { cause },
    );
  }
  try {
    const { width, height } = bitmap;
    const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true, alpha: false });
    if (!context) throw new Error('no 2D canvas in this browser');
    context.fillStyle = '#fff';
    context.fillRect(0, 0, width, height);
    context.drawImage(bitmap, 0, 0);
    return { data: context.getImageData(0, 0, width, height).data as Uint8ClampedArray, width, height };
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
