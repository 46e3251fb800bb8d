/** What the engine returns for one image. */
import type { Box } from './box';
import type { DetectedCell } from './cell';

export type BackendName = 'webgpu' | 'wasm';

/** A float map in [0, 1], row-major, that covers the whole image it belongs to. */
export interface FloatMap {
  width: number;
  height: number;
  values: Float32Array;
}

/** Which network, by its manifest; the hash is of its weights. */
export interface ModelIdentity {
  name: string;
  version: string;
  hash: string;
}

/** The analysis of one image. Sizes are px of the upright image. */
export interface Analysis {
  width: number;
  height: number;
  /** The field of view in the image, where that is not all of it. */
  field?: Box;
  /** The field has no colours. */
  colourless?: boolean;
  cells: DetectedCell[];
  backend: BackendName;
  /** What made it; analyses kept by versions of the app that did not say have none. */
  model?: ModelIdentity;
  /** The image was taken as a crop of one centred cell; analyses kept by versions of the app that did not say have none. */
  crop?: boolean;
  /** Milliseconds by stage, in order. */
  timings: Record<string, number>;
  /** Thumbnails of the cells' windows as one compressed picture: SHEET_CELL px squares, as many columns as rows or one more. */
  sheet?: Blob;
  /** Cell ids in the sheet's order, row by row. */
  sheetIds?: number[];
}

/** Px of a cell's square in the sheet. */
export const SHEET_CELL = 112;

/** Steps of the analysis of one image, in order. */
export const STAGES = ['decode', 'white point', 'saliency', 'cells', 'done'] as const;
export type Stage = (typeof STAGES)[number];

/** True progress: stage, and cells done of cells known in the stage 'cells', tiles of a large image in 'saliency'. */
export interface Progress {
  stage: Stage;
  cellsDone: number;
  cellsTotal: number;
  tilesDone?: number;
  tilesTotal?: number;
}
