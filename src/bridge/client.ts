/** The page's end of the bridge: the engine's methods as messages to its worker. */
import type { CellType } from '../domain/cellType';
import { errorFrom, LeukolensError } from '../domain/errors';
import type { Heatmap } from '../domain/heatmap';
import type { Analysis, Progress } from '../domain/smear';
import type {
  AnalyseOptions,
  EngineApi,
  EngineInfo,
  FromEngine,
  ImageFile,
  LoadOptions,
  LoadProgress,
  Overlay,
  OverlayKind,
  Request,
  ToEngine,
} from './protocol';

/** What of a Worker is used, so that a test can stand in with a MessageChannel. */
export type WorkerLike = Pick<Worker, 'postMessage' | 'addEventListener' | 'terminate'>;

interface Pending {
  resolve(value: unknown): void;
  reject(reason: unknown): void;
  onProgress: ((progress: never) => void) | undefined;
}

interface CallOptions {
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: never) => void) | undefined;
  transfer?: Transferable[];
}

export class EngineClient implements EngineApi {
  readonly #worker: WorkerLike;
  readonly #pending = new Map<number, Pending>();
  #stopped: LeukolensError | null = null;
  #nextId = 1;

  constructor(worker: WorkerLike) {
    this.#worker = worker;
    worker.addEventListener('message', (event) => this.#receive((event as MessageEvent<FromEngine>).data));
    worker.addEventListener('error', (event) => this.#stop((event as ErrorEvent).message));
    worker.addEventListener('messageerror', () => this.#stop('a message could not be read'));
  }

  /** A client with a worker of its own. */
  static start(): EngineClient {
    return new EngineClient(new Worker(new URL('../engine/worker.ts', import.meta.url), { type: 'module' }));
  }

  /** True once the worker has failed; nothing will be answered any more. */
  get stopped(): boolean {
    return this.#stopped !== null;
  }

  load(options: LoadOptions, signal?: AbortSignal, onProgress?: (progress: LoadProgress) => void): Promise<EngineInfo> {
    return this.#call('load', [options], { signal, onProgress });
  }

  /** Moves file.bytes to the worker: the caller's buffer is empty afterwards. */
  analyse(
    imageId: string,
    file: ImageFile,
    options: AnalyseOptions,
    onProgress: (progress: Progress) => void,
    signal?: AbortSignal,
  ): Promise<Analysis> {
    return this.#call('analyse', [imageId, file, options], { signal, onProgress, transfer: [file.bytes] });
  }

  explain(imageId: string, cellId: number, type: CellType, signal?: AbortSignal): Promise<Heatmap> {
    return this.#call('explain', [imageId, cellId, type], { signal });
  }

  overlay(imageId: string, kind: OverlayKind, type?: CellType, signal?: AbortSignal): Promise<Overlay> {
    return this.#call('overlay', [imageId, kind, type], { signal });
  }

  release(imageId: string): Promise<void> {
    return this.#call('release', [imageId], {});
  }

  dispose(): Promise<void> {
    return this.#call('dispose', [], {});
  }

  /** Ends the worker at once; pending calls reject. */
  terminate(): void {
    this.#worker.terminate();
    this.#stop('it was ended');
  }

  #call<T>(method: Request['method'], args: unknown[], { signal, onProgress, transfer }: CallOptions): Promise<T> {
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

  #post(message: ToEngine, transfer: Transferable[] = []): void {
    this.#worker.postMessage(message, transfer);
  }

  #receive(message: FromEngine): void {
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

  #stop(why: string | undefined): void {
    this.#stopped ??= new LeukolensError(
      'engine-stopped',
      `The analysis engine stopped${why ? `: ${why}` : ''}.`,
      'It starts again by itself with the next file; if it keeps stopping, close other tabs that use the GPU.',
    );
    // What is left of it would keep its GPU device and its weights.
    this.#worker.terminate();
    const calls = [...this.#pending.values()];
    this.#pending.clear();
    for (const call of calls) call.reject(this.#stopped);
  }
}

function abortError(): DOMException {
  return new DOMException('The call was cancelled.', 'AbortError');
}

function closeBitmap(value: unknown): void {
  (value as Partial<Overlay> | undefined)?.bitmap?.close();
}
