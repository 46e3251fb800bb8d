/** Plain loops for layerNorm. */

/** Each run of `channels` values shifted and scaled to mean 0 and variance 1 (plus 1e-5). */
export function layerNormReference(x: Float32Array, channels: number): Float32Array {
  const out = new Float32Array(x.length);
  for (let first = 0; first < x.length; first += channels) {
    let mean = 0;
    for (let c = 0; c < channels; c++) mean += (x[first + c] as number) / channels;
    let variance = 0;
    for (let c = 0; c < channels; c++) variance += ((x[first + c] as number) - mean) ** 2 / channels;
    const scale = 1 / Math.sqrt(variance + 1e-5);
    for (let c = 0; c < channels; c++) out[first + c] = ((x[first + c] as number) - mean) * scale;
  }
  return out;
}
