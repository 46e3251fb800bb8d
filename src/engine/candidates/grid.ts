/** The reduced grid on which a whole image's saliency is computed. */
import type { DetectorConstants } from '../manifest';

export interface Grid {
  /** Image px per grid px. */
  factor: number;
  /** Grid px; multiples of the head's stride, so that the grid may reach past the image. */
  width: number;
  height: number;
}

/** The reduction that brings cells to the size the head was trained on, and the padded grid it gives. */
export function gridOf(width: number, height: number, constants: DetectorConstants): Grid {
  const wished = Math.min(Math.max(Math.max(width, height) / constants.longSide, 1), constants.maxReduction);
  const factor = Math.max(wished, Math.sqrt((width * height) / constants.maxPixels));
  const padded = (n: number) => Math.ceil(Math.ceil(n / factor) / constants.stride) * constants.stride;
  return { factor, width: padded(width), height: padded(height) };
}
