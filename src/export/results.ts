/** Domain values -> the object that results.json holds. The format is described in docs/results-format.md. */
import type { DetectedCell } from '../domain/cell';
import { type CallType, CELL_TYPES, type CellType } from '../domain/cellType';
import type { ErrorData } from '../domain/errors';
import type { Analysis, BackendName } from '../domain/smear';
import { namer } from './names';

/** Rises when a field changes its meaning or goes; new fields alone do not raise it. */
export const FORMAT_VERSION = 1;

export const NOTICE = 'For Research Use Only. Not for use in diagnostic procedures.';

export interface ExportModel {
  name: string;
  version: string;
  hash: string;
}

/** One image to be exported: what was found, or why nothing was. */
export type ExportImage =
  | { file: string; ms: number; analysis: Pick<Analysis, 'width' | 'height' | 'backend' | 'cells'> }
  | { file: string; error: ErrorData };

export interface ExportSession {
  app: { name: string; version: string };
  /** Null where no model was loaded; no image has results then. */
  model: ExportModel | null;
  images: ExportImage[];
}

export interface CellResult {
  id: number;
  /** [x0, y0, x1, y1] px, half-open. */
  box: [number, number, number, number];
  /** [x0, y0, x1, y1] px: the square window the network saw; it may leave the image. */
  crop: [number, number, number, number];
  type: CallType;
  modelType: CellType;
  probabilities: Record<CellType, number>;
  confidence: number;
  /** Px. */
  areas: { cell: number; nucleus: number };
  /** Left out where it is not known. */
  consistency?: number;
  /** Distance to the cells the model was trained on; above 1 the call is 'unidentified'. */
  novelty: number;
  /** Morphology in words, by WBCAtt's names of attributes. */
  attributes: Record<string, { value: string; probability: number }>;
}

export interface ImageAnalysed {
  file: string;
  width: number;
  height: number;
  ms: number;
  backend: BackendName;
  /** Paths of the label maps, relative to results.json. */
  cellsFile: string;
  classesFile: string;
  cells: CellResult[];
}

export interface ImageFailed {
  file: string;
  error: ErrorData;
}

export type ImageResult = ImageAnalysed | ImageFailed;

export interface Results {
  version: typeof FORMAT_VERSION;
  app: { name: string; version: string };
  notice: string;
  model: ExportModel | null;
  images: ImageResult[];
}

/** Six decimals: finer than any figure made of them, and a third of the bytes. */
const rounded = (value: number) => Math.round(value * 1e6) / 1e6;

function cellResult(cell: DetectedCell): CellResult {
  const { x0, y0, x1, y1 } = cell.box;
  const probabilities = CELL_TYPES.map((type, i) => [type, rounded(cell.probabilities[i] ?? 0)]);
  return {
    id: cell.id,
    box: [x0, y0, x1, y1],
    crop: [cell.crop.x0, cell.crop.y0, cell.crop.x1, cell.crop.y1].map(rounded) as CellResult['crop'],
    type: cell.type,
    modelType: cell.modelType,
    probabilities: Object.fromEntries(probabilities) as Record<CellType, number>,
    confidence: rounded(cell.confidence),
    areas: { cell: cell.areas.cell, nucleus: cell.areas.nucleus },
    // JSON has no NaN: what is not known is not there.
    ...(Number.isFinite(cell.consistency) && { consistency: rounded(cell.consistency) }),
    novelty: rounded(cell.novelty),
    attributes: Object.fromEntries(
      cell.attributes.map(({ name, value, probability }) => [name, { value, probability: rounded(probability) }]),
    ),
  };
}

/** The label maps' paths of an image exported under `name` (names.ts). */
export function mapFiles(name: string): Pick<ImageAnalysed, 'cellsFile' | 'classesFile'> {
  return { cellsFile: `${name}.cells.png`, classesFile: `${name}.classes.png` };
}

/** The whole session as results.json has it, images in the session's order. */
export function results({ app, model, images }: ExportSession): Results {
  const nameOf = namer();
  return {
    version: FORMAT_VERSION,
    app: { name: app.name, version: app.version },
    notice: NOTICE,
    model: model && { name: model.name, version: model.version, hash: model.hash },
    images: images.map((image): ImageResult => {
      if ('error' in image) {
        const { code, message, remedy } = image.error;
        return { file: image.file, error: { code, message, remedy } };
      }
      const { width, height, backend, cells } = image.analysis;
      return {
        file: image.file,
        width,
        height,
        ms: Math.round(image.ms),
        backend,
        ...mapFiles(nameOf(image.file)),
        cells: cells.map(cellResult),
      };
    }),
  };
}
