/** COCO instances -> what people say is in the images. */
import type { AnnotatedImage, Annotation } from '../domain/review/compare';
import type { Corner } from '../domain/rings';
import { fromCounts, unpackCounts } from '../domain/rle';
import {
  type Annotations,
  fromRings,
  imageNamed,
  isNumbers,
  type KnownImage,
  LeftOut,
  MOST,
  objects,
  rectangle,
  typeOfName,
  unreadable,
} from './annotated';

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
      const shape = fromCounts(runs, width, height);
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
