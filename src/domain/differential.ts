/** Counts of cells by type, and shares of the white cells that have one. */
import { CALL_TYPES, type CallType } from './cellType';

/** Types a differential count is a share of: leukocytes with a type. The others are counted beside it. */
export const DIFFERENTIAL_TYPES: readonly CallType[] = [
  'neutrophil',
  'band',
  'eosinophil',
  'basophil',
  'lymphocyte',
  'reactive_lymphocyte',
  'plasma_cell',
  'monocyte',
  'immature_granulocyte',
  'metamyelocyte',
  'myelocyte',
  'promyelocyte',
  'blast',
];

/** Counted beside the differential, as so many per 100 white cells. */
export const PER_HUNDRED_TYPES: readonly CallType[] = ['erythroblast', 'smudge'];

export interface Differential {
  /** Cells of each type. */
  counts: Record<CallType, number>;
  /** What the shares are of: cells whose type is in DIFFERENTIAL_TYPES. */
  base: number;
  /** All cells, also those outside the base. */
  total: number;
}

/** Counts the cells by the type they are called. */
export function differential(cells: Iterable<{ type: CallType }>): Differential {
  const counts = Object.fromEntries(CALL_TYPES.map((type) => [type, 0])) as Record<CallType, number>;
  let total = 0;
  for (const { type } of cells) {
    counts[type]++;
    total++;
  }
  const base = DIFFERENTIAL_TYPES.reduce((sum, type) => sum + counts[type], 0);
  return { counts, base, total };
}

/** True where the cell is in the count: not where it is cut by the border and such cells are left out. */
export function isCounted({ touchesBorder }: { touchesBorder?: boolean }, countBorder: boolean): boolean {
  return countBorder || !touchesBorder;
}

/** Share of one type in percent, or null where a share would mean nothing (type outside the base, or an empty base). */
export function share(diff: Differential, type: CallType): number | null {
  if (diff.base === 0 || !DIFFERENTIAL_TYPES.includes(type)) return null;
  return (100 * diff.counts[type]) / diff.base;
}

/** So many of a type per 100 white cells that have one; null where the base is empty. */
export function perHundred(diff: Differential, type: CallType): number | null {
  return diff.base === 0 ? null : (100 * diff.counts[type]) / diff.base;
}
