/** How far a cell's features lie from those of the cells the network was trained on. */

/** Arrays of a model, row-major: whiten [channels, channels], means [types, channels] (already whitened). */
export interface NoveltyArrays {
  channels: number;
  whiten: Float32Array;
  means: Float32Array;
}

/**
 * Mahalanobis distance over sqrt(channels) of unit-length features to the nearest type's mean: about 1
 * for a known kind of cell (models/training/sgcldff/novelty.py).
 */
export function distance(features: ArrayLike<number>, { channels, whiten, means }: NoveltyArrays): number {
  let length = 0;
  for (let i = 0; i < channels; i++) length += (features[i] as number) ** 2;
  const scale = 1 / Math.max(Math.sqrt(length), 1e-12);
  const z = new Float64Array(channels);
  for (let i = 0; i < channels; i++) {
    const f = (features[i] as number) * scale;
    for (let j = 0; j < channels; j++) z[j] = (z[j] as number) + f * (whiten[i * channels + j] as number);
  }
  let least = Number.POSITIVE_INFINITY;
  for (let at = 0; at < means.length; at += channels) {
    let sum = 0;
    for (let j = 0; j < channels; j++) sum += ((z[j] as number) - (means[at + j] as number)) ** 2;
    least = Math.min(least, sum);
  }
  return Math.sqrt(least / channels);
}
