/** Agreement of two readers beyond chance: Cohen's kappa (1960). */

export interface Agreement {
  /** Cells that both have typed. */
  n: number;
  agreed: number;
  /** 1: always agreed; 0: as often as chance would; null where chance alone would agree always, or n is 0. */
  kappa: number | null;
  /**
   * Standard error for large samples (Fleiss, Cohen and Everitt 1969, simple form); null where kappa is, and where all agreed or
   * none: it comes out as 0 then, however few the cells, and an interval made of it would claim to be certain.
   */
  standardError: number | null;
}

export function cohensKappa(pairs: readonly (readonly [string, string])[]): Agreement {
  const n = pairs.length;
  const first = new Map<string, number>();
  const second = new Map<string, number>();
  let agreed = 0;
  for (const [a, b] of pairs) {
    first.set(a, (first.get(a) ?? 0) + 1);
    second.set(b, (second.get(b) ?? 0) + 1);
    if (a === b) agreed++;
  }
  let chance = 0;
  for (const [type, count] of first) chance += (count * (second.get(type) ?? 0)) / (n * n);
  if (n === 0 || chance >= 1) return { n, agreed, kappa: null, standardError: null };
  const observed = agreed / n;
  const kappa = (observed - chance) / (1 - chance);
  const standardError = Math.sqrt((observed * (1 - observed)) / n) / (1 - chance);
  return { n, agreed, kappa, standardError: standardError > 0 ? standardError : null };
}

/** '95 % 0.13 to 0.67', or why there is no interval; of a kappa that has a value. */
export function kappaIntervalText({ agreed, kappa, standardError }: Agreement): string {
  if (kappa === null || standardError === null)
    return `no interval: none can be computed where they agree on ${agreed > 0 ? 'all' : 'none'}`;
  const [low, high] = [kappa - 1.96 * standardError, kappa + 1.96 * standardError];
  return `95 % ${Math.max(-1, low).toFixed(2)} to ${Math.min(1, high).toFixed(2)}`;
}
