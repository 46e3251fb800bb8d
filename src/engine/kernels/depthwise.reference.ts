/** Plain loops for depthwise. */
import type { FeatureMap } from './crossLayerSum.reference';

/** Depthwise 3x3 convolution, padding 1, plus bias, optional ReLU; weights [3, 3, C, 1] row-major. */
export function depthwiseReference(
  { values, shape }: FeatureMap,
  weights: Float32Array,
  bias: Float32Array,
  stride: number,
  relu: boolean,
): Float32Array {
  const [batch, height, width, channels] = shape;
  const [h, w] = [Math.ceil(height / stride), Math.ceil(width / stride)];
  return Float32Array.from({ length: batch * h * w * channels }, (_, index) => {
    const c = index % channels;
    const pixel = Math.floor(index / channels);
    const [px, py, image] = [pixel % w, Math.floor(pixel / w) % h, Math.floor(pixel / (w * h))];
    let sum = bias[c] as number;
    for (let k = 0; k < 9; k++) {
      const y = py * stride + Math.floor(k / 3) - 1;
      const x = px * stride + (k % 3) - 1;
      if (y < 0 || y >= height || x < 0 || x >= width) continue;
      sum +=
        (values[((image * height + y) * width + x) * channels + c] as number) * (weights[k * channels + c] as number);
    }
    return relu ? Math.max(sum, 0) : sum;
  });
}
