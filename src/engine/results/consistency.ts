/** Saliency consistency: does the evidence for a call lie where the cell is? */

/** Ranks with ties averaged. */
function ranks(values: ArrayLike<number>): Float64Array {
  const order = Array.from({ length: values.length }, (_, i) => i).sort(
    (a, b) => (values[a] as number) - (values[b] as number),
  );
  const out = new Float64Array(values.length);
  for (let i = 0; i < order.length; ) {
    let j = i;
    while (j < order.length && values[order[j] as number] === values[order[i] as number]) j++;
    for (let k = i; k < j; k++) out[order[k] as number] = (i + j - 1) / 2;
    i = j;
  }
  return out;
}

/** Spearman's rank correlation, -1 to 1; 0 where one side is constant. */
export function rankCorrelation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const ra = ranks(a);
  const rb = ranks(b);
  const mean = (ra.length - 1) / 2;
  let [ab, aa, bb] = [0, 0, 0];
  ra.forEach((v, i) => {
    const x = v - mean;
    const y = (rb[i] as number) - mean;
    ab += x * y;
    aa += x * x;
    bb += y * y;
  });
  return aa > 0 && bb > 0 ? ab / Math.sqrt(aa * bb) : 0;
}

/**
 * Consistency of one cell, 0 to 1: 0.6 times the share of its type's Grad-CAM inside the cell, plus
 * 0.4 times the (non-negative) rank correlation of Grad-CAM and saliency. All maps are of one size;
 * inside holds the share of each px that is cell. A map without any evidence scores 0.
 */
export function consistency(cam: Float32Array, inside: Float32Array, saliency: Float32Array): number {
  const total = cam.reduce((a, b) => a + b, 0);
  if (!(total > 0)) return 0;
  const within = cam.reduce((sum, v, i) => sum + v * (inside[i] as number), 0) / total;
  return 0.6 * within + 0.4 * Math.max(0, rankCorrelation(cam, saliency));
}

/** Mean over factor x factor blocks of a size x size map. */
export function poolMap(values: ArrayLike<number>, size: number, factor: number): Float32Array {
  const small = size / factor;
  const out = new Float32Array(small * small);
  for (let i = 0; i < size * size; i++) {
    const to = Math.floor(Math.floor(i / size) / factor) * small + Math.floor((i % size) / factor);
    out[to]! += (values[i] as number) / (factor * factor);
  }
  return out;
}
