// Polygons of others: several of one annotation, holes, and rings longer than any call has arguments.
import { expect, test } from 'vitest';
import { decodeMask, maskAreas } from '../domain/mask';
import type { Corner } from '../domain/rings';
import { readCoco } from './coco';
import { readGeojson } from './geojson';

const [width, height] = [500, 400];
const known = [{ id: 'a', name: 'a.png', path: 'a.png', width, height }];
const cocoOf = (...annotations: object[]) =>
  readCoco(
    {
      images: [{ id: 1, file_name: 'a.png', width, height }],
      categories: [{ id: 1, name: 'neutrophil' }],
      annotations: annotations.map((one) => ({ image_id: 1, category_id: 1, ...one })),
    },
    known,
  );
const geojsonOf = (name: string, coordinates: Corner[][]) =>
  readGeojson(
    {
      ...{ type: 'Feature', properties: { classification: { name } } },
      geometry: { type: 'Polygon', coordinates: coordinates.map((ring) => [...ring, ring[0]]) },
    },
    'a.geojson',
    known,
    'a',
  );
const square = (x0: number, y0: number, x1: number, y1: number) => [x0, y0, x1, y0, x1, y1, x0, y1];
const areaIn = (found: ReturnType<typeof readCoco>) => maskAreas(found.images[0]!.annotations[0]!.shape.mask).cell;

test('what two COCO polygons of one annotation share belongs to it', () => {
  const segmentation = [square(10, 10, 50, 50), square(30, 10, 70, 50), square(100, 10, 110, 20)];
  const { annotations } = cocoOf({ segmentation }).images[0]!;
  const { box, mask } = annotations[0]!.shape;
  expect(box).toEqual({ x0: 10, y0: 10, x1: 110, y1: 50 });
  expect(maskAreas(mask).cell).toBe(60 * 40 + 10 * 10);
  // In the middle of what they share.
  expect(decodeMask(mask)[20 * mask.width + 30]).toBe(1);
});

test('a hole of GeoJSON stays a hole', () => {
  const ring = (x0: number, x1: number): Corner[] => [
    [x0, x0],
    [x1, x0],
    [x1, x1],
    [x0, x1],
  ];
  expect(areaIn(geojsonOf('neutrophil', [ring(10, 50), ring(20, 30)]))).toBe(40 * 40 - 10 * 10);
});

const circle = (corners: number) =>
  Array.from({ length: corners }, (_, i): Corner => {
    const angle = (2 * Math.PI * i) / corners;
    return [250 + 150 * Math.cos(angle), 200 + 150 * Math.sin(angle)];
  });

test('rings of 200,000 corners are read; of a class that is none only that is said', () => {
  const long = circle(200_000);
  expect(areaIn(geojsonOf('neutrophil', [long])) / (Math.PI * 150 ** 2)).toBeCloseTo(1, 3);
  expect(areaIn(cocoOf({ segmentation: [long.flat()] }))).toBe(areaIn(geojsonOf('neutrophil', [long])));
  expect(geojsonOf('Tissue', [long])).toMatchObject({
    images: [{ annotations: [] }],
    leftOut: ["One annotation: the class 'Tissue' is none that is known here."],
  });
});
