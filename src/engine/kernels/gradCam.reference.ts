/** Plain loops for gradCam. */
import type { FeatureMap } from './crossLayerSum.reference';

/** ReLU of the class-weighted sum of the evidence map; rows [>= channels, types] -> [batch, types, height, width]. */
export function gradCamReference({ values, shape }: FeatureMap, rows: Float32Array, types: number): Float32Array {
  const [batch, height, width, channels] = shape;
  const pixels = height * width;
  const out = new Float32Array(batch * types * pixels);
  for (let image = 0; image < batch; image++) {
    for (let p = 0; p < pixels; p++) {
      for (let t = 0; t < types; t++) {
        let sum = 0;
        for (let k = 0; k < channels; k++) {
          sum += (values[(image * pixels + p) * channels + k] as number) * (rows[k * types + t] as number);
        }
        out[(image * types + t) * pixels + p] = Math.max(sum, 0);
      }
    }
  }
  return out;
}
