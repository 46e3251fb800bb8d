/** Slice: what people decided about the cells, and who sits at the screen. */
import type { DetectedCell } from '../domain/cell';
import { type ReviewCell, reviewCells } from '../domain/review/cells';
import type { AnnotatedImage, Comparison } from '../domain/review/compare';
import type { ImageReview, ReviewState } from '../domain/review/events';
import { EMPTY_HISTORY, type History } from '../domain/review/history';
import type { ImageEntry } from './images';
import { type Panel, SHAPING, type ViewSlice } from './view';

export type Reader = 'first' | 'second';

export interface ReviewSlice {
  history: History;
  /** Name that goes into the log; typed once, kept on this device; a signature needs one, nothing else does. */
  who: string;
  /** The second reader sees neither the first's types nor the model's. */
  reader: Reader;
  /** Cells chosen together, as cellRef. */
  chosen: readonly string[];
  /** Under the pointer, as cellRef: keys act on it. */
  hovered: string | null;
  /** Read and checked, waiting for a person to agree that it replaces what is open. */
  pendingSession: { name: string; images: number; cells: number; events: number; leftOut: string[] } | null;
  /** What an import or a saving left out; about the filter, it goes when that changes. */
  notes: { title: string; lines: string[]; about?: 'filter' } | null;
  /** What became of what was just done; it goes with the next decision, or by itself after a while. */
  passing: { text: string } | null;
  /** Annotations of others against the model, and the event that took them over last. */
  comparison: {
    name: string;
    images: readonly AnnotatedImage[];
    result: Comparison;
    leftOut: string[];
    taken: number | null;
  } | null;
}

export const reviewInitial: ReviewSlice = {
  history: EMPTY_HISTORY,
  who: '',
  reader: 'first',
  chosen: [],
  hovered: null,
  pendingSession: null,
  notes: null,
  passing: null,
  comparison: null,
};

export const cellRef = (imageId: string, cellId: number) => `${imageId}/${cellId}`;

export function parseRef(ref: string): { image: string; cell: number } {
  const at = ref.lastIndexOf('/');
  return { image: ref.slice(0, at), cell: Number(ref.slice(at + 1)) };
}

interface Known {
  review: ImageReview | undefined;
  cells: ReviewCell[];
  blind?: ReviewCell[];
}
const known = new WeakMap<readonly DetectedCell[], Known>();

/** Cells of an image as they stand; the same array as long as nothing about them changes. */
export function cellsOn(image: Pick<ImageEntry, 'id' | 'analysis'> | undefined, state: ReviewState): ReviewCell[] {
  if (!image?.analysis) return NONE;
  const { cells: detected, width, height, field } = image.analysis;
  const review = state.images[image.id];
  let entry = known.get(detected);
  if (!entry || entry.review !== review) {
    entry = { review, cells: reviewCells(detected, review, { width, height, ...(field && { field }) }) };
    known.set(detected, entry);
  }
  return entry.cells;
}

const NONE: ReviewCell[] = [];
const blinded = new WeakMap<ReviewCell, ReviewCell>();

/** A cell as the second reader may see it: without anybody's type but that reader's own. */
export function blind(cell: ReviewCell): ReviewCell {
  let hidden = blinded.get(cell);
  if (!hidden) {
    hidden = { ...cell, type: cell.second ?? 'unidentified', by: cell.second ? 'person' : 'model' };
    blinded.set(cell, hidden);
  }
  return hidden;
}

/** Cells of an image as whoever sits at the screen may see them. */
export function cellsSeen(
  image: Pick<ImageEntry, 'id' | 'analysis'> | undefined,
  { history, reader }: Pick<ReviewSlice, 'history' | 'reader'>,
): ReviewCell[] {
  const cells = cellsOn(image, history.state);
  if (reader === 'first' || cells.length === 0) return cells;
  const entry = known.get(image?.analysis?.cells as readonly DetectedCell[]);
  if (!entry) return cells.map(blind);
  entry.blind ??= cells.map(blind);
  return entry.blind;
}

const TABS = ['count', 'readers', 'compare', 'log'] as const;
const BLIND_TABS = ['readers'] as const;

/** Tabs of the count that whoever sits at the screen may see: every other one would tell the second reader the first's types. */
export function tabsSeen(reader: Reader): readonly (typeof TABS)[number][] {
  return reader === 'first' ? TABS : BLIND_TABS;
}

/** The panel on screen: a tab that may not be seen gives way to one that may, however it was asked for. */
export function panelSeen({ panel, reader }: Pick<ViewSlice, 'panel'> & Pick<ReviewSlice, 'reader'>): Panel | null {
  if (panel === null || panel === 'palette') return panel;
  return tabsSeen(reader).includes(panel) ? panel : 'readers';
}

/** Why a tool is not to be had. */
export const OUTLINES_STAY = 'Outlines stay as they are while the second reading is on.';

export function toolShut({ tool, reader }: Pick<ViewSlice, 'tool'> & Pick<ReviewSlice, 'reader'>): boolean {
  return reader === 'second' && SHAPING.includes(tool);
}

/** Slide an image was put on; images that were put on none are together on the unnamed one. */
export function slideOf(state: ReviewState, imageId: string): string {
  return state.images[imageId]?.slide ?? '';
}

/** How many of an image's cells something was decided about, the deleted among them. */
export function decidedOn(state: ReviewState, imageId: string): number {
  return Object.keys(state.images[imageId]?.cells ?? {}).length;
}

/** Names of the slides in use, the unnamed one first where images are on it. */
export function slidesIn(images: readonly Pick<ImageEntry, 'id'>[], state: ReviewState): string[] {
  return [...new Set(images.map(({ id }) => slideOf(state, id)))].sort((a, b) =>
    a.localeCompare(b, 'en', { numeric: true }),
  );
}

/** What is counted: as chosen, or all where that was a slide that is no longer there. */
export function scopeIn(chosen: string, slides: readonly string[]): string {
  return chosen.startsWith('slide/') && !slides.includes(chosen.slice(6)) ? 'all' : chosen;
}

const KEY = 'leukolens.who';

/** The name an earlier visit left. */
export function rememberedName(): Pick<ReviewSlice, 'who'> {
  try {
    return { who: localStorage.getItem(KEY) ?? '' };
  } catch {
    return { who: '' };
  }
}

export function rememberName(who: string): void {
  try {
    localStorage.setItem(KEY, who);
  } catch {
    // A browser that stores nothing asks again next time.
  }
}
