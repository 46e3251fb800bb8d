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

/**
 * Where a heatmap lies on a picture, `side` px wide, of a cell's window `crop`: of a cell that a person made of others, whose
 * window is another, beside, within or around it.
 */
export function placeOn(crop: Box, heatmap: Pick<Heatmap, 'crop'>, side: number) {
  const scale = side / (crop.x1 - crop.x0);
  const { x0, y0, x1, y1 } = heatmap.crop;
  return {
    x: (x0 - crop.x0) * scale,
    y: (y0 - crop.y0) * scale,
    width: (x1 - x0) * scale,
    height: (y1 - y0) * scale,
  };
}
