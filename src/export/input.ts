/** What is exported: a session as the store hands it over, plain enough to cross to a worker. */
import type { DetectedCell } from '../domain/cell';
import type { ErrorData } from '../domain/errors';
import type { CellColours } from '../domain/measure/cellMeasures';
import type { ReviewCell } from '../domain/review/cells';
import type { ReviewEvent, Scale, Signature } from '../domain/review/events';
import type { Analysis, ModelIdentity } from '../domain/smear';

export const NOTICE = 'For Research Use Only. Not for use in diagnostic procedures.';

/**
 * Pictures and colours of a cell, made by the page; what could not be made is left out. Blobs: the browser keeps them where it has
 * room, and hands them to the worker that packs them without copying.
 */
export interface CellPictures {
  /** PNG of the cell's window of the image, at the image's own size. */
  crop?: Blob;
  /** PNG of that window with the heatmap of its type over it. */
  heatmap?: Blob;
  /** JPEG, small, for the report. */
  thumb?: Uint8Array;
  colours?: CellColours;
}

interface Common {
  id: string;
  file: string;
  /** Bytes of the file, and the SHA-256 of them in hexadecimal; empty where it is not known. */
  size: number;
  sha256: string;
  slide: string;
  /** Which page of the file it is, from 1, and of how many; left out where the file has one. */
  page?: number;
  pages?: number;
}

export interface AnalysedImage extends Common {
  ms: number;
  analysis: Pick<Analysis, 'width' | 'height' | 'backend' | 'model'>;
  /** As they stand. */
  cells: ReviewCell[];
  scale: Scale | null;
  signed: boolean;
  /** It is greyscale: its types are not to be trusted. */
  colourless?: boolean;
  /** By cell id. */
  pictures: Record<number, CellPictures>;
}

export type FailedImage = Common & { error: ErrorData };

/** One image to be exported: what was found, or why nothing was. */
export type ExportImage = AnalysedImage | FailedImage;

/** An image as a session keeps it: everything but what is derived or has a lifetime. */
export interface SessionImage {
  id: string;
  name: string;
  path: string;
  size: number;
  status: string;
  error: ErrorData | null;
  ms: number;
  analysis: (Omit<Analysis, 'cells'> & { cells: DetectedCell[] }) | null;
  [more: string]: unknown;
}

export interface ExportSession {
  app: { name: string; version: string };
  /** What made the analyses, or most lately; null where no model was loaded and nothing says. */
  model: ModelIdentity | null;
  /** What it ran on last, in words, for the report: backend, device, browser. */
  environment: Record<string, string>;
  /** ISO 8601. */
  saved: string;
  /** Intervals are widened by the classifier's own uncertainty. */
  widen: boolean;
  /** Cells cut by an image's border are in the count. */
  countBorder: boolean;
  images: ExportImage[];
  /** The analyser's white-cell count by slide, 10^9/l. */
  wbc: Record<string, number>;
  signatures: Signature[];
  /** What a session file holds. */
  state: { images: SessionImage[]; events: readonly ReviewEvent[] };
  /** Photographs by image id, where they go along. */
  photographs: Record<string, Blob>;
  /** What could not be made, in sentences. */
  leftOut: string[];
}

export function isAnalysed(image: ExportImage): image is AnalysedImage {
  return 'analysis' in image;
}

export const analysedOf = (session: ExportSession): AnalysedImage[] => session.images.filter(isAnalysed);
