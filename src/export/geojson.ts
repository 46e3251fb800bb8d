/** An image's cells -> GeoJSON as QuPath reads it: a cell an object, with its nucleus, its class and its colour. */
import { TYPE_NAMES } from '../domain/cellType';
import { TYPE_COLORS } from '../domain/palette';
import { isUnseen, type ReviewCell, standingProbability } from '../domain/review/cells';
import { type Polygon, polygons } from '../domain/rings';
import type { AnalysedImage } from './input';
import { measuresResult } from './results';

type Geometry = { type: 'Polygon'; coordinates: number[][][] } | { type: 'MultiPolygon'; coordinates: number[][][][] };

export interface Feature {
  type: 'Feature';
  id: string;
  geometry: Geometry;
  /** QuPath's own; only where there is a nucleus. */
  nucleusGeometry?: Geometry;
  properties: Record<string, unknown>;
}

export interface FeatureCollection {
  type: 'FeatureCollection';
  features: Feature[];
}

/** Closed rings in px of the image. */
function geometry(found: readonly Polygon[], x0: number, y0: number): Geometry | null {
  const closed = found.map((polygon) =>
    polygon.map((ring) => [...ring, ring[0] as [number, number]].map(([x, y]) => [x + x0, y + y0])),
  );
  const [first] = closed;
  if (!first) return null;
  return closed.length === 1 ? { type: 'Polygon', coordinates: first } : { type: 'MultiPolygon', coordinates: closed };
}

/** A number that QuPath's identifiers are made of: the same cell of the same image has the same. */
function uuid(imageId: string, cellId: number): string {
  const tail = cellId.toString(16).padStart(12, '0');
  return /^[0-9a-f]{8}-/i.test(imageId) ? `${imageId.slice(0, 24)}${tail}` : `00000000-0000-4000-8000-${tail}`;
}

const channels = (hex: string) => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));

function feature(image: AnalysedImage, cell: ReviewCell): Feature[] {
  const { x0, y0 } = cell.box;
  const whole = geometry(polygons(cell.mask, 1), x0, y0);
  if (!whole) return [];
  const nucleus = geometry(polygons(cell.mask, 2), x0, y0);
  const measures = measuresResult(image, cell);
  const unseen = isUnseen(cell);
  const numbers: [string, number | null | undefined][] = [
    // Of the class that the object has, whoever gave it.
    ['Confidence', standingProbability(cell)],
    ['Consistency', cell.consistency],
    ['Cell: Area px^2', cell.areas.cell],
    ['Nucleus: Area px^2', cell.areas.nucleus],
    ['Cell: Area µm^2', measures?.um?.cellArea],
    ['Nucleus: Area µm^2', measures?.um?.nucleusArea],
    ['Cell: Circularity', measures?.circularity],
    ['Cell: Solidity', measures?.solidity],
    ['Nucleus/Cytoplasm area ratio', measures?.nucleusToCytoplasm],
    ['Nucleus: Lobes', measures?.lobes],
  ];
  return [
    {
      type: 'Feature',
      id: uuid(image.id, cell.id),
      geometry: whole,
      ...(nucleus && { nucleusGeometry: nucleus }),
      properties: {
        objectType: 'cell',
        name: `Cell ${cell.id}`,
        classification: { name: TYPE_NAMES[cell.type], color: channels(TYPE_COLORS[cell.type]) },
        measurements: Object.fromEntries(
          numbers.filter(([, value]) => value != null && Number.isFinite(value)).map(([name, value]) => [name, value]),
        ),
        // GeoJSON has no field for its image: opened again, this tells which one it is of.
        leukolens: {
          image: image.file,
          ...(image.pages !== undefined && { page: image.page, pages: image.pages }),
          cell: cell.id,
          type: cell.type,
          by: cell.by,
          modelCall: unseen ? null : cell.modelCall,
        },
      },
    },
  ];
}

/** Coordinates are px of the upright image, x to the right, y down. */
export function geojson(image: AnalysedImage): FeatureCollection {
  return { type: 'FeatureCollection', features: image.cells.flatMap((cell) => feature(image, cell)) };
}
