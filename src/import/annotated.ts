/** What all annotations have in common: classes by name, outlines as shapes, images by name, and what is left out. */
import { CALL_TYPES, type CallType, TYPE_NAMES } from '../domain/cellType';
import { LeukolensError } from '../domain/errors';
import { decodeMask, encodeMask, type Mask, NUCLEUS } from '../domain/mask';
import type { AnnotatedImage } from '../domain/review/compare';
import type { Shape } from '../domain/review/events';
import { type Corner, rasterise } from '../domain/rings';

export interface Annotations {
  images: AnnotatedImage[];
  leftOut: string[];
}

/** What of an image it takes to know which one is meant. */
export interface NamedImage {
  id: string;
  name: string;
  path: string;
  /** From 1, of a file of several: the one that is open. */
  page?: number;
}

/** What of an image the reading needs. */
export interface KnownImage extends NamedImage {
  width: number;
  height: number;
}

export const MOST = 200_000;

const plainName = (name: string) => name.toLowerCase().replace(/[^a-z0-9]+/g, '');
const SYNONYMS = new Map<string, CallType>(
  Object.entries({
    neutrophils: 'neutrophil',
    segmentedneutrophil: 'neutrophil',
    neu: 'neutrophil',
    eosinophils: 'eosinophil',
    basophils: 'basophil',
    lymphocytes: 'lymphocyte',
    monocytes: 'monocyte',
    ig: 'immature_granulocyte',
    immaturegranulocytes: 'immature_granulocyte',
    nrbc: 'erythroblast',
    normoblast: 'erythroblast',
    platelets: 'platelet',
    bandneutrophil: 'band',
    atypicallymphocyte: 'reactive_lymphocyte',
    smudgecell: 'smudge',
    artifact: 'artefact',
    notacell: 'not_a_cell',
  }),
);

/** The type of a class name: ours, as shown or as in files, or a usual synonym; null where it is none. */
export function typeOfName(name: string): CallType | null {
  const plain = plainName(name);
  return (
    CALL_TYPES.find((type) => plainName(type) === plain || plainName(TYPE_NAMES[type]) === plain) ??
    SYNONYMS.get(plain) ??
    null
  );
}

/** A class map cut to what is set; null where nothing is. */
function cutOut(px: Uint8Array, width: number, height: number): Shape | null {
  let [x0, y0, x1, y1] = [width, height, 0, 0];
  for (let i = 0; i < px.length; i++) {
    if (!px[i]) continue;
    const x = i % width;
    const y = (i - x) / width;
    [x0, y0, x1, y1] = [Math.min(x0, x), Math.min(y0, y), Math.max(x1, x + 1), Math.max(y1, y + 1)];
  }
  if (x1 <= x0) return null;
  const [w, h] = [x1 - x0, y1 - y0];
  const cut = new Uint8Array(w * h);
  for (let y = 0; y < h; y++) cut.set(px.subarray((y0 + y) * width + x0, (y0 + y) * width + x1), y * w);
  const mask: Mask = encodeMask(cut, w, h);
  return { box: { x0, y0, x1, y1 }, mask };
}

/** Extent of all corners; a ring may have more of them than a call may have arguments. */
function extentOf(rings: readonly Corner[][]): { left: number; top: number; right: number; bottom: number } {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const ring of rings) {
    for (const [x, y] of ring) {
      [left, right] = [Math.min(left, x), Math.max(right, x)];
      [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
    }
  }
  return { left, top, right, bottom };
}

/**
 * Polygons, each of an outer ring and its holes, rasterised over their own extent only; where polygons overlap, both hold the px. Null where
 * nothing of them is in the image.
 */
export function fromPolygons(polygons: readonly Corner[][][], width: number, height: number): Shape | null {
  const { left, top, right, bottom } = extentOf(polygons.flat());
  const [x0, y0] = [Math.max(0, Math.floor(left)), Math.max(0, Math.floor(top))];
  const w = Math.min(width, Math.ceil(right)) - x0;
  const h = Math.min(height, Math.ceil(bottom)) - y0;
  if (!(w > 0 && h > 0)) return null;
  const px = new Uint8Array(w * h);
  for (const polygon of polygons) {
    const local = polygon.map((ring) => ring.map(([x, y]): Corner => [x - x0, y - y0]));
    rasterise(local, px, w, h);
  }
  const shape = cutOut(px, w, h);
  if (!shape) return null;
  const { box, mask } = shape;
  return { mask, box: { x0: box.x0 + x0, y0: box.y0 + y0, x1: box.x1 + x0, y1: box.y1 + y0 } };
}

/** The shape with those of its px as nucleus that are not 0 in `core`, which is as large as its box. */
export function markNucleus({ box, mask }: Shape, core: ArrayLike<number>): Shape {
  const classes = decodeMask(mask).map((value, i) => (value && core[i] ? NUCLEUS : value));
  return { box, mask: encodeMask(classes, mask.width, mask.height) };
}

export const rectangle = (x: number, y: number, w: number, h: number): Corner[] => [
  [x, y],
  [x + w, y],
  [x + w, y + h],
  [x, y + h],
];

export const isNumbers = (value: unknown): value is number[] => Array.isArray(value) && value.every(Number.isFinite);
export const objects = (value: unknown): Record<string, unknown>[] =>
  Array.isArray(value) ? value.filter((entry) => typeof entry === 'object' && entry !== null) : [];

export function unreadable(message: string): LeukolensError {
  return new LeukolensError(
    'not-annotations',
    message,
    'Open COCO instances or GeoJSON polygons of the images listed here.',
  );
}

/**
 * The listed image of a file name: by path, else by name alone where only one has it. Of a file that is listed several times the one
 * with this page open, where there is one.
 */
export function imageNamed<Image extends NamedImage>(
  images: readonly Image[],
  file: string,
  page: unknown,
): Image | undefined {
  const ofPage = images.filter((image) => !isOtherPage(image, page));
  return named(ofPage, file) ?? named(images, file);
}

/** Some systems write an accented letter as one character, others as two. */
const isSame = (a: string, b: string | undefined) => a.normalize() === b?.normalize();

function named<Image extends NamedImage>(images: readonly Image[], file: string): Image | undefined {
  const name = file.split(/[/\\]/).at(-1);
  const alike = images.filter((image) => isSame(image.name, name));
  return images.find(({ path }) => isSame(path, file)) ?? (alike.length === 1 ? alike[0] : undefined);
}

const isOtherPage = ({ page: open }: NamedImage, page: unknown) =>
  typeof page === 'number' && open !== undefined && page !== open;

/** What is wrong, and what to do, where annotations are of another page of their file than the one that is open here. */
export function ofOtherPage(image: NamedImage, page: unknown): { message: string; remedy: string } | null {
  if (!isOtherPage(image, page)) return null;
  return {
    message: `They are of page ${page} of ${image.path}, of which page ${image.page} is open here.`,
    // Turned to another page, a listed one would lose what was decided about it.
    remedy: `Open the image once more, choose page ${page} there, and open the annotations again.`,
  };
}

/** Counts what was left out by reason, so that a thousand faults are one line. */
export class LeftOut {
  readonly #counts = new Map<string, number>();
  add(reason: string): void {
    this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + 1);
  }
  lines(): string[] {
    return [...this.#counts].map(([reason, n]) =>
      n === 1 ? `One annotation: ${reason}.` : `${n} annotations: ${reason}.`,
    );
  }
}
