// What is exported, held to its schema and to the session it was made of.
import { readFileSync } from 'node:fs';
import Ajv from 'ajv/dist/2020';
import { decode } from 'fast-png';
import { strFromU8, unzipSync } from 'fflate';
import Papa from 'papaparse';
import { expect, test } from 'vitest';
import { CELL_TYPES } from '../domain/cellType';
import { sha256 } from '../domain/hash';
import { decodeMask, encodeMask, maskAreas } from '../domain/mask';
import type { ReviewCell } from '../domain/review/cells';
import { count } from '../domain/review/count';
import { rasterise } from '../domain/rings';
import { fromCounts, unpackCounts } from '../domain/rle';
import { buildBundle, buildFormat } from './bundle';
import { coco } from './coco';
import { csv } from './csv';
import { exampleSession } from './example.fixture';
import { FORMATS } from './files';
import { geojson } from './geojson';
import { analysedOf, type ExportSession } from './input';
import { labelMaps } from './labelMaps';
import { report } from './report';
import { type ImageAnalysed, type Results, results } from './results';

const session = exampleSession();
const [first] = analysedOf(session);
const plain = <T>(value: T): T => JSON.parse(JSON.stringify(value));

const ajv = new Ajv({ strict: true, strictRequired: false, allowUnionTypes: true });
const valid = ajv.compile(JSON.parse(readFileSync('docs/results.schema.json', 'utf8')));

test('results say what was found, who decided, and what the model had said', () => {
  const made = results(session);
  expect(made).toMatchObject({ version: 3, model: { hash: '0123456789ab' } });
  const image = made.images[0] as ImageAnalysed;
  expect(image).toMatchObject({ file: 'set/field 1.png', slide: '=slide, "one"', signed: true });
  expect(image.scale).toEqual({ umPerPx: 0.108, source: 'typed' });
  const cell = image.cells.find(({ id }) => id === 1)!;
  expect(cell).toMatchObject({ type: 'blast', by: 'person', origin: 'model', redrawn: false });
  expect(cell.modelCall).toBe(session.state.images[0]!.analysis!.cells[0]!.type);
  expect(cell.measures?.um?.cellArea).toBeCloseTo(cell.areas.cell * 0.108 ** 2, 4);
  expect(image.cells.map(({ id }) => id)).not.toContain(4);
  expect(image.cells.filter(({ origin }) => origin === 'split').length).toBeGreaterThanOrEqual(2);
  expect(made.images.at(-1)).toMatchObject({ file: 'notes.png', error: { code: 'not-an-image' } });
  const whole = count(
    analysedOf(session).flatMap(({ cells }) => cells),
    { widen: false, wbc: null },
  );
  expect(made.differentials[0]).toMatchObject({ slide: null, base: whole.base, total: whole.total });
  expect(made.differentials.map(({ slide }) => slide)).toEqual([null, '=slide, "one"', '']);
});

/** The session with its first image analysed by an earlier model than the others. */
const updated: ExportSession = {
  ...session,
  images: session.images.map((image) =>
    image === first
      ? {
          ...image,
          analysis: { ...image.analysis, model: { ...session.model!, version: '0.9.0', hash: 'ba9876543210' } },
        }
      : image,
  ),
};

test('what an earlier model found is not put down to the one loaded now', () => {
  expect(results(session).images.some((image) => 'model' in image)).toBe(false);
  const [early, ...others] = results(updated).images as ImageAnalysed[];
  expect(early?.model).toEqual({ name: 'sg-cldff', version: '0.9.0', hash: 'ba9876543210' });
  expect(others.some((image) => 'model' in image)).toBe(false);
  expect(report(session)).toContain('<td>sg-cldff 1.0.0, weights 0123456789ab</td>');
  expect(report(updated)).toContain('sg-cldff 0.9.0, weights ba9876543210: 1 image; sg-cldff 1.0.0');
});

/** The session with a cell from annotations, of which no nucleus was drawn, and one cut out of such a cell. */
const imported: ExportSession = {
  ...session,
  images: session.images.map((image) => {
    if (image.id !== first!.id) return image;
    const { mask: whole, ...cell } = first!.cells[0]!;
    // Without one corner: a whole rectangle would be a box, and no outline.
    const px = new Uint8Array(whole.width * whole.height).fill(1, 1);
    const mask = encodeMask(px, whole.width, whole.height);
    const even = { probabilities: Array<number>(8).fill(1 / 8), modelType: 'platelet' as const, confidence: 1 / 8 };
    const said = { ...even, consistency: Number.NaN, novelty: Number.NaN, modelCall: 'unidentified' as const };
    const unseen = { ...cell, ...said, mask, areas: maskAreas(mask), attributes: [] };
    const cells = (['imported', 'split'] as const).map((origin, i) => ({ ...unseen, id: 900 + i, origin }));
    return { ...first!, cells: [...first!.cells, ...cells] };
  }),
};

test('halves and merged cells have no confidence in any format', () => {
  const remade = first!.cells.filter(({ origin }) => origin === 'split' || origin === 'merge');
  expect(remade.length).toBeGreaterThan(1);
  const made = results(session).images.find((image) => image.file === first!.file) as ImageAnalysed;
  const { data } = Papa.parse<Record<string, string>>(csv(session), { header: true, skipEmptyLines: true });
  for (const { id } of remade) {
    const result = made.cells.find((cell) => cell.id === id);
    expect(result).toMatchObject({ probabilities: null, confidence: null, modelType: null, attributes: {} });
    expect(result).not.toHaveProperty('consistency');
    const row = data.find(({ cell, image }) => cell === `${id}` && image === first!.file)!;
    for (const column of ['confidence', 'consistency', 'novelty', 'words']) expect(row[column], column).toBe('');
  }
});

test('of a cell that the model never looked at, no format says what the model said', () => {
  const made = results(imported).images[0] as ImageAnalysed;
  const { data } = Papa.parse<Record<string, string>>(csv(imported), { header: true, skipEmptyLines: true });
  const outlines = geojson(analysedOf(imported)[0]!).features;
  for (const id of [900, 901]) {
    const nothing = { modelType: null, modelCall: null, probabilities: null, confidence: null };
    expect(made.cells.find((cell) => cell.id === id)).toMatchObject({ ...nothing, measures: { lobes: null } });
    const row = data.find(({ cell }) => cell === `${id}`)!;
    const empty = ['model_type', 'model_call', 'confidence', 'nucleus_lobes', ...CELL_TYPES.map((type) => `p_${type}`)];
    for (const column of empty) expect(row[column], column).toBe('');
    const annotation = coco(imported).annotations.find(({ attributes }) => attributes.cell === id);
    expect(annotation).toMatchObject({ attributes: { model_call: null } });
    expect(annotation).not.toHaveProperty('score');
    const { properties } = outlines.find(({ properties: { name } }) => name === `Cell ${id}`)!;
    expect(properties.measurements).not.toHaveProperty('Confidence');
    expect(properties.leukolens).toMatchObject({ modelCall: null });
  }
  const changed = (input: ExportSession) => /<h2>Changes.*?<h2>/s.exec(report(input))?.[0];
  expect(changed(imported)).toBe(changed(session));
});

test('of a cell whose box alone is known, no format gives the box\u2019s measures as the cell\u2019s', () => {
  const { width, height } = first!.cells[0]!.mask;
  const mask = encodeMask(new Uint8Array(width * height).fill(1), width, height);
  const images = imported.images.map((image) =>
    image.id !== first!.id
      ? image
      : {
          ...first!,
          cells: first!.cells
            .slice(0, 1)
            .map((cell) => ({ ...cell, origin: 'imported' as const, mask, areas: maskAreas(mask) })),
        },
  );
  const input = { ...imported, images };
  expect((results(input).images[0] as ImageAnalysed).cells[0]).toMatchObject({ measures: null });
  const [row] = Papa.parse<Record<string, string>>(csv(input), { header: true }).data;
  const empty = ['cell_area_px', 'nucleus_area_px', 'cell_area_um2', 'perimeter_px', 'circularity', 'nucleus_lobes'];
  for (const column of empty) expect(row?.[column], column).toBe('');
});

test('the table says who gave a type that stands, and nobody where it is the model\u2019s', () => {
  const { data } = Papa.parse<Record<string, string>>(csv(session), { header: true, skipEmptyLines: true });
  for (const row of data) {
    expect(row.by_name, `${row.image} ${row.cell}`).toBe(row.by === 'person' ? 'Ada <ada>' : '');
    expect(row.second_reader_name).toBe(row.second_reader ? 'Bo' : '');
  }
  for (const by of ['person', 'model']) expect(data.some((row) => row.by === by)).toBe(true);
  expect(data.some((row) => row.second_reader)).toBe(true);
});

test('beside a type there is the probability of that type alone, whoever it is by', () => {
  const corrected = first!.cells.find(({ by, type, modelType }) => by === 'person' && type !== modelType)!;
  const { modelType } = corrected;
  const known = CELL_TYPES.find((type) => type !== modelType)!;
  const typed = (type: ReviewCell['type']) => {
    const image = { ...first!, cells: [{ ...corrected, type }] };
    const input = { ...session, images: [image] };
    const { data } = Papa.parse<Record<string, string>>(csv(input), { header: true, skipEmptyLines: true });
    const { measurements } = geojson(image).features[0]!.properties as { measurements: { Confidence?: number } };
    const row = data[0]!;
    // The column of the model's own call stays that.
    expect(row).toMatchObject({ model_type: modelType, confidence: `${Number(corrected.confidence.toFixed(4))}` });
    return [coco(input).annotations[0]!.score, measurements.Confidence, row.type_probability];
  };
  const p = corrected.probabilities[CELL_TYPES.indexOf(known)]!;
  expect(typed(known)).toEqual([p, p, `${Number(p.toFixed(6))}`]);
  expect(typed('blast')).toEqual([undefined, undefined, '']);
});

/** The session with files that nothing was found out about yet, or ever will be. */
const unfinished: ExportSession = {
  ...session,
  state: {
    ...session.state,
    images: [
      ...session.state.images,
      ...['waiting', 'cancelled', 'duplicate', 'waiting', 'working'].map((status, i) => ({
        ...{ id: `open ${i}`, name: `${i}.png`, path: `set/<${i}>.png`, size: 1, ms: 0 },
        ...{ status, error: null, analysis: null },
      })),
    ],
  },
};

test('files that were not analysed are named in the results, the report and the manifest', async () => {
  expect(results(session).notAnalysed).toEqual([]);
  expect(results(unfinished).images).toHaveLength(session.images.length);
  expect(results(unfinished).notAnalysed).toEqual([
    { file: 'set/<0>.png', why: 'waiting' },
    { file: 'set/<1>.png', why: 'stopped' },
    { file: 'set/<2>.png', why: 'duplicate' },
    { file: 'set/<3>.png', why: 'waiting' },
    { file: 'set/<4>.png', why: 'waiting' },
  ]);
  const said = [
    '4 files were not analysed (set/<0>.png, set/<1>.png, set/<3>.png and 1 more): they are in no count.',
    '1 file is the same as another (set/<2>.png): it is counted once.',
  ];
  const page = report(unfinished);
  for (const text of said) expect(page).toContain(`<li>${text.replaceAll('<', '&lt;').replaceAll('>', '&gt;')}</li>`);
  expect(report(session)).not.toContain('not analysed');
  const zip = unzipSync(new Uint8Array(await (await buildBundle(unfinished, ['results'])).arrayBuffer()));
  expect(JSON.parse(strFromU8(zip['manifest.json']!))).toMatchObject({ leftOut: said });
});

test('of a greyscale photograph it is said that its types are not to be trusted', () => {
  const grey = {
    ...session,
    images: session.images.map((image) => ({ ...image, ...(image.id === first!.id && { colourless: true }) })),
  };
  const [image, ...others] = results(grey).images;
  expect(image).toMatchObject({ colourless: true });
  for (const other of others) expect(other).not.toHaveProperty('colourless');
  expect(valid(results(grey)), JSON.stringify(valid.errors)).toBe(true);
  expect(report(grey)).toContain('field 1.png (greyscale: its types are not to be trusted)</td>');
});

/** The session with its first image a page of a stack. */
const stacked: ExportSession = {
  ...session,
  images: session.images.map((image) => (image.id === first!.id ? { ...image, page: 2, pages: 3 } : image)),
  state: {
    ...session.state,
    images: session.state.images.map((image) => (image.id === first!.id ? { ...image, page: 1, pages: 3 } : image)),
  },
};

test('of a stack it is said which page was counted, in every file', async () => {
  const [stack, ...others] = results(stacked).images;
  expect(stack).toMatchObject({ page: 2, pages: 3 });
  for (const image of others) expect(image).not.toHaveProperty('page');
  const { data } = Papa.parse<Record<string, string>>(csv(stacked), { header: true, skipEmptyLines: true });
  expect(data[0]).toMatchObject({ page: '2', pages: '3' });
  expect(data.at(-1)).toMatchObject({ page: '', pages: '' });
  const [page, ...rest] = coco(stacked).images;
  expect(page).toMatchObject({ page: 2, pages: 3 });
  for (const image of rest) expect(image).not.toHaveProperty('page');
  const [outline] = geojson(analysedOf(stacked)[0]!).features;
  expect(outline?.properties.leukolens).toMatchObject({ image: 'set/field 1.png', page: 2, pages: 3 });
  expect(report(stacked)).toContain('<td>set/field 1.png, page 2 of 3</td>');
  const said = '1 file has pages that were not analysed (set/field 1.png: page 2 of 3): they are in no count.';
  expect(report(stacked)).toContain(`<li>${said}</li>`);
  const zip = unzipSync(new Uint8Array(await (await buildBundle(stacked, ['results'])).arrayBuffer()));
  expect(JSON.parse(strFromU8(zip['manifest.json']!))).toMatchObject({ leftOut: [said] });
});

test.each<[string, ExportSession]>([
  ['one with a page of a stack', stacked],
  ['a reviewed session', session],
  ['one with files that were not analysed', unfinished],
  ['one with cells that the model never looked at', imported],
  ['one with an image of an earlier model', updated],
  ['nothing, and no model', { ...session, model: null, images: [], state: { images: [], events: [] } }],
])('the schema accepts %s', (_, input) => {
  valid(plain(results(input)));
  expect(valid.errors).toBeNull();
});

test.each<[string, (made: Results) => unknown]>([
  ['a field it does not know', (made) => ({ ...made, more: 1 })],
  ['a missing notice', ({ notice: _, ...made }) => made],
  ['a type nobody knows', (made) => JSON.parse(JSON.stringify(made).replaceAll('"blast"', '"blasts"'))],
])('the schema refuses %s', (_, change) => {
  expect(valid(change(plain(results(session))))).toBe(false);
});

test('the table is RFC 4180, and no name in it is a formula', () => {
  const text = csv(session);
  expect(text.includes('\n') && !/[^\r]\n/.test(text)).toBe(true);
  // Readers that know no byte-order mark would take it for part of the first column's name.
  expect(text.startsWith('image,')).toBe(true);
  const { data, errors } = Papa.parse<Record<string, string>>(text, { header: true, skipEmptyLines: true });
  expect(errors).toEqual([]);
  const cells = analysedOf(session).flatMap((image) => image.cells.map((cell) => ({ image, cell })));
  expect(data).toHaveLength(cells.length);
  data.forEach((row, i) => {
    expect(Number(row.cell)).toBe(cells[i]!.cell.id);
    expect(row.type).toBe(cells[i]!.cell.type);
    for (const value of Object.values(row)) expect(value).not.toMatch(/^[=+@\t\r]|^-(?![\d.])/);
  });
  expect(data[0]?.slide).toBe(`'=slide, "one"`);
  expect(Number(data[0]?.cell_area_um2)).toBeCloseTo(Number(data[0]?.cell_area_px) * 0.108 ** 2, 3);
});

test('GeoJSON is valid by the published schema, and its polygons are the masks', () => {
  const folder = 'node_modules/geojson-schema';
  const published = new Ajv({ strict: false, validateFormats: false });
  const meta = JSON.parse(readFileSync(`${folder}/FeatureCollection.json`, 'utf8'));
  delete meta.$schema;
  const check = published.compile(meta);
  for (const image of analysedOf(session)) {
    const made = plain(geojson(image));
    expect(check(made), JSON.stringify(check.errors)).toBe(true);
    expect(made.features).toHaveLength(image.cells.length);
    const { width, height } = image.analysis;
    made.features.forEach(({ geometry, properties }, i) => {
      const into = new Uint8Array(width * height);
      const polygons = geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates;
      const rings = polygons.flat().map((ring) => ring.slice(0, -1) as [number, number][]);
      rasterise(rings, into, width, height);
      const alone = labelMaps(width, height, [image.cells[i]!]);
      expect(into.every((value, at) => value > 0 === (alone.cells[at] as number) > 0)).toBe(true);
      expect(properties.classification).toMatchObject({ name: expect.any(String), color: expect.any(Array) });
    });
  }
});

test('COCO masks are the masks, areas and boxes those of the cells', () => {
  const made = coco(session);
  const images = analysedOf(session);
  for (const annotation of made.annotations) {
    const image = images[annotation.image_id - 1]!;
    const cell = image.cells.find(({ id }) => id === annotation.attributes.cell)!;
    const { width, height } = image.analysis;
    const { box, mask } = fromCounts(unpackCounts(annotation.segmentation.counts), width, height)!;
    expect(maskAreas(mask).cell).toBe(annotation.area);
    const alone = labelMaps(width, height, [cell]).cells;
    const px = decodeMask(mask);
    const at = (i: number) => (box.y0 + Math.floor(i / mask.width)) * width + box.x0 + (i % mask.width);
    expect(px.every((value, i) => value > 0 === (alone[at(i)] as number) > 0)).toBe(true);
    expect(alone.filter((id) => id > 0)).toHaveLength(annotation.area);
    expect(made.categories.find(({ id }) => id === annotation.category_id)?.name).toBe(cell.type);
  }
});

test('the report is one page that runs nothing and fetches nothing', () => {
  const page = report(session);
  expect(page).not.toMatch(/<script|<b onclick|src="(?!data:)|href=/i);
  expect(page).toContain('&lt;b onclick=alert(1)&gt;');
  expect(page).toContain('Ada &lt;ada&gt;');
  for (const needed of ['For Research Use Only', '0123456789ab', 'Clopper', 'none seen in', '0'.repeat(64), 'wasm']) {
    expect(page).toContain(needed);
  }
});

test('a signature is never printed over a count that was not signed', () => {
  const slide = '=slide, "one"';
  const counted = (input: ExportSession) => results(input).differentials.find((entry) => entry.slide === slide)!;
  expect(counted(session).signature).toMatchObject({ by: 'Ada <ada>', images: 1, stands: true });
  expect(report(session)).toMatch(/ Signed off by Ada/);

  // An image that was put on the slide after it was signed, as logs of older versions may have it.
  const added = { ...session, images: session.images.map((image) => ({ ...image, slide })) };
  expect(counted(added)).toMatchObject({ signature: { counts: counted(session).signature!.counts, stands: false } });
  expect(report(added)).not.toMatch(/ Signed off by Ada/);
  expect(report(added)).toContain('Another count than this one</strong> was signed off by Ada');
  expect(report(added)).toContain('2 images of the slide were added since and are not part of it');
  expect(report(added)).toContain('<th>Signed</th><th>Counted here</th>');
  // Cells cut by the border, left out after the signature.
  const cut = analysedOf(session).map((image) => ({
    ...image,
    cells: image.cells.map((cell) => ({ ...cell, touchesBorder: cell.id === 1 })),
  }));
  expect(counted({ ...session, images: cut }).signature?.stands).toBe(true);
  expect(counted({ ...session, images: cut, countBorder: false }).signature?.stands).toBe(false);
  for (const input of [session, added]) {
    valid(plain(results(input)));
    expect(valid.errors).toBeNull();
  }
});

test('the bundle has every format, and a manifest whose hashes are right', async () => {
  const [image] = analysedOf(session);
  const [crop, heatmap] = [new Blob(['a crop']), new Blob(['a heatmap'])];
  const shown = { ...image!, pictures: { 2: { crop, heatmap } } };
  const blob = await buildBundle({ ...session, images: [shown, ...session.images.slice(1)] }, FORMATS);
  const files = unzipSync(new Uint8Array(await blob.arrayBuffer()));
  const names = Object.keys(files);
  for (const needed of [
    'results.json',
    'cells.csv',
    'differential.csv',
    'report.html',
    'coco.json',
    'session.json',
    'manifest.json',
  ]) {
    expect(names).toContain(needed);
  }
  expect(names).toContain('set/field 1.geojson');
  expect(names).toContain('set/field 1.cells.tif');
  const list = JSON.parse(strFromU8(files['manifest.json']!));
  expect(list.files.map(({ path }: { path: string }) => path)).toEqual(
    names.filter((name) => name !== 'manifest.json'),
  );
  for (const { path, sha256: hash, bytes } of list.files) {
    expect(files[path]!.length).toBe(bytes);
    expect(await sha256(files[path]!)).toBe(hash);
  }
  expect(strFromU8(files['crops/set/field 1/2.png']!)).toBe('a crop');
  expect(strFromU8(files['heatmaps/set/field 1/2.png']!)).toBe('a heatmap');
  const made: Results = JSON.parse(strFromU8(files['results.json']!));
  const { cellsFile, cells } = made.images[0] as ImageAnalysed;
  const map = decode(files[cellsFile]!);
  expect(new Set(map.data)).toEqual(new Set([0, ...cells.map(({ id }) => id)]));
});

test('a format with one file is that file, others are a zip, a session is always its own kind', async () => {
  expect((await buildFormat(session, 'csv')).name).toBe('cells.csv');
  expect((await buildFormat(session, 'differential')).name).toBe('differential.csv');
  expect((await buildFormat(session, 'geojson')).name).toBe('leukolens-geojson.zip');
  const one = { ...session, images: [first!] };
  const alone = await buildFormat(one, 'geojson');
  expect(alone.name).toBe('field 1.geojson');
  expect(JSON.parse(await alone.blob.text()).features).toHaveLength(first!.cells.length);
  expect((await buildFormat(session, 'session')).name).toBe('session.leukolens');
});

test('a photograph that cannot be read is left out of a saved session, and named', async () => {
  const gone = Object.assign(new Blob(['x']), { arrayBuffer: () => Promise.reject(new Error('gone')) });
  const [one, two] = session.state.images;
  const photographs = { [one!.id]: gone, [two!.id]: new Blob(['photograph']) };
  const { blob } = await buildFormat({ ...session, photographs, leftOut: [] }, 'session');
  const files = unzipSync(new Uint8Array(await blob.arrayBuffer()));
  expect(Object.keys(files)).toEqual([`photographs/${two!.id}`, 'session.json', 'manifest.json']);
  const [made, list] = ['session.json', 'manifest.json'].map((name) => JSON.parse(strFromU8(files[name]!)));
  expect(made.photographs).toEqual([two!.id]);
  expect(list.leftOut).toEqual([`The photograph of ${one!.path} is not in this file: it could not be read.`]);
});
