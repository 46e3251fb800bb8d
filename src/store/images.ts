/** Slice: the files of this session, what became of each, and how far the queue is. */
import type { ErrorData } from '../domain/errors';
import type { Scale } from '../domain/scale';
import { type Analysis, type Progress, STAGES, type Stage } from '../domain/smear';

/** 'duplicate': the same bytes as another file of the session; kept out of every count. */
export type ImageStatus = 'waiting' | 'working' | 'done' | 'failed' | 'cancelled' | 'duplicate';

/** Progress as the bars show it. */
export interface ShownProgress extends Progress {
  /** Share that they have shown already. */
  atLeast?: number;
}

export interface ImageEntry {
  id: string;
  name: string;
  /** With folders, where it was dropped from one; the name otherwise. */
  path: string;
  /** Bytes. */
  size: number;
  status: ImageStatus;
  progress: ShownProgress | null;
  error: ErrorData | null;
  analysis: Analysis | null;
  /** Wall milliseconds of the analysis, as the person waited for it. */
  ms: number;
  /** Place in the list; ascending, with gaps. */
  order: number;
  /** Of the file's bytes, hexadecimal; empty until it was read. */
  sha256: string;
  /** Px, upright; 0 until the file was looked into. */
  width: number;
  height: number;
  /** Images in the file, and which of them is taken (0-based; null until the file was looked into). */
  pages: number;
  page: number | null;
  /** Physical size of a px with its source; null where it is not known. A person may type it. */
  scale: Scale | null;
  /** Name of the file's colour profile where it is another than sRGB and is not applied; null otherwise. */
  profile: string | null;
  /** It has no colours, by which types are told. */
  colourless: boolean;
  /** The image whose bytes this file repeats. */
  duplicateOf: string | null;
}

export interface ImagesSlice {
  images: ImageEntry[];
  /** No further file is begun until the person goes on. */
  paused: boolean;
}

export const imagesInitial: ImagesSlice = { images: [], paused: false };

/** A file nothing has been done with yet. */
export function newEntry(file: { id: string; name: string; path: string; size: number; order?: number }): ImageEntry {
  return {
    order: 0,
    ...file,
    status: 'waiting',
    progress: null,
    error: null,
    analysis: null,
    ms: 0,
    sha256: '',
    width: 0,
    height: 0,
    pages: 1,
    page: null,
    scale: null,
    profile: null,
    colourless: false,
    duplicateOf: null,
  };
}

/** State change that alters one image and leaves the others the same objects. */
export function patchImage(
  state: ImagesSlice,
  id: string,
  change: Partial<Omit<ImageEntry, 'id'>>,
): Pick<ImagesSlice, 'images'> {
  return { images: state.images.map((image) => (image.id === id ? { ...image, ...change } : image)) };
}

/** The image that a file of these bytes repeats, or, where a page is named, that page of them. */
export function twinOf(
  images: readonly ImageEntry[],
  { id, sha256 }: Pick<ImageEntry, 'id' | 'sha256'>,
  page?: number,
): ImageEntry | undefined {
  if (!sha256) return undefined;
  const repeated = (other: ImageEntry) => other.sha256 === sha256 && (page === undefined || other.page === page);
  return images.find((other) => other.id !== id && other.status !== 'duplicate' && repeated(other));
}

/** Without one of them: the first of its doubles takes its place and waits, and the others are doubles of that one. */
export function withoutImage(images: readonly ImageEntry[], id: string): ImageEntry[] {
  const gone = images.find((image) => image.id === id);
  const doubles = images.filter(({ status, duplicateOf }) => status === 'duplicate' && duplicateOf === id);
  const first = gone?.status === 'duplicate' ? gone.duplicateOf : (doubles[0]?.id ?? null);
  return images.flatMap((image): ImageEntry[] => {
    if (image === gone) return [];
    if (!doubles.includes(image)) return [image];
    return [image.id === first ? { ...image, status: 'waiting', duplicateOf: null } : { ...image, duplicateOf: first }];
  });
}

export interface QueueCounts {
  total: number;
  done: number;
  failed: number;
  cancelled: number;
  waiting: number;
  working: number;
  duplicate: number;
}

export function queueCounts(images: readonly ImageEntry[]): QueueCounts {
  const counts = { total: images.length, done: 0, failed: 0, cancelled: 0, waiting: 0, working: 0, duplicate: 0 };
  for (const { status } of images) counts[status]++;
  return counts;
}

/** Where each step begins, as a share of the time an image takes: nearly all of it goes into looking at candidates. */
const BEGINS: Record<Stage, number> = { decode: 0, 'white point': 0.05, saliency: 0.07, cells: 0.2, done: 1 };

/** Share of an image's work that is behind it, 0 to 1; candidates and tiles count within their step. */
export function progressShare(progress: ShownProgress | null): number {
  if (!progress) return 0;
  const { stage, cellsDone, cellsTotal, tilesDone = 0, tilesTotal = 0, atLeast = 0 } = progress;
  const [done, total] = stage === 'cells' ? [cellsDone, cellsTotal] : [tilesDone, tilesTotal];
  const from = BEGINS[stage];
  const to = BEGINS[STAGES[STAGES.indexOf(stage) + 1] ?? 'done'];
  return Math.max(atLeast, from + (total > 0 ? (to - from) * (done / total) : 0));
}

/** Progress after what was shown before it: more to look at is found on the way, and the bar does not go back for that. */
export function onward(before: ShownProgress | null, now: Progress): ShownProgress {
  return { ...now, atLeast: progressShare(before) };
}

/** The file to work on next: the one that is looked at, else the first that waits. */
export function nextWaiting(images: readonly ImageEntry[], selected: string | null, not?: string): string | undefined {
  const waiting = (image: ImageEntry) => image.status === 'waiting' && image.id !== not;
  return (images.find((image) => image.id === selected && waiting(image)) ?? images.find(waiting))?.id;
}

/** Files a minute and cells a second, from the mean of those done; null until one is done. */
export function rate(images: readonly ImageEntry[]): { filesPerMinute: number; cellsPerSecond: number } | null {
  let [ms, files, cells] = [0, 0, 0];
  for (const image of images) {
    if (!(image.ms > 0)) continue;
    ms += image.ms;
    files++;
    cells += image.analysis?.cells.length ?? 0;
  }
  return files > 0 ? { filesPerMinute: (60_000 * files) / ms, cellsPerSecond: (1000 * cells) / ms } : null;
}

/** Seconds until the queue is empty, from those done: by px where a file's are known, else by the mean; null until one is done. */
export function secondsLeft(images: readonly ImageEntry[]): number | null {
  const timed = images.filter((image) => image.ms > 0);
  if (timed.length === 0) return null;
  const sum = (of: (image: ImageEntry) => number) => timed.reduce((total, image) => total + of(image), 0);
  const mean = sum(({ ms }) => ms) / timed.length / 1000;
  const meanPx = sum(({ width, height }) => width * height) / timed.length;
  let files = 0;
  for (const { status, progress, width, height } of images) {
    const share = status === 'waiting' ? 1 : status === 'working' ? 1 - progressShare(progress) : 0;
    files += share * (width > 0 && meanPx > 0 ? (width * height) / meanPx : 1);
  }
  return files * mean;
}
