/** Grad-CAM heatmaps of one cell. */
import type { Box } from './box';
import type { CellType } from './cellType';

/** values: row-major size x size, scaled to [0, 1] by `peak` (the raw maximum), over the image window `crop`. */
export interface Heatmap {
  cellId: number;
  type: CellType;
  crop: Box;
  size: number;
  values: Float32Array;
  /** Raw Grad-CAM maximum, so that maps of two types can be compared ('why this, not that'). */
  peak: number;
}
