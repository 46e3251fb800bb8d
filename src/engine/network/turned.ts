/** A window shown upside down, and what the network makes of it laid back over the window. */
import type { Box } from '../../domain/box';
import type { CropOutput } from './network';

/** The box that shows the same px turned by half a turn: from its far corner to its near one. */
export const turned = ({ x0, y0, x1, y1 }: Box): Box => ({ x0: x1, y0: y1, x1: x0, y1: y0 });

/**
 * Mean of a window's output and of that of the turned window, px upon px. Types and attributes are linear in the features, so theirs
 * are the means too.
 */
export function meanOf(upright: CropOutput, turned: CropOutput): CropOutput {
  return {
    segmentation: meanOfMaps(upright.segmentation, turned.segmentation, 1, upright.segmentation.length / 3),
    types: upright.types.map((v, i) => (v + (turned.types[i] as number)) / 2),
    features: upright.features.map((v, i) => (v + (turned.features[i] as number)) / 2),
    saliency: meanOfMaps(upright.saliency, turned.saliency, 1, upright.saliency.length),
    cams: meanOfMaps(upright.cams, turned.cams, upright.types.length, upright.cams.length / upright.types.length),
  };
}

/** Of maps [maps, px, values]: half a turn is the px in reverse order. */
function meanOfMaps(a: Float32Array, b: Float32Array, maps: number, px: number): Float32Array {
  const values = a.length / (maps * px);
  const mean = new Float32Array(a.length);
  for (let map = 0; map < maps; map++) {
    for (let i = 0; i < px; i++) {
      const [to, from] = [(map * px + i) * values, (map * px + px - 1 - i) * values];
      for (let k = 0; k < values; k++) mean[to + k] = ((a[to + k] as number) + (b[from + k] as number)) / 2;
    }
  }
  return mean;
}
