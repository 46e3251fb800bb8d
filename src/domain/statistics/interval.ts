/** Exact intervals of a share, after Clopper and Pearson (1934). */
import { betaQuantile } from './beta';

export interface Interval {
  /** Shares, 0 to 1. */
  low: number;
  high: number;
}

/**
 * Two-sided interval of the share that `count` of `n` was drawn from, at 95 % unless told. Both may be fractions (an
 * effective sample size). From 0 to 1 where nothing was counted.
 */
export function clopperPearson(count: number, n: number, confidence = 0.95): Interval {
  if (n <= 0) return { low: 0, high: 1 };
  const tail = (1 - confidence) / 2;
  return {
    low: count <= 0 ? 0 : betaQuantile(tail, count, n - count + 1),
    high: count >= n ? 1 : betaQuantile(1 - tail, count + 1, n - count),
  };
}

/**
 * The same interval widened by how unsure the typing itself is. `typing` is the variance of the count that comes from
 * it: the sum over cells that only the model typed of p (1 - p), p being its calibrated probability of this type. The
 * sample is taken as smaller in the ratio in which the variance grows (Kish's effective sample size); the share itself,
 * for its variance, as (count + 1/2) / (n + 1), so that a count of none has one too.
 */
export function widened(count: number, n: number, typing: number, confidence = 0.95): Interval {
  if (n <= 0) return { low: 0, high: 1 };
  const p = (count + 0.5) / (n + 1);
  const sampling = n * p * (1 - p);
  const shrink = sampling / (sampling + Math.max(0, typing));
  return clopperPearson(count * shrink, n * shrink, confidence);
}
