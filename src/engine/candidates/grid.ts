/** The reduced grid on which a whole image's saliency is computed. */
import type { DetectorConstants } from '../manifest';

export interface Grid {
  /** Image px per grid px. */
  factor: number;
  /** Grid px; multiples of the head's stride, so that the grid may reach past the image. */
  width: number;
  height: number;
}

/** Reduction clamp(longSide / 160, 1, 4.5) and the padded grid it gives. */
export function gridOf(width: number, height: number, constants: DetectorConstants): Grid {
  const factor = Math.min(Math.max(Math.max(width, height) / constants.longSide, 1), constants.maxReduction);
  const padded = (n: number) => Math.ceil(Math.ceil(n / factor) / constants.stride) * constants.stride;
  return { factor, width: padded(width), height: padded(height) };
}
