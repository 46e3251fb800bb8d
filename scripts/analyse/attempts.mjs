// A batch of files through the app, as often as it takes: once more, then file by file, so that one file costs only itself.
import { failure } from './page.mjs';

/** Neither this file nor any other can be analysed: the run is over. */
export class Broken extends Error {}

/** @typedef {{ head?: Record<string, unknown>, outcomes: import('./page.mjs').Outcome[] }} Result head: the rest of results.json */

/**
 * Results of a batch as they come, each file in exactly one of them. A generator, so that what its user does with a result
 * is outside these tries: results that cannot be written are not made again.
 * @param {import('./inputs.mjs').Input[]} batch
 * @param {(batch: import('./inputs.mjs').Input[]) => Promise<Result>} analyse
 * @param {(line: string) => void} say
 * @returns {AsyncGenerator<Result, void, void>}
 */
export async function* attempts(batch, analyse, say, tries = 2) {
  /** @type {Result} */
  let result;
  try {
    result = await analyse(batch);
  } catch (error) {
    if (error instanceof Broken) throw error;
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
    if (tries > 1) {
      say(`A batch failed (${reason}); trying it again.`);
      yield* attempts(batch, analyse, say, tries - 1);
    } else if (batch.length > 1) {
      for (const input of batch) yield* attempts([input], analyse, say, 1);
    } else if (batch[0]) {
      const message = `The file could not be analysed: ${reason}.`;
      yield { outcomes: [failure(batch[0].name, message, 'Open it in the app to see more.')] };
    }
    return;
  }
  yield result;
}
