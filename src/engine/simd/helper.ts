/** A thread that computes crops for the engine's own (crew.ts). */
import type { CropOutput } from '../plan/outputs';
import { type Network, Processor } from './processor';

/** First the network, once; then crops, one after the other. */
export type ToHelper = { network: Network } | { crop: Float32Array };
/** That it is ready, then each crop's outputs in the same order; or why it will compute no more. */
export type FromHelper = { ready: true } | { output: CropOutput } | { failure: string };

let processor: Promise<Processor> | undefined;

const say = (message: FromHelper, transfer: Transferable[] = []) => self.postMessage(message, { transfer });

self.addEventListener('message', async ({ data }: MessageEvent<ToHelper>) => {
  try {
    if ('network' in data) {
      processor = Processor.open(data.network);
      await processor;
      say({ ready: true });
      return;
    }
    if (!processor) throw new Error('a crop came before the network');
    const output = (await processor).infer(data.crop);
    say(
      { output },
      Object.values(output).map(({ buffer }) => buffer as ArrayBuffer),
    );
  } catch (thrown) {
    say({ failure: thrown instanceof Error ? thrown.message : String(thrown) });
  }
});
