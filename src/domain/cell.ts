/** A white blood cell as the engine found it and a person may have reviewed it. */
import type { Attribute } from './attribute';
import type { Box } from './box';
import type { CallType, CellType } from './cellType';
import type { Mask } from './mask';

/** The largest id of a cell: the instance label maps have 16 bits. */
export const LAST_CELL = 65_535;

/** What the engine says of one cell. Coordinates are px of the displayed (EXIF-upright) image. */
export interface DetectedCell {
  /** 1-based, unique within its image; the value of the cell in the instance label map. */
  id: number;
  box: Box;
  /** Cytoplasm and nucleus, run-length coded over `box`. */
  mask: Mask;
  /** Calibrated probability of each type, in CELL_TYPES order; sums to 1. */
  probabilities: number[];
  /** Most probable type. */
  modelType: CellType;
  /** The same, or 'unidentified' where the model is not sure enough. */
  type: CallType;
  /** Probability of modelType, 0 to 1. */
  confidence: number;
  /**
   * Distance of its features to those of the cells the model was trained on, over the largest it accepts; above 1
   * the call is 'unidentified'.
   */
  novelty: number;
  /** Its morphology in words. */
  attributes: Attribute[];
  /** Agreement of the Grad-CAM with the cell's mask and saliency, 0 to 1 (engine/results/consistency.ts). */
  consistency: number;
  /** Areas in px of the image. */
  areas: { cell: number; nucleus: number };
  /** The image, or the field of view cut out of it, ends in the middle of it; a setting leaves such cells out of the count. */
  touchesBorder?: boolean;
  /** Square window of the image the network saw; heatmaps cover exactly this window. */
  crop: Box;
}
