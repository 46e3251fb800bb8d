/**
 * Files to facts, px and pictures, one at a time and the most urgent first, in a worker beside the engine's. A file that
 * hangs or kills the decoder costs only itself: the worker is ended and the next file gets a new one. The only user of
 * bridge/decoderClient.
 */
import { DecoderClient } from '../bridge/decoderClient';
import type { Decoded, DecodeOptions, Inspection } from '../bridge/protocol';
import { turn } from '../domain/turn';

export type { Decoded, Inspection } from '../bridge/protocol';

/** Lower goes first: what is looked at, what the engine needs next, what is visible in a list, all else. */
export const URGENCY = { view: 0, engine: 1, thumb: 2, background: 3 } as const;
export type Urgency = (typeof URGENCY)[keyof typeof URGENCY];

/** A file is given up after this long; a loaded machine takes its time. */
const PATIENCE = { ms: 60_000, msPerMegabyte: 2000 };
/** Ticks are counted, not the clock: of a laptop that slept one is due on waking, before anything can have answered. */
const TICK_MS = 10_000;

interface Job {
  urgency: Urgency;
  bytes: number;
  signal: AbortSignal | undefined;
  /** Asked when it is its turn; false: it is dropped. */
  needed(): boolean;
  run(client: DecoderClient): Promise<unknown>;
  resolve(value: unknown): void;
  reject(reason: unknown): void;
}

const jobs: Job[] = [];
let client: DecoderClient | null = null;
let busy = false;

function ask<T>(
  file: Blob,
  urgency: Urgency,
  run: (client: DecoderClient) => Promise<T>,
  signal?: AbortSignal,
  needed: () => boolean = () => true,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    // Only the caller is let go: the worker cannot stop in the middle of a file, and is not free before it answers.
    const onAbort = () => reject(signal?.reason);
    signal?.addEventListener('abort', onAbort, { once: true });
    const job: Job = {
      urgency,
      bytes: file.size,
      signal,
      needed,
      run,
      resolve: (value) => {
        signal?.removeEventListener('abort', onAbort);
        resolve(value as T);
      },
      reject: (reason) => {
        signal?.removeEventListener('abort', onAbort);
        reject(reason);
      },
    };
    const after = jobs.findIndex((other) => other.urgency > urgency);
    jobs.splice(after < 0 ? jobs.length : after, 0, job);
    void work();
  });
}

async function work(): Promise<void> {
  if (busy) return;
  busy = true;
  for (let job = jobs.shift(); job; job = jobs.shift()) {
    if (job.signal?.aborted) {
      job.reject(job.signal.reason);
      continue;
    }
    if (!job.needed()) {
      job.reject(new DOMException('It is no longer needed.', 'AbortError'));
      continue;
    }
    // The next one waits for this one's answer, also where its caller no longer does: so only one image is in memory, and
    // a cancelled file that hangs is given up in its own time, not in the next one's.
    await answered(job).then((value) => {
      if (job.signal?.aborted) closeBitmaps(value);
      job.resolve(value);
    }, job.reject);
    // Whoever waited takes what came before the next one is asked whether it is still needed.
    await turn();
  }
  busy = false;
}

/** What the worker makes of a job; rejects also where none can be started. */
async function answered(job: Job): Promise<unknown> {
  if (!client || client.stopped) client = DecoderClient.start();
  const current = client;
  const patience = PATIENCE.ms + (PATIENCE.msPerMegabyte * job.bytes) / 1e6;
  let ticks = Math.round(patience / TICK_MS);
  const watchdog = setInterval(() => {
    if (--ticks === 0) current.terminate('it took too long');
  }, TICK_MS);
  return job.run(current).finally(() => clearInterval(watchdog));
}

/** Frees the pictures of an answer that nobody waits for any more. */
function closeBitmaps(value: unknown): void {
  const { thumb, field } = value as Partial<Decoded>;
  thumb?.close();
  field?.close();
}

/** What a file says of a page of it, of the first full-size one unless told; rejects with LeukolensError where it cannot be analysed. */
export function inspect(file: Blob, urgency: Urgency, page: number | null = null): Promise<Inspection> {
  return ask(file, urgency, (decoder) => decoder.inspect(file, page));
}

/** Px for the engine (`pixels`), a picture for the viewer (`field`), and always a thumbnail. */
export function decode(
  file: Blob,
  wants: DecodeOptions,
  urgency: Urgency,
  signal?: AbortSignal,
  needed?: () => boolean,
): Promise<Decoded> {
  return ask(file, urgency, (decoder) => decoder.decode(file, wants), signal, needed);
}
