/** Windows of an image before the network, as many at a time as its device takes. */
import type { Window } from '../domain/pixels';
import type { CropOutput, Network } from './network/network';

/**
 * What the network makes of each item's window, handed to `read` one by one, in order. A device of its own computes the next batch
 * while the last is read. onDone: items whose outputs are there; awaited before they are read, and may throw to stop.
 */
export async function inBatches<T>(
  network: Network,
  items: readonly T[],
  windowOf: (item: T) => Window,
  read: (item: T, output: CropOutput) => void,
  onDone: (done: number) => Promise<void>,
): Promise<void> {
  const ask = (from: number) => {
    // Asked anew each time: a device in trouble takes fewer at a time.
    const batch = items.slice(from, from + network.batch);
    const outputs = network.infer(batch.map(windowOf));
    // Where the work is stopped, nobody waits for a batch that was asked for ahead.
    outputs.catch(() => {});
    return { batch, outputs, end: from + batch.length };
  };
  for (let next = items.length > 0 ? ask(0) : undefined; next; ) {
    const { batch, outputs, end } = next;
    const there = await outputs;
    const left = end < items.length;
    next = left && network.aside ? ask(end) : undefined;
    // Where this waits for more than a moment, the next batch reaches the device meanwhile.
    await onDone(end);
    there.forEach((output, i) => {
      read(batch[i] as T, output);
    });
    if (left) next ??= ask(end);
  }
}
