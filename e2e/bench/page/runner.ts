/** The face that every runtime has here, and the one behind it that runs anywhere WebGPU does: the fused path. */

import type { Pixels, Window } from '../../../src/domain/pixels';
import { openGpu } from '../../../src/engine/fused/gpu';
import { FusedNetwork } from '../../../src/engine/network/fusedNetwork';
import type { CropOutput, Network } from '../../../src/engine/network/network';
import { loadModel } from '../../../src/engine/network/weights';

/** The same crops for all: as windows of an image, which the fused path makes crops of itself, and made. */
export interface Batch {
  windows: Window[];
  crops: Float32Array;
}

export interface Runner {
  /** Computes all outputs of a batch, and resolves to the type logits when everything is read back. */
  run(batch: Batch): Promise<Float32Array>;
  /** Bytes that a run touches, where they are not what the bound buffers hold. */
  touches?: (count: number) => number;
  /** For the whole pipeline; other runtimes have none. */
  network?: Network;
  dispose(): Promise<void> | void;
}

const join = (outputs: { types: Float32Array }[]) =>
  Float32Array.from(outputs.flatMap(({ types }) => Array.from(types)));

export async function ofNetwork(
  network: Network,
  infer: (batch: Batch) => Promise<CropOutput[]>,
  select: () => Promise<unknown>,
  dispose: () => void,
): Promise<Runner> {
  return {
    async run(batch) {
      await select();
      return join(await infer(batch));
    },
    network: {
      batch: network.batch,
      infer: async (windows) => {
        await select();
        return network.infer(windows);
      },
      saliency: async (field, height, width) => {
        await select();
        return network.saliency(field, height, width);
      },
      ...(network.thumbnail && { thumbnail: (pixels: Pixels) => network.thumbnail?.(pixels) as Promise<Float32Array> }),
    },
    dispose,
  };
}

/** The app's own path, on a device of its own; halves: multiplying in half precision, which takes 'shader-f16'. */
export async function fused(folder: string, batch: number, halves = false): Promise<Runner> {
  const gpu = await openGpu(navigator.gpu);
  const network = new FusedNetwork(gpu, await loadModel(folder), batch, halves);
  const dispose = () => {
    network.dispose();
    gpu.destroy();
  };
  const runner = await ofNetwork(
    network,
    ({ windows }) => network.infer(windows),
    async () => {},
    dispose,
  );
  return { ...runner, touches: (count) => network.touches(count) };
}
