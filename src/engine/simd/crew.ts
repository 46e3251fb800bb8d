/**
 * More threads for crops: workers of the engine's worker, each with the network in a memory of its own. They need no shared memory, and
 * so no headers of the host. Whoever does not come, or not yet, is not waited for.
 */
import type { CropOutput } from '../plan/outputs';
import type { FromHelper, ToHelper } from './helper';
import type { Network } from './processor';

/** More than this many are not asked for: their memory would be, and the page has work of its own. */
const MOST = 3;

/** Helpers beside the engine's own thread: of a processor's threads half, for two of them share one core's arithmetic. */
export const helpersFor = (threads: number) => Math.min(MOST, Math.max(0, Math.floor(threads / 2) - 1));

interface Job {
  resolve(output: CropOutput): void;
  reject(reason: Error): void;
}

class Helper {
  ready = false;
  /** Why it computes nothing any more. */
  failure: Error | null = null;
  private readonly worker: Worker;
  private readonly jobs: Job[] = [];

  constructor(worker: Worker, network: Network) {
    this.worker = worker;
    worker.addEventListener('message', ({ data }: MessageEvent<FromHelper>) => this.hear(data));
    worker.addEventListener('error', (event) => {
      // It is the engine's to say what becomes of it: an error that nobody takes would stop the engine.
      event.preventDefault();
      this.fail(event.message || 'a thread could not be started');
    });
    worker.addEventListener('messageerror', () => this.fail('a message could not be read'));
    worker.postMessage({ network } satisfies ToHelper);
  }

  infer(crop: Float32Array): Promise<CropOutput> {
    return new Promise((resolve, reject) => {
      if (this.failure) throw this.failure;
      this.jobs.push({ resolve, reject });
      this.worker.postMessage({ crop } satisfies ToHelper, [crop.buffer]);
    });
  }

  end(): void {
    this.fail('the threads were ended');
  }

  private hear(message: FromHelper): void {
    if ('ready' in message) this.ready = true;
    else if ('output' in message) this.jobs.shift()?.resolve(message.output);
    else this.fail(message.failure);
  }

  private fail(why: string): void {
    this.failure ??= new Error(why);
    this.worker.terminate();
    for (const { reject } of this.jobs.splice(0)) reject(this.failure);
  }
}

export class Crew {
  private readonly helpers: Helper[] = [];

  constructor(count: number, network: Network) {
    try {
      for (let i = 0; i < count; i++) {
        const worker = new Worker(new URL('./helper.ts', import.meta.url), { type: 'module' });
        this.helpers.push(new Helper(worker, network));
      }
    } catch {
      // No workers in workers here: the engine's own thread does it alone.
    }
  }

  /** Threads that are ready, the caller's own counted. */
  get size(): number {
    return 1 + this.there.length;
  }

  /**
   * Each crop's outputs; crops of others are given away before `own` begins with the caller's share. make: the crop of an index, which it
   * may keep. Rejects where a thread fails under its work.
   */
  async infer(
    count: number,
    make: (index: number) => Float32Array,
    own: (crop: Float32Array) => CropOutput,
  ): Promise<CropOutput[]> {
    const crews = this.there;
    const outputs: (CropOutput | Promise<CropOutput>)[] = [];
    const kept: number[] = [];
    for (let i = 0; i < count; i++) {
      // The caller is the last of them, for it has the crops to make; and one crop alone is its own.
      const helper = crews[crews.length - ((count - 1 - i) % (crews.length + 1))];
      if (helper) outputs[i] = helper.infer(make(i));
      else kept.push(i);
    }
    // Whatever the caller's share comes to, a failure elsewhere is heard.
    const others = Promise.all(outputs);
    others.catch(() => {});
    for (const i of kept) outputs[i] = own(make(i));
    await others;
    return Promise.all(outputs);
  }

  end(): void {
    for (const helper of this.helpers) helper.end();
  }

  private get there(): Helper[] {
    return this.helpers.filter(({ ready, failure }) => ready && !failure);
  }
}
