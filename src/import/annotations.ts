/** COCO and GeoJSON annotations -> what people say is in the images; what cannot be read is listed, not guessed. */
import type { Annotations, KnownImage, NamedImage } from './annotated';
import { cocoImages, readCoco } from './coco';
import { geojsonImage, readGeojson } from './geojson';

/** Of which kind data is; null where it is neither. */
function kindOf(data: unknown): { kind: 'coco' | 'geojson'; record: Record<string, unknown> } | null {
  if (typeof data !== 'object' || data === null) return null;
  const record = data as Record<string, unknown>;
  if (Array.isArray(record.annotations) && Array.isArray(record.images)) return { kind: 'coco', record };
  if (record.type === 'FeatureCollection' || record.type === 'Feature') return { kind: 'geojson', record };
  return null;
}

export const isAnnotations = (data: unknown) => kindOf(data) !== null;

/** Annotations of either kind; null where the data is neither. */
export function readAnnotations(
  data: unknown,
  file: string,
  known: readonly KnownImage[],
  only: string | null,
): Annotations | null {
  const found = kindOf(data);
  if (!found) return null;
  return found.kind === 'coco' ? readCoco(found.record, known) : readGeojson(found.record, file, known, only);
}

/** Ids of the images that annotations are about, as readAnnotations would take them, whether or not their size is known yet. */
export function imagesOf(data: unknown, file: string, known: readonly NamedImage[], only: string | null): string[] {
  const found = kindOf(data);
  if (!found) return [];
  if (found.kind === 'coco') return cocoImages(found.record, known);
  const id = geojsonImage(found.record, file, known, only);
  return id === null ? [] : [id];
}
