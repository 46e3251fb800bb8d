/** Calls to a worker as messages, and its answers as promises: what the clients of both workers are made of. */
import { errorFrom, type LeukolensError } from '../domain/errors';
import type { Call, FromWorker, Method } from './protocol';

/** What of a Worker is used, so that a test can stand in with a MessageChannel. */
export type WorkerLike = Pick<Worker, 'postMessage' | 'addEventListener' | 'terminate'>;

interface Pending {
  resolve(value: unknown): void;
  reject(reason: unknown): void;
  onProgress: ((progress: never) => void) | undefined;
}

export interface CallOptions {
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: never) => void) | undefined;
  transfer?: Transferable[];
}

export class Calls {
  readonly #worker: WorkerLike;
  readonly #pending = new Map<number, Pending>();
  readonly #says: (why: string) => LeukolensError;
  #stopped: LeukolensError | null = null;
  #nextId = 1;

  /** says: the error that every call gets once the worker has stopped. */
  constructor(worker: WorkerLike, says: (why: string) => LeukolensError) {
    this.#worker = worker;
    this.#says = says;
    worker.addEventListener('message', (event) => this.#receive((event as MessageEvent<FromWorker>).data));
    worker.addEventListener('error', (event) => this.stop((event as ErrorEvent).message));
    worker.addEventListener('messageerror', () => this.stop('a message could not be read'));
  }

  /** True once the worker has failed; nothing will be answered any more. */
  get stopped(): boolean {
    return this.#stopped !== null;
  }

  call<T>(method: Method, args: unknown[], { signal, onProgress, transfer }: CallOptions = {}): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (signal?.aborted) throw abortError();
      if (this.#stopped) throw this.#stopped;
      const id = this.#nextId++;
      // The promise does not wait for the worker to notice: a busy GPU must not hold up 'cancel'.
      const onAbort = () => {
        this.#pending.delete(id);
        this.#post({ id, method: 'abort' });
        reject(abortError());
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      const finish = () => signal?.removeEventListener('abort', onAbort);
      this.#pending.set(id, {
        resolve: (value) => {
          finish();
          resolve(value as T);
        },
        reject: (reason) => {
          finish();
          reject(reason);
        },
        onProgress,
      });
      this.#post({ id, method, args }, transfer);
    });
  }

  #post(message: Call, transfer: Transferable[] = []): void {
    this.#worker.postMessage(message, transfer);
  }

  #receive(message: FromWorker): void {
    const call = this.#pending.get(message.id);
    // Answers to calls that were cancelled come late and are dropped; a picture among them is freed.
    if (!call) {
      if (message.kind === 'result') closeBitmap(message.value);
      return;
    }
    if (message.kind === 'progress') {
      call.onProgress?.(message.progress as never);
      return;
    }
    this.#pending.delete(message.id);
    if (message.kind === 'result') call.resolve(message.value);
    else call.reject(message.kind === 'aborted' ? abortError() : errorFrom(message.error));
  }

  /** Ends the worker at once; pending calls reject. */
  stop(why: string | undefined): void {
    this.#stopped ??= this.#says(why ? `: ${why}` : '');
    // What is left of it would keep its memory, and its GPU device.
    this.#worker.terminate();
    const calls = [...this.#pending.values()];
    this.#pending.clear();
    for (const call of calls) call.reject(this.#stopped);
  }
}

function abortError(): DOMException {
  return new DOMException('The call was cancelled.', 'AbortError');
}

/** Frees the pictures of an answer that nobody waits for. */
function closeBitmap(value: unknown): void {
  if (typeof value !== 'object' || value === null || typeof ImageBitmap === 'undefined') return;
  for (const part of Object.values(value)) if (part instanceof ImageBitmap) part.close();
}
