/** Domain values -> the object that results.json holds. The format is described in docs/results-format.md. */
import type { CallType, CellType } from '../domain/cellType';
import { CELL_TYPES } from '../domain/cellType';
import type { ErrorData } from '../domain/errors';
import { micrometres, squareMicrometres } from '../domain/measure/scale';
import { isUnseen, measuresOf, type ReviewCell } from '../domain/review/cells';
import type { MadeCell, Scale } from '../domain/review/events';
import type { BackendName, ModelIdentity } from '../domain/smear';
import { changedSince, countOf, slidesOf, wbcOf } from './counts';
import { type AnalysedImage, analysedOf, type ExportSession, isAnalysed, NOTICE } from './input';
import { namer } from './names';
import { type NotAnalysed, notAnalysed } from './notAnalysed';

/** Rises when a field changes its meaning or goes; new fields alone do not raise it. */
export const FORMAT_VERSION = 3;

/** Lengths in px, areas in px²; the same in µm and µm² where the scale is known. */
export interface CellMeasuresResult {
  equivalentDiameter: number;
  perimeter: number;
  circularity: number;
  solidity: number;
  eccentricity: number;
  nucleusEquivalentDiameter: number | null;
  nucleusCircularity: number | null;
  nucleusSolidity: number | null;
  nucleusToCytoplasm: number | null;
  lobes: number | null;
  um: { cellArea: number; nucleusArea: number; equivalentDiameter: number } | null;
  /** Mean sRGB, 0 to 255; null where the part or the photograph is missing. */
  nucleusColour: number[] | null;
  cytoplasmColour: number[] | null;
}

export interface CellResult {
  id: number;
  /** [x0, y0, x1, y1] px, half-open. */
  box: [number, number, number, number];
  /** [x0, y0, x1, y1] px: the square window the network saw; it may leave the image. */
  crop: [number, number, number, number];
  type: CallType;
  /** Who the type is by. */
  by: 'model' | 'person';
  /** Null, as all that the model says, where it never looked at the cell. */
  modelType: CellType | null;
  /** The model's own call, whatever a person says. */
  modelCall: CallType | null;
  /** Of the second reader; left out where that reader has not seen the cell. */
  secondType?: CallType;
  origin: ReviewCell['origin'];
  /** Cells it was made of; left out where it was made of none. */
  parents?: number[];
  /** True where the image, or the field of view cut out of it, ends in the middle of the cell. */
  touchesBorder: boolean;
  /** True where a person changed the outline. */
  redrawn: boolean;
  probabilities: Record<CellType, number> | null;
  confidence: number | null;
  /** Px. */
  areas: { cell: number; nucleus: number };
  measures: CellMeasuresResult | null;
  /** Left out where it is not known. */
  consistency?: number;
  /** Distance to the cells the model was trained on; above 1 its call is 'unidentified'. Left out where not known. */
  novelty?: number;
  /** Morphology in words, by WBCAtt's names of attributes. */
  attributes: Record<string, { value: string; probability: number }>;
}

export interface ImageAnalysed {
  file: string;
  sha256: string;
  /** Which page of the file, from 1, and of how many; left out where the file has one. */
  page?: number;
  pages?: number;
  slide: string;
  signed: boolean;
  /** Greyscale: types are not to be trusted; left out elsewhere. */
  colourless?: true;
  width: number;
  height: number;
  scale: Scale | null;
  ms: number;
  backend: BackendName;
  /** Left out where it is the session's. */
  model?: ModelIdentity;
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

export interface DifferentialResult {
  /** Null: the whole session. */
  slide: string | null;
  /** White cells with a type: what the shares are of. */
  base: number;
  total: number;
  reviewed: number;
  unidentified: number;
  types: {
    type: CallType;
    count: number;
    reviewed: number;
    share: number | null;
    low: number | null;
    high: number | null;
    absolute: number | null;
  }[];
  /** Cells of types beside the differential, of those that were seen, by how many. */
  beside: { type: CallType; count: number }[];
  /** Per 100 white cells. */
  erythroblasts: number | null;
  smudgeCells: number | null;
  /** The analyser's count in 10^9/l, where it was typed in. */
  wbc: number | null;
  /** Of the slide; null where it is not signed off, and for the session. */
  signature: {
    by: string;
    at: string;
    /** Images that were signed. */
    images: number;
    counts: Partial<Record<CallType, number>>;
    unreviewed: number;
    /** True where this differential is the one that was signed. */
    stands: boolean;
  } | null;
}

export interface Results {
  version: typeof FORMAT_VERSION;
  app: { name: string; version: string };
  notice: string;
  model: ModelIdentity | null;
  intervals: { method: string; confidence: number; widened: boolean };
  /** Whether cells that the image's border cuts are in the differentials. */
  borderCounted: boolean;
  /** Of the session, then of each slide. */
  differentials: DifferentialResult[];
  images: ImageResult[];
  /** Files of the list that have no entry above. */
  notAnalysed: NotAnalysed[];
}

/** Six decimals: finer than any figure made of them, and a third of the bytes. */
const rounded = (value: number) => Math.round(value * 1e6) / 1e6;
const maybe = (value: number | null | undefined) => (value == null || !Number.isFinite(value) ? null : rounded(value));

export function measuresResult({ scale, pictures }: AnalysedImage, cell: ReviewCell): CellMeasuresResult | null {
  const measures = measuresOf(cell);
  if (!measures) return null;
  const { cell: whole, nucleus } = measures;
  const colours = pictures[cell.id]?.colours;
  const um = scale && {
    cellArea: rounded(squareMicrometres(whole.area, scale) ?? 0),
    nucleusArea: rounded(squareMicrometres(nucleus?.area ?? 0, scale) ?? 0),
    equivalentDiameter: rounded(micrometres(whole.equivalentDiameter, scale) ?? 0),
  };
  return {
    equivalentDiameter: rounded(whole.equivalentDiameter),
    perimeter: rounded(whole.perimeter),
    circularity: maybe(whole.circularity) ?? 0,
    solidity: rounded(whole.solidity),
    eccentricity: rounded(whole.eccentricity),
    nucleusEquivalentDiameter: maybe(nucleus?.equivalentDiameter),
    nucleusCircularity: maybe(nucleus?.circularity),
    nucleusSolidity: maybe(nucleus?.solidity),
    nucleusToCytoplasm: maybe(measures.nucleusToCytoplasm),
    lobes: nucleus ? measures.lobes : null,
    um,
    nucleusColour: colours?.nucleus?.map(rounded) ?? null,
    cytoplasmColour: colours?.cytoplasm?.map(rounded) ?? null,
  };
}

function cellResult(image: AnalysedImage, cell: ReviewCell): CellResult {
  const { x0, y0, x1, y1 } = cell.box;
  const probabilities = CELL_TYPES.map((type, i) => [type, rounded(cell.probabilities[i] ?? 0)]);
  const { parents = [] } = cell as Partial<MadeCell>;
  const unseen = isUnseen(cell);
  return {
    id: cell.id,
    box: [x0, y0, x1, y1],
    crop: [cell.crop.x0, cell.crop.y0, cell.crop.x1, cell.crop.y1].map(rounded) as CellResult['crop'],
    type: cell.type,
    by: cell.by,
    modelType: unseen ? null : cell.modelType,
    modelCall: unseen ? null : cell.modelCall,
    ...(cell.second && { secondType: cell.second }),
    origin: cell.origin,
    ...(parents.length > 0 && { parents }),
    touchesBorder: cell.touchesBorder ?? false,
    redrawn: cell.redrawn,
    probabilities: unseen ? null : (Object.fromEntries(probabilities) as Record<CellType, number>),
    confidence: unseen ? null : rounded(cell.confidence),
    areas: { cell: cell.areas.cell, nucleus: cell.areas.nucleus },
    measures: measuresResult(image, cell),
    // JSON has no NaN: what is not known is not there.
    ...(Number.isFinite(cell.consistency) && { consistency: rounded(cell.consistency) }),
    ...(Number.isFinite(cell.novelty) && { novelty: rounded(cell.novelty) }),
    attributes: Object.fromEntries(
      cell.attributes.map(({ name, value, probability }) => [name, { value, probability: rounded(probability) }]),
    ),
  };
}

/** The label maps' paths of an image exported under `name` (names.ts). */
export function mapFiles(name: string): Pick<ImageAnalysed, 'cellsFile' | 'classesFile'> {
  return { cellsFile: `${name}.cells.png`, classesFile: `${name}.classes.png` };
}

/** Names of the analysed images in a bundle, by id: every format calls an image the same. */
export function imageNames(session: ExportSession): Map<string, string> {
  const nameOf = namer();
  return new Map(analysedOf(session).map(({ id, file }) => [id, nameOf(file)]));
}

function differentialResult(session: ExportSession, slide: string | null): DifferentialResult {
  const { rows, base, total, reviewed, unidentified, beside, others } = countOf(session, slide);
  const signature = session.signatures.find((entry) => entry.slide === slide);
  const per = (type: CallType) => maybe(beside.find((entry) => entry.type === type)?.perHundred);
  return {
    slide,
    base,
    total,
    reviewed,
    unidentified,
    types: rows.map(({ type, count: seen, reviewed: own, share, interval, absolute }) => ({
      type,
      count: seen,
      reviewed: own,
      share: maybe(share),
      low: maybe(interval?.low),
      high: maybe(interval?.high),
      absolute: maybe(absolute?.value),
    })),
    beside: [...beside, ...others]
      .filter(({ count: seen }) => seen > 0)
      .map(({ type, count: seen }) => ({ type, count: seen })),
    erythroblasts: per('erythroblast'),
    smudgeCells: per('smudge'),
    wbc: wbcOf(session, slide),
    signature: signature
      ? {
          ...{ by: signature.who, at: signature.at, images: signature.images.length, counts: signature.counts },
          ...{ unreviewed: signature.unreviewed, stands: changedSince(session, signature) === null },
        }
      : null,
  };
}

const identity = ({ name, version, hash }: ModelIdentity): ModelIdentity => ({ name, version, hash });

/** The whole session as results.json has it, images in the session's order. */
export function results(session: ExportSession): Results {
  const { app, model, images, widen } = session;
  const names = imageNames(session);
  return {
    version: FORMAT_VERSION,
    app: { name: app.name, version: app.version },
    notice: NOTICE,
    model: model && identity(model),
    intervals: { method: 'Clopper-Pearson', confidence: 0.95, widened: widen },
    borderCounted: session.countBorder,
    differentials: [null, ...slidesOf(session)].map((slide) => differentialResult(session, slide)),
    images: images.map((image): ImageResult => {
      if (!isAnalysed(image)) {
        const { code, message, remedy } = image.error;
        return { file: image.file, error: { code, message, remedy } };
      }
      const { width, height, backend, model: own } = image.analysis;
      return {
        file: image.file,
        sha256: image.sha256,
        ...(image.pages !== undefined && { page: image.page, pages: image.pages }),
        slide: image.slide,
        signed: image.signed,
        ...(image.colourless && { colourless: true as const }),
        width,
        height,
        scale: image.scale,
        ms: Math.round(image.ms),
        backend,
        ...(own && own.hash !== model?.hash && { model: identity(own) }),
        ...mapFiles(names.get(image.id) ?? image.id),
        cells: image.cells.map((cell) => cellResult(image, cell)),
      };
    }),
    notAnalysed: notAnalysed(session),
  };
}
