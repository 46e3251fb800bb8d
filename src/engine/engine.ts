/** The engine behind the worker boundary: one backend, one model, the images analysed so far. */
import * as tf from '@tensorflow/tfjs-core';
import type {
  AnalyseOptions,
  EngineApi,
  EngineInfo,
  ImageFile,
  LoadOptions,
  LoadProgress,
  Overlay,
  OverlayKind,
} from '../bridge/protocol';
import { CELL_TYPES, type CellType } from '../domain/cellType';
import { LeukolensError } from '../domain/errors';
import type { Heatmap } from '../domain/heatmap';
import type { Analysis, Progress } from '../domain/smear';
import { type Backend, startBackend } from './backend';
import { loadModel, type Model } from './network/weights';
import { drawOverlay } from './overlays';
import { analyse, type PipelineResult } from './pipeline';

export class Engine implements EngineApi {
  private backend: Backend | undefined;
  private model: Model | undefined;
  private readonly images = new Map<string, PipelineResult>();

  async load(
    options: LoadOptions,
    signal?: AbortSignal,
    onProgress?: (progress: LoadProgress) => void,
  ): Promise<EngineInfo> {
    const started = performance.now();
    onProgress?.({ step: 'Starting the backend', done: 0, total: 0 });
    this.backend = await startBackend(options);
    const backendMs = Math.round(performance.now() - started);
    this.model = await loadModel(options.modelUrl, signal, (done, total) =>
      onProgress?.({ step: 'Fetching the model', done, total }),
    );
    const { manifest, hash } = this.model;
    const { name, fallbackReason, device, software, details } = this.backend;
    return {
      backend: name,
      fallbackReason,
      device,
      software,
      model: { name: manifest.name, version: manifest.version, hash, parameters: manifest.parameters },
      details: { ...details, backendMs, modelMs: Math.round(performance.now() - started) - backendMs },
    };
  }

  async analyse(
    imageId: string,
    file: ImageFile,
    options: AnalyseOptions,
    onProgress: (progress: Progress) => void,
    signal?: AbortSignal,
  ): Promise<Analysis> {
    const { backend, model } = this.ready();
    let result: PipelineResult;
    try {
      const image = 'pixels' in file ? file.pixels : file.bytes;
      result = await analyse(model, image, { ...options, batch: backend.batch }, onProgress, signal);
    } finally {
      // A broken device fails whatever was running with an unrelated message, or computes nonsense and says nothing.
      this.ready();
    }
    signal?.throwIfAborted();
    this.images.set(imageId, result);
    const { width, height, cells, sheet, timings } = result;
    // What is returned leaves the worker; the engine goes on drawing from its own copy.
    return structuredClone({
      width,
      height,
      cells,
      backend: backend.name,
      timings,
      ...(sheet && { sheet, sheetIds: cells.map(({ id }) => id) }),
    });
  }

  async explain(imageId: string, cellId: number, type: CellType): Promise<Heatmap> {
    const evidence = this.image(imageId).evidence.get(cellId);
    const kind = CELL_TYPES.indexOf(type);
    const bytes = evidence?.cams[kind];
    if (!evidence || !bytes) throw forgotten();
    return {
      cellId,
      type,
      crop: evidence.crop,
      size: evidence.side,
      values: Float32Array.from(bytes, (v) => v / 255),
      peak: evidence.peaks[kind] ?? 0,
    };
  }

  async overlay(imageId: string, kind: OverlayKind, type?: CellType): Promise<Overlay> {
    this.ready();
    return drawOverlay(this.image(imageId), kind, type);
  }

  async release(imageId: string): Promise<void> {
    this.images.delete(imageId);
  }

  async dispose(): Promise<void> {
    this.images.clear();
    this.model?.weights.dispose();
    this.model = undefined;
    tf.disposeVariables();
  }

  private ready(): { backend: Backend; model: Model } {
    if (!this.backend || !this.model) {
      throw new LeukolensError('engine-stopped', 'The engine has not been loaded.', 'Reload the page.');
    }
    const fault = this.backend.fault();
    if (fault) {
      throw new LeukolensError(
        'backend-failed',
        `The graphics device failed (${fault}).`,
        'Try the file again; if it fails again, add ?backend=wasm to the address to work without the graphics device.',
      );
    }
    return { backend: this.backend, model: this.model };
  }

  private image(imageId: string): PipelineResult {
    const image = this.images.get(imageId);
    if (!image) throw forgotten();
    return image;
  }
}

function forgotten(): LeukolensError {
  return new LeukolensError('engine-stopped', 'The engine no longer holds this image.', 'Analyse it again.');
}
