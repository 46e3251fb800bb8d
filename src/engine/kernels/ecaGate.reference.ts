/** Plain loops for ecaGate. */
import type { FeatureMap } from './crossLayerSum.reference';

/** Gates [batch, channels] in (0, 1) of efficient channel attention (Wang et al. 2020) with three taps. */
export function ecaGateReference({ values, shape }: FeatureMap, taps: Float32Array): Float32Array {
  const [batch, height, width, channels] = shape;
  const pixels = height * width;
  const out = new Float32Array(batch * channels);
  for (let image = 0; image < batch; image++) {
    const means = new Float64Array(channels);
    for (let p = 0; p < pixels; p++) {
      for (let c = 0; c < channels; c++) means[c]! += (values[(image * pixels + p) * channels + c] ?? 0) / pixels;
    }
    for (let c = 0; c < channels; c++) {
      let sum = 0;
      for (let k = 0; k < 3; k++) sum += (taps[k] ?? 0) * (means[c + k - 1] ?? 0);
      out[image * channels + c] = 1 / (1 + Math.exp(-sum));
    }
  }
  return out;
}
