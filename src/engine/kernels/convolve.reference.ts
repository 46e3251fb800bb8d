/** Plain loops for convolve. */
import type { FeatureMap } from './crossLayerSum.reference';

export type Activation = 'linear' | 'relu' | 'sigmoid';

const activate: Record<Activation, (v: number) => number> = {
  linear: (v) => v,
  relu: (v) => Math.max(v, 0),
  sigmoid: (v) => 1 / (1 + Math.exp(-v)),
};

/** Weights [side, side, inputs, outputs] row-major; side 1, or 3 with padding 1. */
export interface Filter {
  values: Float32Array;
  side: number;
  inputs: number;
  outputs: number;
}

/** activation(convolution + bias + residual) -> [batch, ceil(height / stride), ceil(width / stride), outputs]. */
export function convolveReference(
  { values, shape }: FeatureMap,
  filter: Filter,
  bias: Float32Array,
  stride: number,
  activation: Activation,
  residual?: Float32Array,
): Float32Array {
  const [batch, height, width, inputs] = shape;
  const { side, outputs } = filter;
  const [h, w, reach] = [Math.ceil(height / stride), Math.ceil(width / stride), Math.floor(side / 2)];
  const out = new Float32Array(batch * h * w * outputs);
  for (let pixel = 0; pixel < batch * h * w; pixel++) {
    const [px, py, image] = [pixel % w, Math.floor(pixel / w) % h, Math.floor(pixel / (w * h))];
    for (let o = 0; o < outputs; o++) {
      let sum = bias[o] as number;
      for (let ky = 0; ky < side; ky++) {
        const y = py * stride + ky - reach;
        if (y < 0 || y >= height) continue;
        for (let kx = 0; kx < side; kx++) {
          const x = px * stride + kx - reach;
          if (x < 0 || x >= width) continue;
          const source = ((image * height + y) * width + x) * inputs;
          const tap = (ky * side + kx) * inputs * outputs + o;
          for (let k = 0; k < inputs; k++) {
            sum += (values[source + k] as number) * (filter.values[tap + k * outputs] as number);
          }
        }
      }
      out[pixel * outputs + o] = activate[activation](sum + (residual?.[pixel * outputs + o] ?? 0));
    }
  }
  return out;
}
