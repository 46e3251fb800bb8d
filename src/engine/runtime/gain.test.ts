/** When half precision is taken, on a clock that the networks themselves turn. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Window } from '../../domain/pixels';
import type { Network } from '../network/network';
import { isFaster } from './gain';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Takes so many ms for each run in turn, the last of them from then on. */
function network(ms: number[], batch = 8): Network & { crops: number[] } {
  const crops: number[] = [];
  return {
    batch,
    crops,
    infer: async (windows: Window[]) => {
      vi.advanceTimersByTime(ms[Math.min(crops.length, ms.length - 1)] as number);
      crops.push(windows.length);
      return [];
    },
    saliency: () => Promise.reject(new Error('Not asked for here')),
  };
}
const windows = [{}, {}] as Window[];

test('half precision is taken where it is clearly faster, whatever compiling took', async () => {
  const ours = network([900, 50]);
  expect(await isFaster(ours, network([100, 100]), windows)).toBe(true);
  expect(new Set(ours.crops), 'full batches').toEqual(new Set([8]));
});

test('as fast, a little faster or slower is not enough; one slow round is not held against it', async () => {
  for (const ms of [100, 96, 140]) expect(await isFaster(network([100, ms]), network([100]), windows)).toBe(false);
  expect(await isFaster(network([100, 300, 60, 60]), network([100]), windows)).toBe(true);
});
