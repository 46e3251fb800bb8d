/** The page's end of the bridge: the engine's methods as messages to its worker. */
import type { DetectedCell } from '../domain/cell';
import type { CellType } from '../domain/cellType';
import { LeukolensError } from '../domain/errors';
import type { Heatmap } from '../domain/heatmap';
import type { Analysis, Progress } from '../domain/smear';
import { type CallOptions, Calls, type WorkerLike } from './calls';
import type {
  AnalyseOptions,
  EngineApi,
  EngineInfo,
  ImageFile,
  LoadOptions,
  LoadProgress,
  Overlay,
  OverlayKind,
  PaintedCell,
} from './protocol';
import { Watchdog } from './watchdog';

export type { WorkerLike } from './calls';

export class EngineClient implements EngineApi {
  readonly #calls: Calls;
  #watchdog: Watchdog | null = null;
  /** Calls that are waited for. */
  #open = 0;
  #heard = false;
  #hung = false;

  constructor(worker: WorkerLike) {
    worker.addEventListener('message', () => this.#sign());
    this.#calls = new Calls(
      worker,
      (why) =>
        new LeukolensError(
          'engine-stopped',
          `The analysis engine stopped${why}.`,
          'It starts again by itself with the next file; if it keeps stopping, close other tabs that use the GPU.',
        ),
    );
  }

  /** A client with a worker of its own. */
  static start(): EngineClient {
    return new EngineClient(new Worker(new URL('../engine/worker.ts', import.meta.url), { type: 'module' }));
  }

  /** True once the worker has failed; nothing will be answered any more. */
  get stopped(): boolean {
    return this.#calls.stopped;
  }

  /** True where it was ended because it gave no sign: what it ran on may be to blame. */
  get hung(): boolean {
    return this.#hung;
  }

  load(options: LoadOptions, signal?: AbortSignal, onProgress?: (progress: LoadProgress) => void): Promise<EngineInfo> {
    return this.#watched('load', [options], { signal, onProgress });
  }

  status(): Promise<EngineInfo> {
    return this.#calls.call('status', []);
  }

  /** Moves the px to the worker: the caller's buffer is empty afterwards. */
  analyse(
    imageId: string,
    file: ImageFile,
    options: AnalyseOptions,
    onProgress: (progress: Progress) => void,
    signal?: AbortSignal,
  ): Promise<Analysis> {
    const transfer = [file.pixels.data.buffer as ArrayBuffer];
    return this.#watched('analyse', [imageId, file, options], { signal, onProgress, transfer });
  }

  explain(imageId: string, cellId: number, type: CellType, signal?: AbortSignal): Promise<Heatmap | null> {
    return this.#watched('explain', [imageId, cellId, type], { signal });
  }

  overlay(imageId: string, kind: OverlayKind, cells?: readonly PaintedCell[], signal?: AbortSignal): Promise<Overlay> {
    return this.#watched('overlay', [imageId, kind, cells], { signal });
  }

  /** Moves the px to the worker, as analyse does. */
  segmentAt(
    imageId: string,
    file: ImageFile,
    at: { x: number; y: number },
    cellId: number,
    signal?: AbortSignal,
  ): Promise<DetectedCell | null> {
    const transfer = [file.pixels.data.buffer as ArrayBuffer];
    return this.#watched('segmentAt', [imageId, file, at, cellId], { signal, transfer });
  }

  release(imageId: string): Promise<void> {
    return this.#calls.call('release', [imageId]);
  }

  /** Ends the worker at once; pending calls reject. */
  terminate(): void {
    this.#calls.stop('it was ended');
  }

  /** A call that somebody waits for. Where the worker is silent for minutes it is ended: every call rejects with 'engine-stopped'. */
  async #watched<T>(method: keyof EngineApi, args: unknown[], options: CallOptions): Promise<T> {
    this.#open++;
    // One that has said nothing yet may have no script yet, over a slow network.
    if (this.#heard) this.#watch();
    try {
      return await this.#calls.call<T>(method, args, options);
    } finally {
      if (--this.#open === 0) this.#endWatch();
    }
  }

  #watch(): Watchdog {
    this.#watchdog ??= new Watchdog((length) => {
      this.#hung = true;
      this.#calls.stop(`it gave no sign for ${length}`);
    });
    return this.#watchdog;
  }

  #endWatch(): void {
    this.#watchdog?.end();
    this.#watchdog = null;
  }

  /** Any message is a sign of life, whichever call it answers: one at work may hold up another. */
  #sign(): void {
    this.#heard = true;
    if (this.#open > 0) this.#watch().sign();
  }
}
