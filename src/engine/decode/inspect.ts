/** What a file says of itself before anything is decoded: hash, size, pages, px size, colours. */
import { sha256 } from '../../domain/hash';
import type { Scale } from '../../domain/scale';
import { bytesOf } from './bytes';
import { turned } from './orient';
import { fileScale } from './pixelSize';
import { isPng16, profileOf } from './png16';
import { otherThanSrgb } from './profile';
import { formatOf, sniff } from './sniff';
import { inspectTiff } from './tiff';

export interface FileFacts {
  sha256: string;
  width: number;
  height: number;
  pages: number;
  page: number;
  scale: Scale | null;
  profile: string | null;
}

/** Of a page of the file (0-based; null: the first full-size one). Throws LeukolensError where it cannot be an image that is analysed. */
export async function inspectFile(file: Blob, page: number | null): Promise<FileFacts> {
  const bytes = await bytesOf(file);
  const view = new Uint8Array(bytes);
  if (formatOf(view) === 'tiff') return { ...(await inspectTiff(file, page)), sha256: await sha256(bytes) };
  const { format, width, height, orientation } = sniff(view);
  const swap = turned(orientation);
  return {
    width: swap ? height : width,
    height: swap ? width : height,
    pages: 1,
    page: 0,
    scale: await fileScale(format, bytes),
    // Every other one is the browser's to honour.
    profile: format === 'png' && isPng16(view) ? await png16Profile(view) : null,
    sha256: await sha256(bytes),
  };
}

async function png16Profile(bytes: Uint8Array): Promise<string | null> {
  const profile = await profileOf(bytes);
  return profile && otherThanSrgb(profile);
}
