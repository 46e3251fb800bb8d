/** Whether half precision pays on a device: it is measured there, for no list of devices would last. */
import type { Window } from '../../domain/pixels';
import type { Network } from '../network/network';

/** Single precision is more exact: half precision has to be this much faster. */
const SHARE = 0.95;
const ROUNDS = 4;

/** The verdict on half precision that is right but no faster. */
export const NO_GAIN = 'half precision is right on this device, but no faster';

/** True where `network` takes less than SHARE of the time of `rival` for a full batch of the windows: the least of rounds in turn. */
export async function isFaster(network: Network, rival: Network, windows: Window[]): Promise<boolean> {
  const batch = Array.from({ length: network.batch }, (_, i) => windows[i % windows.length] as Window);
  const least = new Map<Network, number>();
  // The first round compiles.
  for (let round = 0; round <= ROUNDS; round++) {
    for (const each of [network, rival]) {
      const started = performance.now();
      await each.infer(batch);
      const ms = performance.now() - started;
      if (round > 0) least.set(each, Math.min(ms, least.get(each) ?? Number.POSITIVE_INFINITY));
    }
  }
  return (least.get(network) as number) < SHARE * (least.get(rival) as number);
}
