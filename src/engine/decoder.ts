/** Entry of the decoder's worker: files to facts, px and pictures, beside the engine so that neither waits for the other. */
import type { Decoded, DecodeOptions, DecoderApi, Inspection } from '../bridge/protocol';
import { serveDecoder } from '../bridge/serve';
import type { Pixels } from '../domain/pixels';
import { bytesOf } from './decode/bytes';
import { decodeFile, toBitmap } from './decode/decodeImage';
import { inspectFile } from './decode/inspect';
import { onWhite } from './decode/onWhite';
import { bitmapOf, MAX_BITMAP_PIXELS, pyramidOf, thumbOf } from './decode/pictures';
import { isPng16 } from './decode/png16';
import { formatOf, sniff } from './decode/sniff';

/** Enough to tell the format and a PNG's bit depth. */
const HEAD_BYTES = 32;

class Decoder implements DecoderApi {
  /** Px of one large image that are to be asked for next. */
  private kept: { id: string; page: number | null; pixels: Pixels } | null = null;

  inspect(file: Blob, page: number | null): Promise<Inspection> {
    return inspectFile(file, page);
  }

  async decode(file: Blob, options: DecodeOptions): Promise<Decoded> {
    const { id, page, pixels: wantsPixels, field: wantsField, keep } = options;
    const shown = wantsPixels ? null : await this.shown(file, wantsField);
    if (shown) return shown;
    const { kept } = this;
    this.kept = null;
    const pixels = kept?.id === id && kept.page === page ? kept.pixels : await decodeFile(file, page);
    const { width, height } = pixels;
    const large = width * height > MAX_BITMAP_PIXELS;
    if (large && keep && !wantsPixels) this.kept = { id, page, pixels };
    return {
      width,
      height,
      thumb: await thumbOf(pixels),
      field: wantsField && !large ? await bitmapOf(pixels) : null,
      pyramid: wantsField && large ? await pyramidOf(pixels) : null,
      pixels: wantsPixels ? pixels : null,
    };
  }

  /** What the browser can decode and only has to be shown is never read back; null where it cannot, or is too large. */
  private async shown(file: Blob, wantsField: boolean): Promise<Decoded | null> {
    // A TIFF is read in parts, and may have hundreds of megabytes: its first bytes say that it is one.
    const start = new Uint8Array(await bytesOf(file.slice(0, HEAD_BYTES)));
    if (formatOf(start) === 'tiff' || isPng16(start)) return null;
    const bytes = await bytesOf(file);
    const header = sniff(new Uint8Array(bytes));
    if (header.width * header.height > MAX_BITMAP_PIXELS) return null;
    const bitmap = await toBitmap(bytes, header);
    const { width, height } = bitmap;
    // Colours are measured on it: they must be those of a picture that comes with the engine's px. A JPEG is never transparent.
    const opaque = header.format === 'jpeg' ? (picture: ImageBitmap) => picture : onWhite;
    const thumb = opaque(await thumbOf(bitmap));
    const field = wantsField ? opaque(bitmap) : null;
    if (!field) bitmap.close();
    return { width, height, field, thumb, pyramid: null, pixels: null };
  }
}

serveDecoder(new Decoder(), self as DedicatedWorkerGlobalScope);
