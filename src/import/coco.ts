/** COCO instances -> what people say is in the images. */
import { decodeMask } from '../domain/mask';
import type { AnnotatedImage, Annotation } from '../domain/review/compare';
import type { Shape } from '../domain/review/events';
import type { Corner } from '../domain/rings';
import { fromCounts, unpackCounts } from '../domain/rle';
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
  rectangle,
  typeOfName,
  unreadable,
} from './annotated';

interface CocoShape {
  segmentation?: unknown;
  bbox?: unknown;
  /** Run lengths, as our own exports have them. */
  nucleus?: unknown;
}

/** Run lengths over the whole image; null where they are none, or none of its size. */
function runsOf(coded: unknown, { width, height }: KnownImage): number[] | null {
  if (typeof coded !== 'object' || coded === null) return null;
  const { size, counts } = coded as { size?: unknown; counts?: unknown };
  if (!isNumbers(size) || size[0] !== height || size[1] !== width) return null;
  try {
    return typeof counts === 'string' ? unpackCounts(counts) : isNumbers(counts) ? counts : null;
  } catch {
    return null;
  }
}

/** The shape with the nucleus that is coded beside it; an empty one says that there is none. */
function withNucleus(shape: Shape, coded: unknown, image: KnownImage): Pick<Annotation, 'shape' | 'nucleusKnown'> {
  const runs = runsOf(coded, image);
  if (!runs) return { shape };
  const nucleus = fromCounts(runs, image.width, image.height);
  // Run lengths that do not cover the image say nothing.
  if (!nucleus)
    return runs.length === 1 && runs[0] === image.width * image.height ? { shape, nucleusKnown: true } : { shape };
  const { width, height } = shape.mask;
  const core = new Uint8Array(width * height);
  const [dx, dy] = [nucleus.box.x0 - shape.box.x0, nucleus.box.y0 - shape.box.y0];
  for (const [i, value] of decodeMask(nucleus.mask).entries()) {
    const [x, y] = [(i % nucleus.mask.width) + dx, Math.floor(i / nucleus.mask.width) + dy];
    if (value && x >= 0 && y >= 0 && x < width && y < height) core[y * width + x] = 1;
  }
  return { shape: markNucleus(shape, core), nucleusKnown: true };
}

function cocoShape(annotation: CocoShape, image: KnownImage): Omit<Annotation, 'type'> | null {
  const outline = outlineOf(annotation, image);
  return outline && !outline.boxOnly
    ? { ...outline, ...withNucleus(outline.shape, annotation.nucleus, image) }
    : outline;
}

function outlineOf({ segmentation, bbox }: CocoShape, image: KnownImage): Pick<Annotation, 'shape' | 'boxOnly'> | null {
  const { width, height } = image;
  if (Array.isArray(segmentation) && segmentation.length > 0) {
    const rings = segmentation.filter(isNumbers).map((flat) => {
      const ring: Corner[] = [];
      for (let i = 0; i + 1 < flat.length; i += 2) ring.push([flat[i] as number, flat[i + 1] as number]);
      return ring;
    });
    // As pycocotools has it: parts, of which none is a hole.
    const parts = rings.map((ring) => [ring]);
    const shape = parts.length > 0 ? fromPolygons(parts, width, height) : null;
    return shape && { shape, boxOnly: false };
  }
  if (typeof segmentation === 'object' && segmentation !== null && !Array.isArray(segmentation)) {
    const runs = runsOf(segmentation, image);
    const shape = runs && fromCounts(runs, width, height);
    return shape && { shape, boxOnly: false };
  }
  if (!isNumbers(bbox) || bbox.length !== 4) return null;
  const [x = 0, y = 0, w = 0, h = 0] = bbox;
  const shape = fromPolygons([[rectangle(x, y, w, h)]], width, height);
  return shape && { shape, boxOnly: true };
}

/** The images that the file is about. */
export function cocoImages(data: Record<string, unknown>, known: readonly NamedImage[]): string[] {
  return objects(data.images).flatMap(({ file_name, page }) => imageNamed(known, String(file_name), page)?.id ?? []);
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
  for (const { id, file_name, width, height, page } of listed) {
    const image = imageNamed(known, String(file_name), page);
    const other = image && ofOtherPage(image, page);
    if (!image) leftOut.push(`${String(file_name)} is not among the images listed here.`);
    else if (other) leftOut.push(`${other.message} ${other.remedy}`);
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
    if (!category?.type) {
      faults.add(`the class '${category?.name ?? String(annotation.category_id)}' is none that is known here`);
      continue;
    }
    const shape = cocoShape(annotation, place.image);
    if (!shape) faults.add('no outline or box that fits its image');
    else place.annotations.push({ type: category.type, ...shape });
  }
  return {
    images: [...found.values()].map(({ imageId, annotations: own }) => ({ imageId, annotations: own })),
    leftOut: [...leftOut, ...faults.lines()],
  };
}
