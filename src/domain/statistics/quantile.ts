/** Quantiles of a sample. */

/**
 * The q-quantile (0 to 1) of numbers in ascending order, between two of them by how near it is to each: numpy's and R's default
 * (Hyndman and Fan, type 7), so that the median of an even number is the mean of the middle two. NaN of none.
 */
export function quantile(ascending: readonly number[], q: number): number {
  const at = q * (ascending.length - 1);
  const [low, high] = [ascending[Math.floor(at)] ?? Number.NaN, ascending[Math.ceil(at)] ?? Number.NaN];
  return low + (high - low) * (at - Math.floor(at));
}
