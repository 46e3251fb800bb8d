/** What of an image is kept from one visit to the next. */
import type { Scale } from '../domain/scale';
import type { ImageRecord } from '../journal/journal';
import { type ImageEntry, newEntry } from './images';

/** What of an image is kept. */
export function recordOf(image: ImageEntry): ImageRecord {
  const {
    id,
    name,
    path,
    size,
    sha256,
    order,
    error,
    analysis,
    ms,
    scale,
    width,
    height,
    pages,
    page,
    profile,
    colourless,
    duplicateOf,
  } = image;
  const status = image.status === 'working' ? 'waiting' : image.status;
  const extra = { scale, width, height, pages, page, profile, colourless, duplicateOf };
  return { id, name, path, size, sha256, order, status, error, analysis, ms, extra };
}

/** The image that a record was made of. */
export function entryOf({ extra = {}, ...record }: ImageRecord): ImageEntry {
  const {
    scale = null,
    width = 0,
    height = 0,
    pages = 1,
    page = null,
    profile = null,
    colourless = false,
    duplicateOf = null,
  } = extra as {
    scale?: Scale | null;
    width?: number;
    height?: number;
    pages?: number;
    page?: number | null;
    profile?: string | null;
    colourless?: boolean;
    duplicateOf?: string | null;
  };
  return { ...newEntry(record), ...record, scale, width, height, pages, page, profile, colourless, duplicateOf };
}

const KEPT = [
  ...[
    'status',
    'error',
    'analysis',
    'sha256',
    'scale',
    'width',
    'pages',
    'page',
    'profile',
    'colourless',
    'duplicateOf',
  ],
] as (keyof ImageEntry)[];

/** Images whose record on disk is no longer theirs: new, changed in what is kept, or no longer listed. */
export function outdated(images: readonly ImageEntry[], before: readonly ImageEntry[]): string[] {
  const known = new Map(before.map((image) => [image.id, image]));
  const ids: string[] = [];
  for (const image of images) {
    const old = known.get(image.id);
    known.delete(image.id);
    if (old === image) continue;
    // 'working' is kept as 'waiting': that it has begun need not be written.
    if (!old || (image.status !== 'working' && KEPT.some((key) => old[key] !== image[key]))) ids.push(image.id);
  }
  return [...ids, ...known.keys()];
}
