/** Slice: what is selected and filtered among the cells, and the heatmaps asked for so far. */
import type { DetectedCell } from '../domain/cell';
import type { CallType, CellType } from '../domain/cellType';
import type { ErrorData } from '../domain/errors';
import type { Heatmap } from '../domain/heatmap';
import type { ReviewCell } from '../domain/review/cells';
import type { ImageEntry } from './images';
import { cellsSeen, type ReviewSlice } from './review';

export type HeatmapState = { heatmap: Heatmap } | { error: ErrorData } | 'loading';

export interface CellsSlice {
  selectedImage: string | null;
  selectedCell: number | null;
  /** Only this type is shown; null: all. */
  typeFilter: CallType | null;
  /** By heatmapKey. */
  heatmaps: Record<string, HeatmapState>;
}

export const cellsInitial: CellsSlice = { selectedImage: null, selectedCell: null, typeFilter: null, heatmaps: {} };

export function heatmapKey(imageId: string, cellId: number, type: CellType): string {
  return `${imageId}/${cellId}/${type}`;
}

/** Without those whose key begins like this: of an image, or of one cell. */
export function withoutHeatmaps(heatmaps: CellsSlice['heatmaps'], prefix: string): CellsSlice['heatmaps'] {
  return Object.fromEntries(Object.entries(heatmaps).filter(([key]) => !key.startsWith(prefix)));
}

/** One cell together with the image it is on. */
export interface CellOnImage {
  image: ImageEntry;
  cell: ReviewCell;
}

/** Cells of images as whoever sits at the screen may see them. */
export function cellsOf(images: readonly ImageEntry[], review: Pick<ReviewSlice, 'history' | 'reader'>): CellOnImage[] {
  return images.flatMap((image) => cellsSeen(image, review).map((cell) => ({ image, cell })));
}

export { isCounted } from '../domain/differential';

export function passes(filter: CallType | null, cell: Pick<DetectedCell, 'type'>): boolean {
  return filter === null || cell.type === filter;
}

/** Area of the nucleus over that of the cytoplasm; null where one of them is missing. */
export function nucleusToCytoplasm({ areas }: Pick<DetectedCell, 'areas'>): number | null {
  const cytoplasm = areas.cell - areas.nucleus;
  return areas.nucleus > 0 && cytoplasm > 0 ? areas.nucleus / cytoplasm : null;
}
