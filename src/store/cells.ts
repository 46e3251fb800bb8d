/** Slice: what is selected and filtered among the cells, and the heatmaps asked for so far. */
import type { DetectedCell } from '../domain/cell';
import { CALL_TYPES, type CallType, type CellType } from '../domain/cellType';
import type { ErrorData } from '../domain/errors';
import type { Heatmap } from '../domain/heatmap';
import type { ImageEntry } from './images';

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

/** One cell together with the image it is on. */
export interface CellOnImage {
  image: ImageEntry;
  cell: DetectedCell;
}

export function cellsOf(images: readonly ImageEntry[]): CellOnImage[] {
  return images.flatMap((image) => (image.analysis?.cells ?? []).map((cell) => ({ image, cell })));
}

/** True where the cell is in the count: not where it is cut by the border and such cells are left out. */
export function isCounted(cell: Pick<DetectedCell, 'touchesBorder'>, countBorder: boolean): boolean {
  return countBorder || !cell.touchesBorder;
}

export function passes(filter: CallType | null, cell: DetectedCell): boolean {
  return filter === null || cell.type === filter;
}

export interface CellGroup {
  type: CallType;
  cells: CellOnImage[];
}

/** Cells by type, in the types' order with the unidentified first; within a type the least certain first. */
export function galleryGroups(cells: readonly CellOnImage[]): CellGroup[] {
  const order: CallType[] = ['unidentified', ...CALL_TYPES.filter((type) => type !== 'unidentified')];
  return order
    .map((type) => ({
      type,
      cells: cells
        .filter(({ cell }) => cell.type === type)
        .sort((a, b) => a.cell.confidence - b.cell.confidence || a.cell.id - b.cell.id),
    }))
    .filter((group) => group.cells.length > 0);
}

/** Area of the nucleus over that of the cytoplasm; null where one of them is missing. */
export function nucleusToCytoplasm({ areas }: DetectedCell): number | null {
  const cytoplasm = areas.cell - areas.nucleus;
  return areas.nucleus > 0 && cytoplasm > 0 ? areas.nucleus / cytoplasm : null;
}
