/** COCO and GeoJSON annotations -> what people say is in the images; what cannot be read is listed, not guessed. */
import type { Annotations, KnownImage } from './annotated';
import { readCoco } from './coco';
import { readGeojson } from './geojson';

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
