/** Plain loops for poolWeights. */

/** Mean over factor x factor blocks of [batch, height, width] maps. */
function blockMeans(
  values: ArrayLike<number>,
  batch: number,
  height: number,
  width: number,
  factor: number,
): Float32Array {
  const [h, w] = [height / factor, width / factor];
  const out = new Float32Array(batch * h * w);
  for (let i = 0; i < batch * height * width; i++) {
    const x = Math.floor((i % width) / factor);
    const row = Math.floor(i / width);
    const y = Math.floor((row % height) / factor);
    out[(Math.floor(row / height) * h + y) * w + x]! += (values[i] as number) / factor ** 2;
  }
  return out;
}

/**
 * Mean cell probability (softmax of three logits, background first) of each 4 x 4 block times mean
 * saliency of each 2 x 2 block, plus `least`; logits [batch, height, width, 3] -> [batch, height / 4, width / 4].
 */
export function poolWeightsReference(
  logits: Float32Array,
  saliency: Float32Array,
  [batch, height, width]: [number, number, number],
  least: number,
): Float32Array {
  const cell = Float32Array.from({ length: batch * height * width }, (_, i) => {
    const [a, b, c] = [logits[i * 3] as number, logits[i * 3 + 1] as number, logits[i * 3 + 2] as number];
    const high = Math.max(a, b, c);
    const both = Math.exp(b - high) + Math.exp(c - high);
    return both / (both + Math.exp(a - high));
  });
  const salient = blockMeans(saliency, batch, height / 2, width / 2, 2);
  return blockMeans(cell, batch, height, width, 4).map((v, i) => v * (salient[i] as number) + least);
}
