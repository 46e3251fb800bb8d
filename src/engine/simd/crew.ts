/**
 * More threads for crops: workers of the engine's worker, each with the network in a memory of its own. They need no shared memory, and
 * so no headers of the host. Whoever does not come, or not yet, is not waited for; whoever fails is done without, and its crops are
 * computed by the engine's own thread.
 */
import type { CropOutput } from '../plan/outputs';
import type { Source } from './processor';
import type { FromThread, ToThread } from './thread';

/** More than this many are not asked for: their memory would be, and the page has work of its own. */
const MOST = 3;
/**
 * Ms after which a thread that says nothing is doubted, and at the second time given up: a crop takes tens of ms, but a laptop that slept
 * has timers due before it has heard anybody. Nobody waits for one that is still starting, maybe over a slow line.
 */
const LATE = { crop: 10_000, start: 90_000 };

/** Helpers beside the engine's own thread: of a processor's threads half, for two of them share one core's arithmetic. */
export const helpersFor = (threads: number) => Math.min(MOST, Math.max(0, Math.floor(threads / 2) - 1));

/** Computes a crop here and now. */
type Infer = (crop: Float32Array) => CropOutput;

interface Job {
  resolve(output: CropOutput): void;
  reject(reason: Error): void;
}

/** The crop that shows what a thread can do: all brightnesses, in no order. */
export const trial = (floats: number) => Float32Array.from({ length: floats }, (_, i) => ((i * 7919) % 1009) / 1008);

/** Bit for bit: it is the same program on the same processor. */
const same = (a: CropOutput, b: CropOutput) =>
  (Object.keys(a) as (keyof CropOutput)[]).every((name) => a[name].every((value, i) => value === b[name][i]));

class Helper {
  /** Has shown that it computes what the engine's own thread does. */
  ready = false;
  /** Why it computes nothing any more. */
  private failure: Error | null = null;
  private readonly worker: Worker;
  private readonly jobs: Job[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(worker: Worker) {
    this.worker = worker;
    worker.addEventListener('message', ({ data }: MessageEvent<FromThread>) => this.hear(data));
    worker.addEventListener('error', (event) => {
      // An error that nobody takes would stop the engine.
      event.preventDefault();
      this.fail(event.message || 'a thread could not be started');
    });
    worker.addEventListener('messageerror', () => this.fail('a message could not be read'));
  }

  /** Rejects where the thread fails before it is done. */
  ask(message: ToThread): Promise<CropOutput> {
    return new Promise((resolve, reject) => {
      if (this.failure) throw this.failure;
      this.worker.postMessage(message, [message.crop.buffer]);
      this.jobs.push({ resolve, reject });
      this.watch();
    });
  }

  fail(why: string): void {
    this.failure ??= new Error(why);
    this.ready = false;
    clearTimeout(this.timer);
    this.worker.terminate();
    for (const { reject } of this.jobs.splice(0)) reject(this.failure);
  }

  private hear(message: FromThread): void {
    if ('failure' in message) this.fail(message.failure);
    else this.jobs.shift()?.resolve(message.output);
    this.watch();
  }

  private watch(doubted = false): void {
    clearTimeout(this.timer);
    if (this.jobs.length === 0) return;
    const late = () => (doubted ? this.fail('a thread gave no answer') : this.watch(true));
    this.timer = setTimeout(late, this.ready ? LATE.crop : LATE.start);
  }
}

export class Crew {
  /** Crops that others than the caller's thread have computed. */
  shared = 0;
  private readonly helpers: Helper[] = [];
  private readonly own: Infer;

  /** floats: of a crop; own: computes one on the caller's thread. */
  constructor(count: number, source: Source, relaxed: boolean, floats: number, own: Infer) {
    this.own = own;
    let known: CropOutput | undefined;
    try {
      for (let i = 0; i < count; i++) {
        const helper = new Helper(new Worker(new URL('./thread.ts', import.meta.url), { type: 'module' }));
        this.helpers.push(helper);
        helper
          .ask({ source, relaxed, crop: trial(floats) })
          .then((output) => {
            known ??= own(trial(floats));
            if (same(output, known)) helper.ready = true;
            else helper.fail('a thread computed something else');
          })
          .catch(() => helper.fail('a thread could not be tried'));
      }
    } catch {
      // No workers in workers here: the engine's own thread does it alone.
    }
  }

  /** Threads that are ready, the caller's own counted. */
  get size(): number {
    return 1 + this.there.length;
  }

  /** Each crop's outputs; make: the crop of an index, which is given away. Crops of others are sent before the caller's thread begins with its own. */
  async infer(count: number, make: (index: number) => Float32Array): Promise<CropOutput[]> {
    const { there } = this;
    const outputs: (CropOutput | Promise<CropOutput | null>)[] = [];
    const kept: number[] = [];
    for (let i = 0; i < count; i++) {
      // The caller is the last of them, for it has the crops to make; and one crop alone is its own.
      const helper = there[there.length - ((count - 1 - i) % (there.length + 1))];
      if (helper) outputs[i] = helper.ask({ crop: make(i) }).catch(() => null);
      else kept.push(i);
    }
    for (const i of kept) outputs[i] = this.own(make(i));
    const found = await Promise.all(outputs);
    this.shared += found.filter((output, i) => output && !kept.includes(i)).length;
    return found.map((output, i) => output ?? this.own(make(i)));
  }

  end(): void {
    for (const helper of this.helpers) helper.fail('the threads were ended');
  }

  private get there(): Helper[] {
    return this.helpers.filter(({ ready }) => ready);
  }
}
