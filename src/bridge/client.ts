/** The page's end of the bridge: the engine's methods as messages to its worker. */
import type { DetectedCell } from '../domain/cell';
import type { CellType } from '../domain/cellType';
import { LeukolensError } from '../domain/errors';
import type { Heatmap } from '../domain/heatmap';
import type { Analysis, Progress } from '../domain/smear';
import { Calls, type WorkerLike } from './calls';
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

  constructor(worker: WorkerLike) {
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

  load(options: LoadOptions, signal?: AbortSignal, onProgress?: (progress: LoadProgress) => void): Promise<EngineInfo> {
    return this.#calls.call('load', [options], { signal, onProgress });
  }

  status(): Promise<EngineInfo> {
    return this.#calls.call('status', []);
  }

  /**
   * Moves the file's bytes or px to the worker: the caller's buffer is empty afterwards. Where the worker shows no
   * progress for minutes it is ended, and every call rejects with 'engine-stopped'.
   */
  analyse(
    imageId: string,
    file: ImageFile,
    options: AnalyseOptions,
    onProgress: (progress: Progress) => void,
    signal?: AbortSignal,
  ): Promise<Analysis> {
    const transfer = ['pixels' in file ? (file.pixels.data.buffer as ArrayBuffer) : file.bytes];
    const watchdog = new Watchdog((length) => this.#calls.stop(`it gave no sign for ${length}`));
    const onSign = (progress: Progress) => {
      watchdog.sign();
      onProgress(progress);
    };
    const work = this.#calls.call<Analysis>('analyse', [imageId, file, options], {
      signal,
      onProgress: onSign,
      transfer,
    });
    return work.finally(() => watchdog.end());
  }

  explain(imageId: string, cellId: number, type: CellType, signal?: AbortSignal): Promise<Heatmap> {
    return this.#calls.call('explain', [imageId, cellId, type], { signal });
  }

  overlay(imageId: string, kind: OverlayKind, cells?: readonly PaintedCell[], signal?: AbortSignal): Promise<Overlay> {
    return this.#calls.call('overlay', [imageId, kind, cells], { signal });
  }

  /** Moves the file's bytes or px to the worker, as analyse does. */
  segmentAt(
    imageId: string,
    file: ImageFile,
    at: { x: number; y: number },
    cellId: number,
    signal?: AbortSignal,
  ): Promise<DetectedCell | null> {
    const transfer = ['pixels' in file ? (file.pixels.data.buffer as ArrayBuffer) : file.bytes];
    return this.#calls.call('segmentAt', [imageId, file, at, cellId], { signal, transfer });
  }

  release(imageId: string): Promise<void> {
    return this.#calls.call('release', [imageId]);
  }

  dispose(): Promise<void> {
    return this.#calls.call('dispose', []);
  }

  /** Ends the worker at once; pending calls reject. */
  terminate(): void {
    this.#calls.stop('it was ended');
  }
}
