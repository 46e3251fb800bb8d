/** Slice: the files of this session, what became of each, and how far the queue is. */
import type { ErrorData } from '../domain/errors';
import { type Analysis, type Progress, STAGES } from '../domain/smear';

export type ImageStatus = 'waiting' | 'working' | 'done' | 'failed' | 'cancelled';

export interface ImageEntry {
  id: string;
  name: string;
  /** With folders, where it was dropped from one; the name otherwise. */
  path: string;
  /** Bytes. */
  size: number;
  status: ImageStatus;
  progress: Progress | null;
  error: ErrorData | null;
  analysis: Analysis | null;
  /** Wall milliseconds of the analysis, as the person waited for it. */
  ms: number;
}

export interface ImagesSlice {
  images: ImageEntry[];
}

export const imagesInitial: ImagesSlice = { images: [] };

/** A file nothing has been done with yet. */
export function newEntry(file: { id: string; name: string; path: string; size: number }): ImageEntry {
  return { ...file, status: 'waiting', progress: null, error: null, analysis: null, ms: 0 };
}

/** State change that alters one image and leaves the others the same objects. */
export function patchImage(
  state: ImagesSlice,
  id: string,
  change: Partial<Omit<ImageEntry, 'id'>>,
): Pick<ImagesSlice, 'images'> {
  return { images: state.images.map((image) => (image.id === id ? { ...image, ...change } : image)) };
}

export interface QueueCounts {
  total: number;
  done: number;
  failed: number;
  cancelled: number;
  waiting: number;
  working: number;
}

export function queueCounts(images: readonly ImageEntry[]): QueueCounts {
  const counts: QueueCounts = { total: images.length, done: 0, failed: 0, cancelled: 0, waiting: 0, working: 0 };
  for (const { status } of images) counts[status]++;
  return counts;
}

/** Share of an image's steps that are behind it, 0 to 1; cells count within their step. */
export function progressShare(progress: Progress | null): number {
  if (!progress) return 0;
  const cells = progress.stage === 'cells' && progress.cellsTotal > 0 ? progress.cellsDone / progress.cellsTotal : 0;
  return (STAGES.indexOf(progress.stage) + cells) / (STAGES.length - 1);
}

/** Seconds until the queue is empty, from the mean of those done; null until one is done. */
export function secondsLeft(images: readonly ImageEntry[]): number | null {
  const timed = images.filter((image) => image.ms > 0);
  if (timed.length === 0) return null;
  const mean = timed.reduce((sum, image) => sum + image.ms, 0) / timed.length / 1000;
  let files = 0;
  for (const image of images) {
    if (image.status === 'waiting') files += 1;
    if (image.status === 'working') files += 1 - progressShare(image.progress);
  }
  return files * mean;
}
