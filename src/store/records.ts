/** What of an image is kept from one visit to the next. */
import type { ImageRecord } from '../journal/journal';
import { type ImageEntry, newEntry } from './images';

/** Fields that the journal has places for; 'working' is kept as 'waiting'. */
const OWN = ['id', 'name', 'path', 'size', 'sha256', 'order', 'status', 'error', 'analysis', 'ms'] as const;
/** Fields that it keeps beside them. Records of before one was kept lack it: what a new image has stands for it then. */
const EXTRA = ['scale', 'width', 'height', 'pages', 'page', 'profile', 'colourless', 'duplicateOf'] as const;

/** All but how far the work is. */
type Kept = Exclude<keyof ImageEntry, 'progress'>;
/** A field that is in neither list is a type error here. */
const all = <Keys extends readonly Kept[]>(keys: Kept extends Keys[number] ? Keys : never): readonly Kept[] => keys;
const KEPT = all([...OWN, ...EXTRA] as const);

const pick = <Key extends keyof ImageEntry>(image: ImageEntry, keys: readonly Key[]) =>
  Object.fromEntries(keys.map((key) => [key, image[key]])) as Pick<ImageEntry, Key>;

/** What of an image is kept. */
export function recordOf(image: ImageEntry): ImageRecord {
  const status = image.status === 'working' ? 'waiting' : image.status;
  return { ...pick(image, OWN), status, extra: pick(image, EXTRA) };
}

/** The image that a record was made of. */
export function entryOf({ extra = {}, ...record }: ImageRecord): ImageEntry {
  return { ...newEntry(record), ...record, ...extra };
}

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
