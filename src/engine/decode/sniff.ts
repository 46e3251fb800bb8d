/** Looks at a file's first bytes before anything is decoded: format, size, and whether it is whole. */
import { imageSize } from 'image-size';
import { LeukolensError } from '../../domain/errors';

export type Format = 'png' | 'jpeg' | 'webp' | 'bmp' | 'avif' | 'tiff';

export interface Header {
  format: Format;
  /** Px as stored, before EXIF orientation. */
  width: number;
  height: number;
  /** Of EXIF, 1 to 8: how the stored px are to be turned. */
  orientation: number;
}

/** Larger images are refused: their px alone would fill a laptop's memory. */
export const MAX_MEGAPIXELS = 120;
/** Below this a white cell cannot be told from a speck. */
export const MIN_SIDE = 32;

const OTHER_FORMATS: Record<string, string> = {
  gif: 'GIF',
  heif: 'HEIF',
  heic: 'HEIC',
  svg: 'SVG',
  psd: 'Photoshop',
  jp2: 'JPEG 2000',
  jxl: 'JPEG XL',
};

const READABLE = 'Save it as TIFF, PNG, JPEG, WebP, AVIF or BMP and add it again.';

function ascii(bytes: Uint8Array, from: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(from, from + length));
}

/** The format by its magic number, or null. */
export function formatOf(bytes: Uint8Array): Format | null {
  if (ascii(bytes, 1, 3) === 'PNG' && bytes[0] === 0x89) return 'png';
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return 'jpeg';
  if (ascii(bytes, 0, 4) === 'RIFF' && ascii(bytes, 8, 4) === 'WEBP') return 'webp';
  if (ascii(bytes, 0, 2) === 'BM' && bytes.length > 26) return 'bmp';
  if (ascii(bytes, 4, 4) === 'ftyp' && /^avi[fs]$/.test(ascii(bytes, 8, 4))) return 'avif';
  // 42: TIFF, 43: BigTIFF; in the byte order that the letters say.
  if (/^(II[*+]\0|MM\0[*+])$/.test(ascii(bytes, 0, 4))) return 'tiff';
  return null;
}

/** True where the file ends before its picture does. Browsers would paint the missing part grey without a word. */
export function isTruncated(bytes: Uint8Array, format: Format): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (format) {
    case 'png':
      // IEND is the last chunk; some writers leave bytes behind it.
      return lastIndexOf(bytes, [0x49, 0x45, 0x4e, 0x44]) < 0;
    case 'jpeg':
      return !endsAsJpeg(view);
    case 'webp':
      return view.getUint32(4, true) + 8 > bytes.length + 1;
    case 'bmp': {
      const offset = view.getUint32(10, true);
      const [width, height, bits] = [
        view.getInt32(18, true),
        Math.abs(view.getInt32(22, true)),
        view.getUint16(28, true),
      ];
      const compressed = view.getUint32(30, true) !== 0 && view.getUint32(30, true) !== 3;
      return !compressed && offset + Math.ceil((width * bits) / 32) * 4 * height > bytes.length;
    }
    case 'avif':
    case 'tiff':
      // Their decoders notice by themselves.
      return false;
  }
}

/**
 * Whether a JPEG's end marker comes, walking it segment by segment as a decoder does: a thumbnail inside EXIF has an end marker
 * of its own, and a film behind the picture, as phones add one, markers by chance.
 */
function endsAsJpeg(view: DataView): boolean {
  // Behind the start marker.
  for (let at = 2; at + 1 < view.byteLength; ) {
    const marker = view.getUint8(at + 1);
    // Picture data, where a marker's first byte is followed by 0, and what fills the room before a marker.
    if (view.getUint8(at) !== 0xff || marker === 0 || marker === 0xff) at += 1;
    else if (marker === 0xd9) return true;
    // Restarts and such have no length.
    else if (marker === 1 || (marker >= 0xd0 && marker <= 0xd8)) at += 2;
    else if (at + 3 < view.byteLength) at += 2 + view.getUint16(at + 2);
    else return false;
  }
  return false;
}

function lastIndexOf(bytes: Uint8Array, marker: number[]): number {
  for (let i = bytes.length - marker.length; i >= 0; i--) {
    let k = 0;
    while (k < marker.length && bytes[i + k] === marker[k]) k++;
    if (k === marker.length) return i;
  }
  return -1;
}

function sizeOf(bytes: Uint8Array): { width: number; height: number; type?: string; orientation?: number } | null {
  try {
    return imageSize(bytes);
  } catch {
    // image-size throws on anything it cannot read; the caller says what that means for the person.
    return null;
  }
}

/** Refuses what is too large or too small to be analysed. */
export function checkSize(width: number, height: number): void {
  const megapixels = (width * height) / 1e6;
  if (megapixels > MAX_MEGAPIXELS) {
    throw new LeukolensError(
      'image-too-large',
      `The image is ${width} x ${height} px (${Math.round(megapixels)} megapixels); up to ${MAX_MEGAPIXELS} megapixels can be analysed.`,
      'Cut it into parts or reduce it, and add it again.',
    );
  }
  if (Math.min(width, height) < MIN_SIDE) {
    throw new LeukolensError(
      'image-too-small',
      `The image is ${width} x ${height} px, too small to show a cell.`,
      `Choose an image of at least ${MIN_SIDE} x ${MIN_SIDE} px.`,
    );
  }
}

/** Checks a file (any but a TIFF, which tiff.ts reads) and returns its header, or throws a LeukolensError that says what to do. */
export function sniff(bytes: Uint8Array): Header {
  if (bytes.length === 0) {
    throw new LeukolensError(
      'empty-file',
      'The file is empty (0 bytes).',
      'Copy it again from the microscope or camera.',
    );
  }
  const format = formatOf(bytes);
  const size = sizeOf(bytes);
  if (!format) {
    const other = size?.type ? OTHER_FORMATS[size.type] : undefined;
    if (other) throw new LeukolensError('unsupported-format', `${other} images cannot be read yet.`, READABLE);
    throw new LeukolensError('not-an-image', 'This is not an image.', `Choose a photograph of a smear. ${READABLE}`);
  }
  if (!size || !(size.width > 0) || !(size.height > 0)) {
    throw new LeukolensError('damaged-image', 'The image header is damaged.', 'Copy the file again from its source.');
  }
  const { width, height, orientation = 1 } = size;
  checkSize(width, height);
  if (isTruncated(bytes, format)) {
    throw new LeukolensError(
      'damaged-image',
      'The file ends in the middle of the picture.',
      'Copy it again from its source; the copy was cut short.',
    );
  }
  return { format, width, height, orientation };
}
