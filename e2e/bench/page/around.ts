/** What looking at cells takes without the network: reading its outputs as masks, and what lies between the looks. */
import { lookAtAll } from '../../../src/engine/look';
import type { CropOutput, Network } from '../../../src/engine/network/network';

type Scene = Parameters<typeof lookAtAll>[0];
type Candidates = Parameters<typeof lookAtAll>[1];

const ROUNDS = 11;

export const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1] as number;

/** ms a cell, the median of several runs in which a network answers at once what it answered before. */
export async function aroundMs(scene: Scene, candidates: Candidates): Promise<number> {
  const answers: CropOutput[][] = [];
  let next = 0;
  const { batch } = scene.network;
  const network: Network = {
    batch,
    async infer(windows) {
      answers[next] ??= await scene.network.infer(windows);
      return answers[next++] as CropOutput[];
    },
    saliency: (...field) => scene.network.saliency(...field),
  };
  const times: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    next = 0;
    const from = performance.now();
    const finds = await lookAtAll({ ...scene, network }, candidates, async () => {});
    // The first has waited for the network.
    if (round > 0) times.push((performance.now() - from) / finds.length);
  }
  return median(times);
}
