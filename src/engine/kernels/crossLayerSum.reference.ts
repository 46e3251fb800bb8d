/** Plain loops for crossLayerSum. */

/** A [batch, height, width, channels] map, row-major. */
export interface FeatureMap {
  values: Float32Array;
  shape: [number, number, number, number];
}

/** Low tap, high tap and the high one's weight of half-pixel bilinear resampling. */
function taps(position: number, coarse: number, fine: number): [number, number, number] {
  const at = Math.max(((position + 0.5) * coarse) / fine - 0.5, 0);
  const low = Math.min(Math.floor(at), coarse - 1);
  return [low, Math.min(low + 1, coarse - 1), at - low];
}

/** ReLU of bias + the sum of all maps, each resampled to the first one's size; same channels throughout. */
export function crossLayerSumReference(maps: FeatureMap[], bias: Float32Array): Float32Array {
  const first = maps[0];
  if (!first) throw new Error('crossLayerSum needs at least one map');
  const [batch, height, width, channels] = first.shape;
  const out = new Float32Array(batch * height * width * channels);
  for (const { values, shape } of maps) {
    for (let image = 0; image < batch; image++) {
      for (let y = 0; y < height; y++) {
        const [y0, y1, fy] = taps(y, shape[1], height);
        for (let x = 0; x < width; x++) {
          const [x0, x1, fx] = taps(x, shape[2], width);
          const to = ((image * height + y) * width + x) * channels;
          const row0 = (image * shape[1] + y0) * shape[2];
          const row1 = (image * shape[1] + y1) * shape[2];
          for (let c = 0; c < channels; c++) {
            const at = (row: number, column: number) => values[(row + column) * channels + c] ?? 0;
            const top = at(row0, x0) * (1 - fx) + at(row0, x1) * fx;
            const bottom = at(row1, x0) * (1 - fx) + at(row1, x1) * fx;
            out[to + c] = (out[to + c] ?? 0) + top * (1 - fy) + bottom * fy;
          }
        }
      }
    }
  }
  return out.map((value, i) => Math.max(value + (bias[i % channels] ?? 0), 0));
}
