/** A window shown upside down, and what the network makes of it laid back over the window. */
import type { Box } from '../../domain/box';
import { type CropOutput, classesOf } from '../plan/outputs';

/** The box that shows the same px turned by half a turn: from its far corner to its near one. */
export const turned = ({ x0, y0, x1, y1 }: Box): Box => ({ x0: x1, y0: y1, x1: x0, y1: y0 });

/**
 * Mean of a window's output and of that of the turned window, px upon px. Types and attributes are linear in the features, so theirs
 * are the means too.
 */
export function meanOf(upright: CropOutput, turned: CropOutput): CropOutput {
  const types = upright.types.length;
  const segmentation = meanOfMaps(upright.segmentation, turned.segmentation, 1, upright.segmentation.length / 3);
  return {
    segmentation,
    classes: classesOf(segmentation),
    types: meanOfMaps(upright.types, turned.types, types, 1),
    features: meanOfMaps(upright.features, turned.features, upright.features.length, 1),
    saliency: meanOfMaps(upright.saliency, turned.saliency, 1, upright.saliency.length),
    cams: meanOfMaps(upright.cams, turned.cams, types, upright.cams.length / types),
  };
}

/** Of maps [maps, px, values]: half a turn is the px in reverse order. */
function meanOfMaps(a: Float32Array, b: Float32Array, maps: number, px: number): Float32Array {
  const values = a.length / (maps * px);
  const mean = new Float32Array(a.length);
  let to = 0;
  for (let map = 0; map < maps; map++) {
    for (let from = ((map + 1) * px - 1) * values; from >= map * px * values; from -= values) {
      for (let k = 0; k < values; k++, to++) mean[to] = ((a[to] as number) + (b[from + k] as number)) / 2;
    }
  }
  return mean;
}
