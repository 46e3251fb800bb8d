/** The one typed boundary between the page and the engine's worker. */
import type { CellType } from '../domain/cellType';
import type { ErrorData } from '../domain/errors';
import type { Heatmap } from '../domain/heatmap';
import type { Analysis, BackendName, Progress } from '../domain/smear';

/** What the engine runs on, for the status bar and the diagnostics. */
export interface EngineInfo {
  backend: BackendName;
  /** Why the backend is not WebGPU, in plain words; empty when it is. */
  fallbackReason: string;
  /** GPU adapter's description, or the wasm variant. */
  device: string;
  /** True for a software GPU (SwiftShader, llvmpipe). */
  software: boolean;
  model: { name: string; version: string; hash: string; parameters: number };
  /** Anything else worth a line in the diagnostics: limits, features, load times. */
  details: Record<string, string | number>;
}

export interface LoadOptions {
  /** Absolute URL of the folder that holds the model's manifest.json. */
  modelUrl: string;
  /** Absolute URLs of tfjs's wasm binaries by file name. */
  wasmUrls: Record<string, string>;
  /** Preferred backend; 'webgpu' falls back to wasm with a reason. */
  backend: BackendName;
}

/** How far the loading is: bytes of weights, or steps of anything else that takes long. */
export interface LoadProgress {
  /** What is being done, in plain words. */
  step: string;
  done: number;
  /** 0 where it is not known. */
  total: number;
}

export interface AnalyseOptions {
  /** The file is a crop of one centred cell: exactly one cell is reported. */
  crop: boolean;
}

/** Bytes moved to the engine. */
export interface ImageFile {
  name: string;
  bytes: ArrayBuffer;
}

/** A coloured layer drawn by the engine, covering the whole image. */
export interface Overlay {
  bitmap: ImageBitmap;
}

export type OverlayKind = 'saliency' | 'masks' | 'gradcam';

/** The engine, written once: client.ts and engine/engine.ts both implement it. */
export interface EngineApi {
  /** Loads backend and weights; call once, first. */
  load(options: LoadOptions, signal?: AbortSignal, onProgress?: (progress: LoadProgress) => void): Promise<EngineInfo>;
  /**
   * Finds, segments and types the white cells of one image file. The image is kept in the engine
   * under imageId (features only, not pixels) until release, so that explain can answer.
   * Rejects with LeukolensError, or AbortError (DOMException) when the signal aborts.
   */
  analyse(
    imageId: string,
    file: ImageFile,
    options: AnalyseOptions,
    onProgress: (progress: Progress) => void,
    signal?: AbortSignal,
  ): Promise<Analysis>;
  /** Grad-CAM of any type for one analysed cell. */
  explain(imageId: string, cellId: number, type: CellType, signal?: AbortSignal): Promise<Heatmap>;
  /**
   * A layer of an analysed image, drawn on the GPU where there is one. Masks are coloured by type,
   * Grad-CAM shows each cell's own type (or `type` for all where given).
   */
  overlay(imageId: string, kind: OverlayKind, type?: CellType, signal?: AbortSignal): Promise<Overlay>;
  /** Forgets an image. */
  release(imageId: string): Promise<void>;
  /** Frees the backend; the worker may be terminated after. */
  dispose(): Promise<void>;
}

/** Messages page -> worker. */
export type Request = {
  [Method in keyof EngineApi]: { id: number; method: Method; args: unknown[] };
}[keyof EngineApi];

export type ToEngine = Request | { id: number; method: 'abort' };

/** Messages worker -> page. */
export type FromEngine =
  | { id: number; kind: 'progress'; progress: Progress | LoadProgress }
  | { id: number; kind: 'result'; value: unknown }
  | { id: number; kind: 'error'; error: ErrorData }
  | { id: number; kind: 'aborted' };
