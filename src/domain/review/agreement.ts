/** How far two readers agree: each cell's two types as they were when neither reader knew the other's. */
import type { CallType } from '../cellType';
import { type Agreement, cohensKappa } from '../statistics/kappa';
import type { ReviewCell } from './cells';
import type { ReviewEvent } from './events';
import { standingEdits } from './stacks';

export interface Pair {
  first: CallType;
  second: CallType;
}

/**
 * The pairs of types by `image/cell`. The first reader's is the one that stood when the second reader came to the cell: changed after
 * that, to settle a case, it would agree by having been told; and a type given only afterwards makes no pair.
 */
export function pairsOf(log: readonly ReviewEvent[]): Map<string, Pair> {
  const calls = new Map<string, CallType>();
  const pairs = new Map<string, Pair>();
  const alone = new Set<string>();
  for (const { changes } of standingEdits(log)) {
    for (const change of changes) {
      if (!('cell' in change)) continue;
      const cell = `${change.image}/${change.cell}`;
      if (change.field === 'call' && change.new) calls.set(cell, change.new);
      if (change.field !== 'second' || !change.new) continue;
      const first = pairs.get(cell)?.first ?? (alone.has(cell) ? undefined : calls.get(cell));
      if (first) pairs.set(cell, { first, second: change.new });
      else alone.add(cell);
    }
  }
  return pairs;
}

export interface Readings<Placed> extends Agreement {
  /** Cells that the second reader has read. */
  read: Placed[];
  /** Of them, those that the first reader had typed by then. */
  both: { placed: Placed; pair: Pair }[];
  /** Of both, those that have another type by now than the first reader had given. */
  since: number;
}

/** The readings of cells that are there. */
export function readingsOf<Placed extends { image: { id: string }; cell: ReviewCell }>(
  cells: readonly Placed[],
  log: readonly ReviewEvent[],
): Readings<Placed> {
  const pairs = pairsOf(log);
  const read = cells.filter(({ cell }) => cell.second !== null);
  const both = read.flatMap((placed) => {
    const pair = pairs.get(`${placed.image.id}/${placed.cell.id}`);
    return pair ? [{ placed, pair }] : [];
  });
  const since = both.filter(({ placed, pair }) => placed.cell.type !== pair.first).length;
  return { read, both, since, ...cohensKappa(both.map(({ pair }) => [pair.first, pair.second] as const)) };
}

/** What a statement of the agreement leaves to be known. */
export function aboutReadings({ read, both, since }: Readings<unknown>): string[] {
  const alone = read.length - both.length;
  const cells = (n: number) => (n === 1 ? 'One cell' : `${n} cells`);
  return [
    ...(alone > 0 ? [`${cells(alone)} of the second reading had only the model\u2019s type then.`] : []),
    ...(since > 0
      ? [
          `${cells(since)} read twice ${since === 1 ? 'has' : 'have'} another type by now: here the first reader\u2019s of before counts.`,
        ]
      : []),
  ];
}
