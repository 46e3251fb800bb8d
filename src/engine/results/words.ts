/** Pooled features -> the attributes a morphologist would name. */
import type { Attribute } from '../../domain/attribute';
import type { AttributeInfo } from '../manifest';

/** One linear layer for all attributes, row-major: w [channels, values], b [values]. */
export interface DescribeArrays {
  w: Float32Array;
  b: Float32Array;
}

/** The most probable value of every attribute; typeIndex is the model's call, for how usual the value is. */
export function describe(
  features: ArrayLike<number>,
  { w, b }: DescribeArrays,
  attributes: readonly AttributeInfo[],
  temperature: number,
  typeIndex: number,
): Attribute[] {
  const columns = b.length;
  const logits = Float64Array.from(b);
  for (let i = 0; i < features.length; i++) {
    const f = features[i] as number;
    if (f === 0) continue;
    for (let k = 0; k < columns; k++) logits[k] = (logits[k] as number) + f * (w[i * columns + k] as number);
  }
  let at = 0;
  return attributes.map(({ name, values, shares }) => {
    const own = logits.subarray(at, at + values.length);
    at += values.length;
    const high = Math.max(...own);
    const powers = Array.from(own, (v) => Math.exp((v - high) / temperature));
    const best = own.indexOf(high);
    return {
      name,
      value: values[best] as string,
      probability: 1 / powers.reduce((a, p) => a + p, 0),
      share: shares[typeIndex]?.[best] ?? null,
    };
  });
}
