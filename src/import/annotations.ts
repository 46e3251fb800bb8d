/** COCO and GeoJSON annotations -> what people say is in the images; what cannot be read is listed, not guessed. */
import { CALL_TYPES, type CallType, TYPE_NAMES } from '../domain/cellType';
import { LeukolensError } from '../domain/errors';
import { encodeMask, type Mask } from '../domain/mask';
import type { AnnotatedImage, Annotation } from '../domain/review/compare';
import type { Shape } from '../domain/review/events';
import { type Corner, rasterise } from '../domain/rings';
import { fromCounts, unpackCounts } from '../domain/rle';
import { namer } from '../export/names';

export interface Annotations {
  images: AnnotatedImage[];
  leftOut: string[];
}

/** What of an image the reading needs. */
export interface KnownImage {
  id: string;
  name: string;
  path: string;
  width: number;
  height: number;
}

const MOST = 200_000;

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

/** A class map of a whole image cut to what is set; null where nothing is. */
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

/** Rings rasterised over their own extent only. */
function fromRings(rings: readonly Corner[][], width: number, height: number): Shape | null {
  const xs = rings.flat().map(([x]) => x);
  const ys = rings.flat().map(([, y]) => y);
  const x0 = Math.max(0, Math.floor(Math.min(...xs)));
  const y0 = Math.max(0, Math.floor(Math.min(...ys)));
  const w = Math.min(width, Math.ceil(Math.max(...xs))) - x0;
  const h = Math.min(height, Math.ceil(Math.max(...ys))) - y0;
  if (!(w > 0 && h > 0)) return null;
  const px = new Uint8Array(w * h);
  const local = rings.map((ring) => ring.map(([x, y]): Corner => [x - x0, y - y0]));
  rasterise(local, px, w, h);
  const shape = cutOut(px, w, h);
  if (!shape) return null;
  const { box, mask } = shape;
  return { mask, box: { x0: box.x0 + x0, y0: box.y0 + y0, x1: box.x1 + x0, y1: box.y1 + y0 } };
}

const rectangle = (x: number, y: number, w: number, h: number): Corner[] => [
  [x, y],
  [x + w, y],
  [x + w, y + h],
  [x, y + h],
];

const isNumbers = (value: unknown): value is number[] => Array.isArray(value) && value.every(Number.isFinite);
const objects = (value: unknown): Record<string, unknown>[] =>
  Array.isArray(value) ? value.filter((entry) => typeof entry === 'object' && entry !== null) : [];

function unreadable(message: string): LeukolensError {
  return new LeukolensError(
    'not-annotations',
    message,
    'Open COCO instances or GeoJSON polygons of the images listed here.',
  );
}

/** The listed image of a file name: by path, else by name alone where only one has it. */
function imageNamed(images: readonly KnownImage[], file: string): KnownImage | undefined {
  const name = file.split(/[/\\]/).at(-1);
  const named = images.filter((image) => image.name === name);
  return images.find(({ path }) => path === file) ?? (named.length === 1 ? named[0] : undefined);
}

interface CocoShape {
  segmentation?: unknown;
  bbox?: unknown;
}

function cocoShape({ segmentation, bbox }: CocoShape, { width, height }: KnownImage): Omit<Annotation, 'type'> | null {
  if (Array.isArray(segmentation) && segmentation.length > 0) {
    const rings = segmentation.filter(isNumbers).map((flat) => {
      const ring: Corner[] = [];
      for (let i = 0; i + 1 < flat.length; i += 2) ring.push([flat[i] as number, flat[i + 1] as number]);
      return ring;
    });
    const shape = rings.length > 0 ? fromRings(rings, width, height) : null;
    return shape && { shape, boxOnly: false };
  }
  if (typeof segmentation === 'object' && segmentation !== null && !Array.isArray(segmentation)) {
    const { size, counts } = segmentation as { size?: unknown; counts?: unknown };
    if (!isNumbers(size) || size[0] !== height || size[1] !== width) return null;
    try {
      const runs = typeof counts === 'string' ? unpackCounts(counts) : isNumbers(counts) ? counts : [];
      const px = fromCounts(runs, width, height);
      const shape = px && cutOut(px, width, height);
      return shape && { shape, boxOnly: false };
    } catch {
      return null;
    }
  }
  if (!isNumbers(bbox) || bbox.length !== 4) return null;
  const [x = 0, y = 0, w = 0, h = 0] = bbox;
  const shape = fromRings([rectangle(x, y, w, h)], width, height);
  return shape && { shape, boxOnly: true };
}

/** Counts what was left out by reason, so that a thousand faults are one line. */
class LeftOut {
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

export function readCoco(data: Record<string, unknown>, known: readonly KnownImage[]): Annotations {
  const listed = objects(data.images);
  const annotations = objects(data.annotations);
  if (annotations.length > MOST)
    throw unreadable(`The file has ${annotations.length} annotations; at most ${MOST} are read.`);
  const types = new Map(
    objects(data.categories).map(({ id, name }) => [id, { name: String(name), type: typeOfName(String(name)) }]),
  );
  const found = new Map<unknown, AnnotatedImage & { image: KnownImage }>();
  const leftOut: string[] = [];
  for (const { id, file_name, width, height } of listed) {
    const image = imageNamed(known, String(file_name));
    if (!image) leftOut.push(`${String(file_name)} is not among the images listed here.`);
    else if (width !== image.width || height !== image.height) {
      leftOut.push(
        `${String(file_name)} is ${String(width)} × ${String(height)} px there and ${image.width} × ${image.height} px here: its annotations are left out.`,
      );
    } else found.set(id, { imageId: image.id, image, annotations: [] });
  }
  const faults = new LeftOut();
  for (const annotation of annotations) {
    const place = found.get(annotation.image_id);
    // Why the image was left out is said once, for all of its annotations.
    if (!place) continue;
    const category = types.get(annotation.category_id);
    const shape = cocoShape(annotation, place.image);
    if (!category?.type)
      faults.add(`the class '${category?.name ?? String(annotation.category_id)}' is none that is known here`);
    else if (!shape) faults.add('no outline or box that fits its image');
    else place.annotations.push({ type: category.type, ...shape });
  }
  return {
    images: [...found.values()].map(({ imageId, annotations: own }) => ({ imageId, annotations: own })),
    leftOut: [...leftOut, ...faults.lines()],
  };
}

function ringsOf(geometry: unknown): Corner[][] | null {
  const { type, coordinates } = (geometry ?? {}) as { type?: unknown; coordinates?: unknown };
  const polygons = type === 'Polygon' ? [coordinates] : type === 'MultiPolygon' ? coordinates : null;
  if (!Array.isArray(polygons)) return null;
  const rings: Corner[][] = [];
  for (const ring of polygons.flat() as unknown[]) {
    if (!Array.isArray(ring) || ring.length < 4 || !ring.every((corner) => isNumbers(corner) && corner.length >= 2))
      return null;
    rings.push(ring.slice(0, -1).map(([x, y]): Corner => [x as number, y as number]));
  }
  return rings.length > 0 ? rings : null;
}

/** Where two images may be meant, one is never taken for the other. */
function unclear(message: string): LeukolensError {
  const remedy =
    'Name the file after its image, as field-1.png.geojson (in the folder of the same name, where several are called so), and open it again.';
  return new LeukolensError('not-annotations', message, remedy);
}

const lastPart = (path: string) => path.split('/').at(-1) as string;
const extensionless = (path: string) => path.replace(/(?<=[^/])\.[^./]+$/, '');

/** Images that a GeoJSON file may be named after: by their own names, and by those that exports give them (export/names.ts). */
function namedAfter(file: string, known: readonly KnownImage[]): readonly KnownImage[] {
  const stem = file.replaceAll('\\', '/').replace(/\.(geo)?json$/i, '');
  const exportName = namer();
  const names = known.map(({ path }) => [path, extensionless(path), exportName(path)]);
  const whole = known.filter((_, i) => names[i]?.some((name) => stem === name || stem.endsWith(`/${name}`)));
  // Files are dropped without their folders: the last part of a path has to do where nothing fits the whole.
  const folders = whole.some((image) => image.path.includes('/'));
  return folders ? whole : known.filter((_, i) => names[i]?.some((name) => lastPart(name) === lastPart(stem)));
}

/**
 * The image that GeoJSON is of: the one that our own exports name, else the one its file is named after, else `only`, the one
 * image that is open. Throws LeukolensError where that leaves none or several.
 */
function imageOf(
  features: readonly Record<string, unknown>[],
  file: string,
  known: readonly KnownImage[],
  only: string | null,
): KnownImage {
  const [first] = features;
  const { leukolens } = (first?.properties ?? {}) as { leukolens?: { image?: unknown } };
  const own = typeof leukolens?.image === 'string' ? leukolens.image : null;
  const told = own === null ? undefined : imageNamed(known, own);
  if (told) return told;
  const named = namedAfter(file, known);
  const [image, another] = named;
  if (another) throw unclear(`Its name fits ${named.length} of the images listed here: ${paths(named)}.`);
  if (image) return image;
  const alone = own === null ? known.find(({ id }) => id === only) : undefined;
  if (alone) return alone;
  throw unclear(
    own === null
      ? 'It does not say which image it is of, and its name is that of none that is listed and analysed here.'
      : `It is of ${own}, which is not among the images that are listed and analysed here.`,
  );
}

const paths = (images: readonly KnownImage[]) =>
  images
    .slice(0, 3)
    .map(({ path }) => path)
    .join(', ');

/** GeoJSON has no field for its image; `only` is the id of the one image that is open, null where there are others. */
export function readGeojson(
  data: Record<string, unknown>,
  file: string,
  known: readonly KnownImage[],
  only: string | null,
): Annotations {
  const features = data.type === 'Feature' ? [data] : objects(data.features);
  const image = imageOf(features, file, known, only);
  if (features.length > MOST)
    throw unreadable(`The file has ${features.length} annotations; at most ${MOST} are read.`);
  const faults = new LeftOut();
  const annotations: Annotation[] = [];
  for (const { geometry, nucleusGeometry, properties } of features) {
    const { classification, leukolens } = (properties ?? {}) as {
      classification?: { name?: unknown; names?: unknown };
      leukolens?: { type?: unknown };
    };
    const names = Array.isArray(classification?.names) ? classification.names : [leukolens?.type, classification?.name];
    const type = names
      .map((name) => (typeof name === 'string' ? typeOfName(name) : null))
      .find((entry) => entry !== null);
    const rings = ringsOf(geometry);
    const shape = rings && fromRings(rings, image.width, image.height);
    if (!type) faults.add(`the class '${String(classification?.name ?? 'none')}' is none that is known here`);
    else if (!shape) faults.add('no polygon within the image');
    else annotations.push({ type, shape: withNucleus(shape, ringsOf(nucleusGeometry)), boxOnly: false });
  }
  return { images: [{ imageId: image.id, annotations }], leftOut: faults.lines() };
}

/** The shape with the px of its nucleus as such. */
function withNucleus({ box, mask }: Shape, rings: readonly Corner[][] | null): Shape {
  if (!rings) return { box, mask };
  const { width, height } = mask;
  const core = new Uint8Array(width * height);
  rasterise(
    rings.map((ring) => ring.map(([x, y]): Corner => [x - box.x0, y - box.y0])),
    core,
    width,
    height,
  );
  let at = 0;
  const classes = new Uint8Array(width * height);
  for (let i = 0; i < mask.runs.length; i += 2) {
    const length = mask.runs[i] as number;
    for (let k = at; k < at + length; k++) classes[k] = mask.runs[i + 1] ? 1 + (core[k] as number) : 0;
    at += length;
  }
  return { box, mask: encodeMask(classes, width, height) };
}

/** Annotations of either kind; null where the data is neither. */
export function readAnnotations(
  data: unknown,
  file: string,
  known: readonly KnownImage[],
  only: string | null,
): Annotations | null {
  if (typeof data !== 'object' || data === null) return null;
  const record = data as Record<string, unknown>;
  if (Array.isArray(record.annotations) && Array.isArray(record.images)) return readCoco(record, known);
  if (record.type === 'FeatureCollection' || record.type === 'Feature') return readGeojson(record, file, known, only);
  return null;
}
