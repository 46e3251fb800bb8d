/** GeoJSON polygons -> what people say is in one image. */
import { LeukolensError } from '../domain/errors';
import type { Annotation } from '../domain/review/compare';
import type { Shape } from '../domain/review/events';
import { type Corner, rasterise } from '../domain/rings';
import { namer } from '../export/names';
import {
  type Annotations,
  fromPolygons,
  imageNamed,
  isNumbers,
  type KnownImage,
  LeftOut,
  MOST,
  markNucleus,
  type NamedImage,
  objects,
  ofOtherPage,
  typeOfName,
  unreadable,
} from './annotated';

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
    'Name the file after its image, as field-1.png.geojson, and open it again; where several images are called so, with one of them open alone.';
  return new LeukolensError('not-annotations', message, remedy);
}

const lastPart = (path: string) => path.split('/').at(-1) as string;
const extensionless = (path: string) => path.replace(/(?<=[^/])\.[^./]+$/, '');

/** Images that a GeoJSON file may be named after: by their own names, and by those that exports give them (export/names.ts). */
function namedAfter<Image extends NamedImage>(file: string, known: readonly Image[]): readonly Image[] {
  // Accents may be written as one character or as two.
  const stem = file
    .normalize()
    .replaceAll('\\', '/')
    .replace(/\.(geo)?json$/i, '');
  const exportName = namer();
  const names = known.map(({ path }) => [path, extensionless(path), exportName(path)].map((name) => name.normalize()));
  const whole = known.filter((_, i) => names[i]?.some((name) => stem === name || stem.endsWith(`/${name}`)));
  // Files are dropped without their folders: the last part of a path has to do where nothing fits the whole.
  const folders = whole.some((image) => image.path.includes('/'));
  return folders ? whole : known.filter((_, i) => names[i]?.some((name) => lastPart(name) === lastPart(stem)));
}

/** What our own exports say of their image; another program may have drawn more, and put that first. */
function own(features: readonly Record<string, unknown>[]): { image?: unknown; page?: unknown } {
  for (const { properties } of features) {
    const { leukolens } = (properties ?? {}) as { leukolens?: object };
    if (leukolens) return leukolens;
  }
  return {};
}

/**
 * The image that GeoJSON is of: the one that our own exports name, else the one its file is named after, else `only`, the one
 * image that is open. Throws LeukolensError where that leaves none or several.
 */
function imageOf<Image extends NamedImage>(
  features: readonly Record<string, unknown>[],
  file: string,
  known: readonly Image[],
  only: string | null,
): Image {
  const { image: said, page } = own(features);
  const path = typeof said === 'string' ? said : null;
  const told = path === null ? undefined : imageNamed(known, path, page);
  if (told) return told;
  const named = namedAfter(file, known);
  const [image, another] = named;
  if (another) throw unclear(`Its name fits ${named.length} of the images listed here: ${paths(named)}.`);
  if (image) return image;
  const alone = path === null ? known.find(({ id }) => id === only) : undefined;
  if (alone) return alone;
  throw unclear(
    path === null
      ? 'It does not say which image it is of, and its name is that of none that is listed and analysed here.'
      : `It is of ${path}, which is not among the images that are listed and analysed here.`,
  );
}

/** The image that GeoJSON says, or its name says, it is of; null where that is none or several. */
export function geojsonImage(
  data: Record<string, unknown>,
  file: string,
  known: readonly NamedImage[],
  only: string | null,
): string | null {
  try {
    return imageOf(featuresOf(data), file, known, only).id;
  } catch {
    return null;
  }
}

const featuresOf = (data: Record<string, unknown>) => (data.type === 'Feature' ? [data] : objects(data.features));

const paths = (images: readonly NamedImage[]) =>
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
  const features = featuresOf(data);
  const image = imageOf(features, file, known, only);
  const other = ofOtherPage(image, own(features).page);
  if (other) throw new LeukolensError('not-annotations', other.message, other.remedy);
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
    if (!type) {
      // Not drawn: a region of the whole slide may have any number of corners.
      faults.add(`the class '${String(classification?.name ?? 'none')}' is none that is known here`);
      continue;
    }
    const rings = ringsOf(geometry);
    const shape = rings && fromPolygons([rings], image.width, image.height);
    if (!shape) faults.add('no polygon within the image');
    else {
      const nucleus = ringsOf(nucleusGeometry);
      // Our own exports leave the nucleus out where there is none.
      const nucleusKnown = nucleus !== null || (leukolens !== undefined && nucleusGeometry === undefined);
      annotations.push({ type, shape: nucleus ? withNucleus(shape, nucleus) : shape, boxOnly: false, nucleusKnown });
    }
  }
  return { images: [{ imageId: image.id, annotations }], leftOut: faults.lines() };
}

/** The shape with the px inside these rings as its nucleus. */
function withNucleus(shape: Shape, rings: readonly Corner[][]): Shape {
  const { box, mask } = shape;
  const core = new Uint8Array(mask.width * mask.height);
  const local = rings.map((ring) => ring.map(([x, y]): Corner => [x - box.x0, y - box.y0]));
  rasterise(local, core, mask.width, mask.height);
  return markNucleus(shape, core);
}
