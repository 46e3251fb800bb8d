/** The engine behind the worker boundary: one backend, one model, the images analysed so far. */
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
} from '../bridge/protocol';
import type { DetectedCell } from '../domain/cell';
import { CELL_TYPES, type CellType } from '../domain/cellType';
import { LeukolensError } from '../domain/errors';
import type { Heatmap } from '../domain/heatmap';
import type { Analysis, ModelIdentity, Progress } from '../domain/smear';
import { loadModel, type Model } from './network/weights';
import { drawOverlay } from './overlays';
import { analyse, type PipelineResult } from './pipeline';
import { readGoldens } from './runtime/gate';
import { tryGpu } from './runtime/levels';
import { Runtime } from './runtime/runtime';
import { segmentAt } from './segmentAt';

/** A client takes minutes of silence for a hang; a slow network is none. */
const SIGN_MS = 10_000;

export class Engine implements EngineApi {
  private runtime: Runtime | undefined;
  private model: Model | undefined;
  private readonly images = new Map<string, PipelineResult>();
  private timings: Record<string, number> = {};
  private reason: string | undefined;

  async load(
    options: LoadOptions,
    signal?: AbortSignal,
    onProgress?: (progress: LoadProgress) => void,
  ): Promise<EngineInfo> {
    const started = performance.now();
    let progress: LoadProgress = { step: 'Starting the backend', done: 0, total: 0 };
    const report = (now: LoadProgress) => {
      progress = now;
      onProgress?.(progress);
    };
    report(progress);
    const signs = setInterval(() => report(progress), SIGN_MS);
    // The device opens while the model is fetched.
    const gpu = options.backend === 'wasm' ? undefined : tryGpu(navigator.gpu, options.backend);
    const model = await loadModel(options.modelUrl, signal, (done, total) =>
      report({ step: 'Fetching the model', done, total }),
    ).finally(() => clearInterval(signs));
    const goldens = model.gate && readGoldens(model.gate);
    const modelMs = Math.round(performance.now() - started);
    this.model = model;
    const onStep = (step: string) => report({ step, done: 0, total: 0 });
    this.reason = options.reason;
    this.runtime = await Runtime.start(model, goldens, { ...options, onStep }, gpu);
    this.timings = { modelMs, backendMs: Math.round(performance.now() - started) - modelMs };
    return this.status();
  }

  async status(): Promise<EngineInfo> {
    const { runtime, model } = this.ready();
    await runtime.heal();
    const { parameters } = model.manifest;
    return {
      ...runtime.describe(),
      ...(this.reason && { fallbackReason: this.reason }),
      model: { ...identityOf(model), parameters },
      details: { ...runtime.details(), ...this.timings },
    };
  }

  async analyse(
    imageId: string,
    file: ImageFile,
    options: AnalyseOptions,
    onProgress: (progress: Progress) => void,
    signal?: AbortSignal,
  ): Promise<Analysis> {
    const { runtime, model } = this.ready();
    const result = await analyse(model, runtime, file.pixels, options, onProgress, signal);
    signal?.throwIfAborted();
    this.images.set(imageId, result);
    const { width, height, field, colourless, cells, sheet, timings } = result;
    // What is returned leaves the worker; the engine goes on drawing from its own copy.
    return structuredClone({
      width,
      height,
      ...(field && { field }),
      ...(colourless && { colourless }),
      cells,
      backend: runtime.backend.name,
      model: identityOf(model),
      timings,
      ...(sheet && { sheet, sheetIds: cells.map(({ id }) => id) }),
    });
  }

  async explain(imageId: string, cellId: number, type: CellType): Promise<Heatmap | null> {
    const evidence = this.image(imageId).evidence.get(cellId);
    const kind = CELL_TYPES.indexOf(type);
    const bytes = evidence?.cams[kind];
    if (!evidence || !bytes) return null;
    return {
      cellId,
      type,
      crop: evidence.crop,
      size: evidence.side,
      values: Float32Array.from(bytes, (v) => v / 255),
      peak: evidence.peaks[kind] ?? 0,
    };
  }

  async overlay(imageId: string, kind: OverlayKind, cells?: readonly PaintedCell[]): Promise<Overlay> {
    const image = this.image(imageId);
    // tfjs draws on the same device.
    return this.ready().runtime.run(() => drawOverlay(image, kind, cells));
  }

  async segmentAt(
    imageId: string,
    file: ImageFile,
    at: { x: number; y: number },
    cellId: number,
    signal?: AbortSignal,
  ): Promise<DetectedCell | null> {
    const { runtime, model } = this.ready();
    const image = this.image(imageId);
    const sides = image.cells.map(({ box }) => (box.x1 - box.x0 + box.y1 - box.y0) / 2).sort((a, b) => a - b);
    const usual = sides[Math.floor(sides.length / 2)] ?? null;
    const found = await segmentAt(model, runtime, file.pixels, at, cellId, usual, signal);
    if (!found) return null;
    image.evidence.set(cellId, found.evidence);
    return structuredClone(found.cell);
  }

  async release(imageId: string): Promise<void> {
    this.images.delete(imageId);
  }

  private ready(): { runtime: Runtime; model: Model } {
    if (!this.runtime || !this.model) {
      throw new LeukolensError('engine-stopped', 'The engine has not been loaded.', 'Reload the page.');
    }
    return { runtime: this.runtime, model: this.model };
  }

  private image(imageId: string): PipelineResult {
    const image = this.images.get(imageId);
    if (!image) throw forgotten();
    return image;
  }
}

const identityOf = ({ manifest: { name, version }, hash }: Model): ModelIdentity => ({ name, version, hash });

function forgotten(): LeukolensError {
  return new LeukolensError('engine-stopped', 'The engine no longer holds this image.', 'Analyse it again.');
}
