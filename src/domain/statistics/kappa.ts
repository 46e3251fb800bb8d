/** Agreement of two readers beyond chance: Cohen's kappa (1960). */

export interface Agreement {
  /** Cells that both have typed. */
  n: number;
  agreed: number;
  /** 1: always agreed; 0: as often as chance would; null where chance alone would agree always, or n is 0. */
  kappa: number | null;
  /** Standard error for large samples (Fleiss, Cohen and Everitt 1969, simple form); null where kappa is. */
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
  return { n, agreed, kappa, standardError: Math.sqrt((observed * (1 - observed)) / n) / (1 - chance) };
}
