/** A thread that computes crops for the engine's own (crew.ts). */
import type { CropOutput } from '../plan/outputs';
import { Processor, type Source } from './processor';

/** First the network, which build of the kernels to take, and a crop to show what it can do; then crops, one after the other. */
export type ToThread = { source: Source; relaxed: boolean; crop: Float32Array } | { crop: Float32Array };
/** Each crop's outputs, in their order; or why it will compute no more. */
export type FromThread = { output: CropOutput } | { failure: string };

let processor: Promise<Processor> | undefined;

const say = (message: FromThread, transfer: Transferable[] = []) => self.postMessage(message, { transfer });

self.addEventListener('message', async ({ data }: MessageEvent<ToThread>) => {
  try {
    if ('source' in data) processor = Processor.open(data.source, data.relaxed);
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
