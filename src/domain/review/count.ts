/** The differential a person stands behind: counts with exact intervals, what they are of, and what is left to do. */
import { CALL_TYPES, type CallType, CELL_TYPES } from '../cellType';
import { DIFFERENTIAL_TYPES, differential, PER_HUNDRED_TYPES, perHundred } from '../differential';
import { clopperPearson, type Interval, widened } from '../statistics/interval';
import type { ReviewCell } from './cells';

export const TARGETS = [100, 200, 400] as const;
export type Target = (typeof TARGETS)[number];

export interface CountRow {
  type: CallType;
  count: number;
  /** Of the count, typed by a person. */
  reviewed: number;
  /** Share of the white cells with a type and its 95 % interval, 0 to 1; null where there are none. */
  share: number | null;
  interval: Interval | null;
  /** 10^9/l, only where the analyser's count was typed in. */
  absolute: { value: number; interval: Interval } | null;
}

export interface Count {
  /** Types of the differential that were seen, and the model's own whether seen or not. */
  rows: CountRow[];
  /** White cells with a type: what shares are of. */
  base: number;
  /** All cells as they stand. */
  total: number;
  reviewed: number;
  unidentified: number;
  /** Counted beside the differential: erythroblasts and smudge cells per 100 white cells. */
  beside: { type: CallType; count: number; perHundred: number | null }[];
  /**
   * The analyser's count without the erythroblasts seen here, 10^9/l, should it have counted them as white cells: WBC x 100 / (100 +
   * erythroblasts per 100 white cells). Null where none was typed in or none was seen.
   */
  withoutErythroblasts: number | null;
  /** Cells of other types: platelets, artefacts, not counted. */
  others: { type: CallType; count: number }[];
}

export interface CountOptions {
  /** Widen the intervals by the classifier's own uncertainty (statistics/interval.ts). */
  widen: boolean;
  /** White cells in 10^9/l as the analyser counted them. */
  wbc: number | null;
}

/** Variance of each type's count that comes from cells which only the model typed. */
function typingVariance(cells: readonly ReviewCell[], type: CallType): number {
  const index = CELL_TYPES.indexOf(type as never);
  if (index < 0) return 0;
  let sum = 0;
  for (const { by, probabilities, type: called } of cells) {
    if (by === 'person' || !DIFFERENTIAL_TYPES.includes(called)) continue;
    const p = probabilities[index] ?? 0;
    sum += p * (1 - p);
  }
  return sum;
}

export function count(cells: readonly ReviewCell[], { widen, wbc }: CountOptions): Count {
  const diff = differential(cells);
  const { base, counts } = diff;
  const reviewedOf = Object.fromEntries(CALL_TYPES.map((type) => [type, 0])) as Record<CallType, number>;
  let reviewed = 0;
  for (const { by, type } of cells) {
    if (by !== 'person') continue;
    reviewed++;
    reviewedOf[type]++;
  }
  const shown = DIFFERENTIAL_TYPES.filter((type) => counts[type] > 0 || CELL_TYPES.some((own) => own === type));
  const rows = shown.map((type): CountRow => {
    const seen = counts[type];
    const interval =
      base === 0 ? null : widen ? widened(seen, base, typingVariance(cells, type)) : clopperPearson(seen, base);
    const share = base === 0 ? null : seen / base;
    const absolute =
      wbc !== null && share !== null && interval
        ? { value: share * wbc, interval: { low: interval.low * wbc, high: interval.high * wbc } }
        : null;
    return { type, count: seen, reviewed: reviewedOf[type], share, interval, absolute };
  });
  const erythroblasts = perHundred(diff, 'erythroblast');
  const besides = (type: CallType) => !DIFFERENTIAL_TYPES.includes(type) && !PER_HUNDRED_TYPES.includes(type);
  return {
    rows,
    base,
    total: diff.total,
    reviewed,
    unidentified: counts.unidentified,
    beside: PER_HUNDRED_TYPES.map((type) => ({ type, count: counts[type], perHundred: perHundred(diff, type) })),
    withoutErythroblasts: wbc !== null && erythroblasts ? (100 * wbc) / (100 + erythroblasts) : null,
    others: CALL_TYPES.filter((type) => besides(type) && type !== 'unidentified' && counts[type] > 0).map((type) => ({
      type,
      count: counts[type],
    })),
  };
}

/** Two decimals where one would make it none or all, and then no more certain than that. */
function asPercent(share: number): string {
  const percent = 100 * share;
  if (percent === 0 || percent === 100) return percent.toFixed(1);
  if (percent >= 0.1 && percent <= 99.9) return percent.toFixed(1);
  return percent < 0.005 ? '<0.01' : percent > 99.995 ? '>99.99' : percent.toFixed(2);
}

/** '12.0 % (6.4 to 20.0 %)', or 'none seen in 100: below 3.6 %'. */
export function shareText({ count: seen, share, interval }: CountRow, base: number): string {
  if (share === null || !interval) return 'no white cell counted';
  if (seen === 0) return `none seen in ${base}: below ${asPercent(interval.high)} %`;
  return `${asPercent(share)} % (${asPercent(interval.low)} to ${asPercent(interval.high)} %)`;
}

/** What the absolute counts are of, and what a count of erythroblasts among the white cells would make of it. */
export function wbcText(wbc: number, { withoutErythroblasts: without }: Pick<Count, 'withoutErythroblasts'>): string {
  const of = `Absolute counts are the shares of the analyser\u2019s white-cell count that was typed in, ${wbc} \u00d7 10\u2079/l.`;
  return without === null
    ? of
    : `${of} Should that count erythroblasts too, which many analysers take out, it is ${without.toFixed(2)} without those seen here.`;
}

/** White cells still missing to the next of the usual targets, or to the one that was chosen. */
export function missing(base: number, target: Target): number {
  return Math.max(0, target - base);
}
