/** Results that are none, and what becomes of a crash. */
import { LeukolensError } from '../../domain/errors';

/** Where halves overflow, or a device fails without a word, there are none; and what is no number is taken for 'no cell'. */
export function needNumbers(...maps: Float32Array[]): void {
  for (const map of maps) {
    // A sum is a number only if every value is.
    let sum = 0;
    for (const value of map) sum += value;
    if (!Number.isFinite(sum)) throw new Error('the device computed values that are no numbers');
    // What a device reads back that ran nothing. Of what is computed here none is zero everywhere.
    if (map.every((value) => value === 0)) throw new Error('the device computed nothing but zeros');
  }
}

/** What WebAssembly throws for itself, out of memory or worse: its memory is not to be trusted any more, a new worker's is. */
export function crashed(thrown: unknown): unknown {
  if (thrown instanceof LeukolensError || (thrown instanceof Error && thrown.name === 'AbortError')) return thrown;
  return new LeukolensError(
    'backend-failed',
    `WebAssembly stopped: ${thrown instanceof Error ? thrown.message : thrown}.`,
    'Start the image again; close other tabs if this comes back.',
    { cause: thrown },
  );
}
