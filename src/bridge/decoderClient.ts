/** The page's end of the decoder: its methods as messages to its worker, which can be ended when a file hangs it. */
import { LeukolensError } from '../domain/errors';
import { Calls, type WorkerLike } from './calls';
import type { Decoded, DecodeOptions, DecoderApi, Inspection } from './protocol';

export class DecoderClient implements DecoderApi {
  readonly #calls: Calls;

  constructor(worker: WorkerLike) {
    this.#calls = new Calls(
      worker,
      (why) =>
        new LeukolensError(
          'decoder-stopped',
          `Reading the image was given up${why}.`,
          'Save it anew as PNG or JPEG and add it again.',
        ),
    );
  }

  /** A client with a worker of its own. */
  static start(): DecoderClient {
    return new DecoderClient(new Worker(new URL('../engine/decoder.ts', import.meta.url), { type: 'module' }));
  }

  get stopped(): boolean {
    return this.#calls.stopped;
  }

  inspect(file: Blob, page: number | null): Promise<Inspection> {
    return this.#calls.call('inspect', [file, page]);
  }

  decode(file: Blob, options: DecodeOptions): Promise<Decoded> {
    return this.#calls.call('decode', [file, options]);
  }

  /** Ends the worker at once; pending calls reject with 'decoder-stopped'. */
  terminate(why: string): void {
    this.#calls.stop(why);
  }
}
