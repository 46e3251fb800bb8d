// Annotations of others: what fits is compared with the model, what does not is listed.
import { expect, test } from 'vitest';
import { maskAreas } from '../domain/mask';
import type { ReviewCell } from '../domain/review/cells';
import { compare } from '../domain/review/compare';
import { coco } from '../export/coco';
import { exampleSession } from '../export/example.fixture';
import { geojson } from '../export/geojson';
import { analysedOf } from '../export/input';
import { typeOfName } from './annotated';
import { imagesOf, readAnnotations } from './annotations';
import { readCoco } from './coco';
import { readGeojson } from './geojson';

const session = exampleSession();
const images = analysedOf(session);
const known = images.map(({ id, file, analysis }) => ({
  ...{ id, path: file, name: file.replace(/^set\//, '') },
  ...{ width: analysis.width, height: analysis.height },
}));
const plain = (value: object): Record<string, unknown> => JSON.parse(JSON.stringify(value));
const compared = (found: ReturnType<typeof readCoco>) =>
  compare(
    found.images.map(({ imageId, annotations }) => ({
      id: imageId,
      cells: images.find(({ id }) => id === imageId)!.cells,
      truth: annotations,
    })),
  );

test('our own COCO read back is every cell with its mask and what stands as its type', () => {
  const found = readCoco(plain(coco(session)), known);
  expect(found.leftOut).toEqual([]);
  const result = compared(found);
  expect(result.missed).toEqual([]);
  expect(result.extra).toEqual([]);
  expect(result.meanDice).toBeCloseTo(1, 10);
  for (const { cell, truth } of result.matches) {
    expect(truth.type).toBe((cell as ReviewCell).type);
    // With its nucleus.
    expect(truth.shape.mask).toEqual(cell.mask);
    expect(truth.nucleusKnown).toBe(true);
  }
  const agreed = images.flatMap(({ cells }) => cells).filter(({ type, modelCall }) => type === modelCall).length;
  expect(result.agreed).toBe(agreed);
  const { types, counts } = result.confusion;
  expect(counts.flat().reduce((a, b) => a + b, 0)).toBe(result.matches.length);
  expect(types.reduce((sum, _, i) => sum + (counts[i]?.[i] ?? 0), 0)).toBe(agreed);
});

test('our own GeoJSON read back is the cells with their nuclei', () => {
  const image = images[1]!;
  const found = readGeojson(plain(geojson(image)), known[1]!.name.replace('.jpg', '.geojson'), known, null);
  expect(found.leftOut).toEqual([]);
  expect(found.images[0]?.imageId).toBe(image.id);
  expect(found.images[0]?.annotations).toHaveLength(image.cells.length);
  found.images[0]?.annotations.forEach(({ type, shape }, i) => {
    expect(type).toBe(image.cells[i]!.type);
    expect(shape.mask).toEqual(image.cells[i]!.mask);
    expect(shape.box).toEqual(image.cells[i]!.box);
  });
});

/** As another program writes it: our own say in each feature which image they are of. */
function foreign(image = images[0]!): Record<string, unknown> {
  const data = plain(geojson(image)) as { features: { properties: { leukolens?: unknown } }[] };
  for (const { properties } of data.features) delete properties.leukolens;
  return data;
}
const at = (path: string) => ({ ...known[0]!, id: path, path, name: path.split('/').at(-1)! });
const imageOf = (data: Record<string, unknown>, file: string, listed: typeof known, only: string | null = null) =>
  readGeojson(data, file, listed, only).images[0]?.imageId;

test('GeoJSON without a name that tells is of the only image that is open, or of none', () => {
  expect(imageOf(foreign(), 'export.geojson', known.slice(0, 1), known[0]!.id)).toBe(known[0]!.id);
  expect(() => imageOf(foreign(), 'export.geojson', known)).toThrow(/does not say which image/);
});

test('GeoJSON is of the image that it is named after, by its folder too; where several are, of none', () => {
  const listed = [at('a.jpg'), at('a.png'), at('s1/f1.png'), at('s2/f1.png'), at('b?.png')];
  expect(imageOf(foreign(), 'a.png.geojson', listed)).toBe('a.png');
  // As the exports call the second of two.
  expect(imageOf(foreign(), 'a-2.geojson', listed)).toBe('a.png');
  expect(imageOf(foreign(), 'b_.geojson', listed)).toBe('b?.png');
  expect(imageOf(foreign(), 's2/f1.geojson', listed)).toBe('s2/f1.png');
  expect(imageOf(foreign(), 'outlines/s1/f1.geojson', listed)).toBe('s1/f1.png');
  for (const file of ['a.geojson', 'f1.geojson']) {
    expect(() => imageOf(foreign(), file, listed, 'a.jpg')).toThrow(/fits 2 of the images/);
  }
});

test('our own GeoJSON says which image it is of, whatever the file is called', () => {
  const listed = [at('a.jpg'), at('a.png')];
  const own = (file: string) => plain(geojson({ ...images[0]!, file }));
  expect(imageOf(own('a.jpg'), 'a.geojson', listed)).toBe('a.jpg');
  expect(imageOf(own('a.png'), 'renamed.geojson', listed)).toBe('a.png');
  expect(() => imageOf(own('c.png'), 'renamed.geojson', [at('a.jpg')], 'a.jpg')).toThrow(/is of c\.png/);
});

test('annotations of another page of a stack are not taken for those of the one that is open', () => {
  const image = { ...images[1]!, page: 2, pages: 3 };
  const onPage = (page?: number) => known.map((entry) => (entry.id === image.id && page ? { ...entry, page } : entry));
  const data = plain(geojson(image));
  expect(() => readGeojson(data, 'x.geojson', onPage(1), null)).toThrow(
    /of page 2 of .*, of which page 1 is open here/,
  );
  for (const here of [onPage(2), onPage()]) {
    expect(readGeojson(data, 'x.geojson', here, null).images[0]?.annotations).toHaveLength(image.cells.length);
  }
  const listed = coco(session);
  listed.images = listed.images.map((entry) =>
    entry.file_name === image.file ? { ...entry, page: 2, pages: 3 } : entry,
  );
  const found = readCoco(plain(listed), onPage(1));
  expect(found.images.map(({ imageId }) => imageId)).not.toContain(image.id);
  expect(found.leftOut).toEqual([
    expect.stringMatching(/page 2 of .*, of which page 1 is open here\. Open the image once more/),
  ]);
  expect(readCoco(plain(listed), onPage(2)).leftOut).toEqual([]);
  // The file is listed twice, once with each page.
  const twice = [...onPage(1), { ...known.find(({ id }) => id === image.id)!, id: 'again', page: 2 }];
  expect(readGeojson(data, 'x.geojson', twice, null).images[0]?.imageId).toBe('again');
  expect(imagesOf(data, 'x.geojson', twice, null)).toEqual(['again']);
  expect(readCoco(plain(listed), twice).images.map(({ imageId }) => imageId)).toContain('again');
  expect(imagesOf(plain(listed), 'x.json', twice, null)).toContain('again');
});

test('polygons, boxes and plain run lengths are read; classes go by their usual names', () => {
  const { id, name, width, height } = known[0]!;
  const data = {
    images: [{ id: 5, file_name: name, width, height }],
    categories: [
      { id: 1, name: 'Segmented neutrophil' },
      { id: 2, name: 'Ufo' },
    ],
    annotations: [
      { image_id: 5, category_id: 1, segmentation: [[10, 10, 20, 10, 20, 20, 10, 20]] },
      { image_id: 5, category_id: 1, bbox: [30, 30, 5, 6] },
      { image_id: 5, category_id: 1, segmentation: { size: [height, width], counts: [3, 4, width * height - 7] } },
      { image_id: 5, category_id: 2, bbox: [0, 0, 5, 5] },
      { image_id: 5, category_id: 1, segmentation: { size: [1, 1], counts: '04' } },
      { image_id: 5, category_id: 1, bbox: [900, 900, 5, 5] },
    ],
  };
  const found = readAnnotations(data, 'a.json', known, null)!;
  expect(found.images).toHaveLength(1);
  expect(found.images[0]).toMatchObject({ imageId: id });
  expect(found.images[0]!.annotations.map(({ type, boxOnly, shape }) => [type, boxOnly, shape.box])).toEqual([
    ['neutrophil', false, { x0: 10, y0: 10, x1: 20, y1: 20 }],
    ['neutrophil', true, { x0: 30, y0: 30, x1: 35, y1: 36 }],
    ['neutrophil', false, { x0: 0, y0: 3, x1: 1, y1: 7 }],
  ]);
  expect(found.leftOut).toEqual([
    expect.stringMatching(/'Ufo' is none/),
    expect.stringMatching(/^2 annotations: no outline/),
  ]);
});

const square = (x: number, y: number, side: number) => [x, y, x + side, y, x + side, y + side, x, y + side];
const annotated = (segmentation: unknown, file_name = known[0]!.path) => ({
  images: [{ id: 1, file_name, width: known[0]!.width, height: known[0]!.height }],
  categories: [{ id: 1, name: 'Monocyte' }],
  annotations: [{ id: 1, image_id: 1, category_id: 1, segmentation }],
});

test('parts of one COCO annotation that overlap are one outline, as pycocotools has it', () => {
  const data = annotated([square(20, 20, 40), square(40, 20, 40)]);
  const [truth] = readCoco(data, known).images[0]!.annotations;
  expect(maskAreas(truth!.shape.mask).cell).toBe(60 * 40);
});

test('a region with more corners than a call may have arguments is no obstacle, whatever its class', () => {
  const { width, height } = known[0]!;
  const around = Array.from({ length: 300_000 }, (_, i) => {
    const angle = (2 * Math.PI * i) / 300_000;
    return [width / 2 + 30 * Math.cos(angle), height / 2 + 30 * Math.sin(angle)];
  });
  const feature = (name: string) => ({
    type: 'Feature',
    geometry: { type: 'Polygon', coordinates: [[...around, around[0]]] },
    properties: { classification: { name } },
  });
  const features = [feature('Tissue'), feature('Monocyte')];
  const found = readGeojson({ type: 'FeatureCollection', features }, 'x.geojson', known.slice(0, 1), known[0]!.id);
  expect(found.leftOut).toEqual(["One annotation: the class 'Tissue' is none that is known here."]);
  const area = maskAreas(found.images[0]!.annotations[0]!.shape.mask).cell;
  expect(Math.abs(area / (Math.PI * 900) - 1)).toBeLessThan(0.01);
});

test('names are the same however their accents are written', () => {
  const name = 'f\u00ebld.png';
  const listed = [{ ...known[0]!, name, path: name }];
  const found = readCoco(annotated([square(20, 20, 40)], name.normalize('NFD')), listed);
  expect(found.images[0]?.annotations).toHaveLength(1);
});

test('images of another size, and images that are not here, are left out with their reason', () => {
  const data = plain(coco(session)) as { images: { file_name: string; width: number }[] };
  data.images[0]!.width += 1;
  data.images[1]!.file_name = 'elsewhere.png';
  const found = readCoco(data as never, known);
  expect(found.images).toHaveLength(1);
  expect(found.leftOut).toEqual([
    expect.stringMatching(/261 × 210 px there and 260 × 210 px here/),
    expect.stringMatching(/elsewhere\.png is not among/),
  ]);
});

test('what is neither is not taken for it', () => {
  expect(readAnnotations({ format: 'leukolens-session' }, 'a.json', known, null)).toBeNull();
  expect(readAnnotations(null, 'a.json', known, null)).toBeNull();
  expect(typeOfName('constructor')).toBeNull();
});
