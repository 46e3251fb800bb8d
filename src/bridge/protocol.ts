/** The one typed boundary between the page and the engine's worker. */

import type { DetectedCell } from '../domain/cell';
import type { CellType } from '../domain/cellType';
import type { ErrorData } from '../domain/errors';
import type { Heatmap } from '../domain/heatmap';
import type { Pixels } from '../domain/pixels';
import type { Pyramid } from '../domain/pyramid';
import type { Scale } from '../domain/scale';
import type { Analysis, BackendName, Progress } from '../domain/smear';

/** What the engine runs on, for the status bar and the diagnostics. */
export interface EngineInfo {
  backend: BackendName;
  /** Why it does not run on the best path, in plain words; empty when it does. */
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
  /**
   * 'webgpu' falls back to wasm with a reason; left out, it is what is faster: wasm also where the only graphics device is one
   * that the processor plays.
   */
  backend?: BackendName | undefined;
  /** Why wasm was asked for, in plain words, for EngineInfo.fallbackReason; left out where the address asks for it. */
  reason?: string;
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

/** An image moved to the engine, as the decoder gave it. */
export interface ImageFile {
  name: string;
  pixels: Pixels;
}

/** A coloured layer drawn by the engine, covering the whole image. */
export interface Overlay {
  bitmap: ImageBitmap;
}

export type OverlayKind = 'saliency' | 'masks' | 'gradcam';

/** A cell as the mask layer shows it. */
export type PaintedCell = Pick<DetectedCell, 'box' | 'mask' | 'type'>;

/** The engine, written once: client.ts and engine/engine.ts both implement it. */
export interface EngineApi {
  /** Loads backend and weights; call once, first. Reports progress while it waits for the network, however slow that is. */
  load(options: LoadOptions, signal?: AbortSignal, onProgress?: (progress: LoadProgress) => void): Promise<EngineInfo>;
  /** What it runs on now: it may have stepped down since it was loaded. */
  status(): Promise<EngineInfo>;
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
  /** Grad-CAM of any type for one analysed cell; null where this engine has not looked at a cell of that id. */
  explain(imageId: string, cellId: number, type: CellType, signal?: AbortSignal): Promise<Heatmap | null>;
  /**
   * A layer of an analysed image, drawn on the GPU where there is one. Masks are those of `cells`, coloured by type: what
   * people decided is theirs to say; without them the engine's own. Grad-CAM shows each cell's most probable type.
   */
  overlay(imageId: string, kind: OverlayKind, cells?: readonly PaintedCell[], signal?: AbortSignal): Promise<Overlay>;
  /**
   * Outlines and types the cell at a point (px) of an analysed image, which a person says is there; null where the network
   * sees none. The file comes again because the engine keeps no px. The cell gets `cellId`, under which explain answers.
   */
  segmentAt(
    imageId: string,
    file: ImageFile,
    at: { x: number; y: number },
    cellId: number,
    signal?: AbortSignal,
  ): Promise<DetectedCell | null>;
  /** Forgets an image. */
  release(imageId: string): Promise<void>;
}

/** What a file says of itself before anything is decoded. */
export interface Inspection {
  /** Of the file's bytes, hexadecimal. */
  sha256: string;
  /** Px of the page, upright. */
  width: number;
  height: number;
  /** Images in the file; 1 but for stacks. */
  pages: number;
  /** The one that was asked for, else the first that is no thumbnail. */
  page: number;
  /** Physical size of a px as the file has it, or null where it has none or a senseless one. */
  scale: Scale | null;
  /** Name of a colour profile other than sRGB that is not applied (TIFF, PNG of 16 bits); null: the colours are right. */
  profile: string | null;
}

export interface DecodeOptions {
  /** Names the image, so that px kept from a call before are known again. */
  id: string;
  /** 0-based; null: the first full-size one. */
  page: number | null;
  /** The px themselves, for the engine. */
  pixels: boolean;
  /** A picture of the whole image, for the viewer: a bitmap, or a pyramid where the image is large. */
  field: boolean;
  /** Its px will be asked for next: those of a large image are kept for that, since decoding it twice costs seconds. */
  keep: boolean;
}

/** A decoded image, upright. Bitmaps belong to whoever receives them. */
export interface Decoded {
  width: number;
  height: number;
  pixels: Pixels | null;
  field: ImageBitmap | null;
  pyramid: Pyramid | null;
  /** At most THUMB px on its longer side. */
  thumb: ImageBitmap;
}

/** The decoder, written once: decoderClient.ts and engine/decoder.ts both implement it. Rejects with LeukolensError. */
export interface DecoderApi {
  /** Of a page of the file (0-based); null: of the first full-size one. */
  inspect(file: Blob, page: number | null): Promise<Inspection>;
  decode(file: Blob, options: DecodeOptions): Promise<Decoded>;
}

export type Method = keyof EngineApi | keyof DecoderApi;

/** Messages page -> worker. */
export type Call = { id: number; method: Method; args: unknown[] } | { id: number; method: 'abort' };

/** Messages worker -> page. */
export type FromWorker =
  | { id: number; kind: 'progress'; progress: Progress | LoadProgress }
  | { id: number; kind: 'result'; value: unknown }
  | { id: number; kind: 'error'; error: ErrorData }
  | { id: number; kind: 'aborted' };
