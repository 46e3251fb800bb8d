// Annotations of others for images that are open: compared with the model, and taken over as what people say.
import { beforeEach, expect, test } from 'vitest';
import { encodeMask } from '../domain/mask';
import { isUnseen, type ReviewCell } from '../domain/review/cells';
import { deleteCells } from '../domain/review/edits';
import type { EditEvent } from '../domain/review/events';
import { coco } from '../export/coco';
import { geojson } from '../export/geojson';
import { analysedOf } from '../export/input';
import { emptyDisk, saved, session, tab } from './visits.fixture';

beforeEach(emptyDisk);

async function withAnnotations() {
  const first = await tab();
  await first.openSaved(saved());
  const image = analysedOf(session)[1]!;
  const without = first.get().images.map((entry) => {
    if (entry.id !== image.id || !entry.analysis) return entry;
    return { ...entry, analysis: { ...entry.analysis, cells: entry.analysis.cells.slice(0, -1) } };
  });
  first.set({ images: without });
  const { cellsOn } = await import('./review');
  const cells = () =>
    cellsOn(
      first.get().images.find(({ id }) => id === image.id),
      first.get().history.state,
    );
  const annotations = new File([JSON.stringify(coco({ ...session, images: [image] }))], 'others.json');
  return { ...first, image, cells, annotations };
}

test('annotations taken over twice add a missed cell once, and undone they can be taken over again', async () => {
  const { openSaved, takeAnnotations, isTaken, image, cells, annotations, get } = await withAnnotations();
  await openSaved(annotations);
  expect(get().comparison).toMatchObject({ images: [{ imageId: image.id }], taken: null });
  expect(get().comparison?.result.missed).toHaveLength(1);
  const { length } = get().history.log;
  takeAnnotations();
  expect(cells()).toHaveLength(image.cells.length);
  expect(isTaken(get())).toBe(true);
  const typed = cells().map(({ type }) => type);

  takeAnnotations();
  expect(get().history.log).toHaveLength(length + 1);
  expect(cells()).toHaveLength(image.cells.length);
  expect(get().problem?.message).toMatch(/nothing to take over/);

  // Opened once more, they are no find of the model's.
  await openSaved(annotations);
  expect(get().comparison?.result.missed).toHaveLength(1);
  takeAnnotations();
  expect(cells()).toHaveLength(image.cells.length);

  const { redo, undo } = await import('./undo');
  undo();
  expect(cells()).toHaveLength(image.cells.length - 1);
  redo();
  expect(cells().map(({ type }) => type)).toEqual(typed);
});

test('annotations of images that are still to be analysed wait for them, and are then compared', async () => {
  const { openSaved, image, annotations, get, set } = await withAnnotations();
  const done = get().images;
  const status = (now: 'waiting' | 'working' | 'failed') =>
    set({ images: done.map((entry) => (entry.id === image.id ? { ...entry, status: now, analysis: null } : entry)) });
  status('waiting');
  await openSaved(annotations);
  expect(get()).toMatchObject({ comparison: null, problem: null, panel: null });
  expect(get().notes?.title).toBe('others.json is compared as soon as the images in question are analysed.');
  status('working');
  expect(get().comparison).toBeNull();
  set({ reader: 'second', images: done });
  expect(get().comparison).toBeNull();
  set({ reader: 'first' });
  expect(get()).toMatchObject({ comparison: { images: [{ imageId: image.id }] }, notes: null, panel: 'compare' });

  // Others are in nobody's way.
  set({
    comparison: null,
    panel: null,
    images: done.map((entry) => (entry.id === image.id ? entry : { ...entry, status: 'waiting' })),
  });
  await openSaved(annotations);
  expect(get().comparison).not.toBeNull();

  set({ comparison: null, panel: null });
  status('waiting');
  await openSaved(annotations);
  status('failed');
  expect(get()).toMatchObject({
    comparison: null,
    problem: { message: expect.stringMatching(/^others\.json: None of/) },
  });
});

test('annotations of a page that was left can be taken over once more, for the one that is shown', async () => {
  const { openSaved, takeAnnotations, isTaken, image, annotations, get } = await withAnnotations();
  await openSaved(annotations);
  takeAnnotations();
  const { redo, undo } = await import('./undo');
  undo();
  expect(isTaken(get())).toBe(false);
  redo();
  expect(isTaken(get())).toBe(true);
  const { dropReview } = await import('./decide');
  expect(dropReview(image.id)).toBe(true);
  expect(isTaken(get())).toBe(false);
});

test.each(['COCO', 'GeoJSON'])(
  'our own %s taken over gives cells their nuclei as they were exported, also none',
  async (kind) => {
    const { openSaved, takeAnnotations, image, cells, get } = await withAnnotations();
    const [bare] = image.cells;
    const { width, height } = bare!.mask;
    const without = encodeMask(new Uint8Array(width * height).fill(1), width, height);
    expect(bare!.areas.nucleus).toBeGreaterThan(0);
    const own = { ...image, cells: image.cells.map((cell) => (cell === bare ? { ...cell, mask: without } : cell)) };
    const data = kind === 'COCO' ? coco({ ...session, images: [own] }) : geojson(own);
    await openSaved(new File([JSON.stringify(data)], kind === 'COCO' ? 'own.json' : 'own.geojson'));
    takeAnnotations();
    expect(get().problem).toBeNull();
    expect(cells()[0]?.areas).toEqual({ cell: width * height, nucleus: 0 });
    for (const [i, { areas }] of image.cells.slice(1, -1).entries()) expect(cells()[i + 1]?.areas).toEqual(areas);
  },
);

test('what was decided since the annotations were opened is what they are taken over on top of', async () => {
  const { openSaved, takeAnnotations, image, cells, annotations, get } = await withAnnotations();
  await openSaved(annotations);
  const { happen } = await import('./decide');
  const [gone] = cells();
  happen(deleteCells([{ image: image.id, cell: gone! }]));
  takeAnnotations();
  expect(get().problem).toBeNull();
  expect(cells()).toHaveLength(image.cells.length);
  expect(cells().filter(({ origin }) => origin === 'imported')).toHaveLength(2);
});

test('what people added, redrew, typed or deleted is not put down to the model', async () => {
  const { openSaved, image, cells, annotations, get } = await withAnnotations();
  await openSaved(annotations);
  const before = get().comparison?.result;
  const { happen } = await import('./decide');
  const { addCell, redraw } = await import('../domain/review/edits');
  const { disc } = await import('../domain/review/shape');
  const { width, height } = image.analysis;
  const on = (cell: ReviewCell | undefined) => ({ image: image.id, cell: cell! });
  const found = () => cells().filter(({ origin }) => origin === 'model');
  // The one that was missed, as the engine outlines it where a person points.
  happen(addCell(image.id, { ...image.cells.at(-1)!, id: 500 }));
  happen(redraw(get().history.state, on(found()[0]), disc(5, 5, 4, width, height)!));
  happen(deleteCells([on(found()[1])]));
  await openSaved(annotations);
  expect(get().comparison?.result).toEqual(before);
});

test('outlines that name none of several images are of none of them, whichever is selected', async () => {
  const { openSaved, image, get, set } = await withAnnotations();
  const before = get().history;
  set({ selectedImage: image.id });
  const features = geojson(image).features.map(({ properties, ...rest }) => {
    return { ...rest, properties: { ...properties, leukolens: undefined } };
  });
  const from = (name: string) => new File([JSON.stringify({ type: 'FeatureCollection', features })], name);
  await openSaved(from('another slide.geojson'));
  expect(get()).toMatchObject({ comparison: null, history: before });
  expect(get().problem?.message).toMatch(/does not say which image it is of/);
  set({ images: get().images.filter(({ id }) => id === image.id) });
  await openSaved(from('another slide.geojson'));
  expect(get().comparison?.images).toMatchObject([{ imageId: image.id }]);
});

test('our own GeoJSON of a page of a stack is for the entry with that page open', async () => {
  const { openSaved, image, get, set } = await withAnnotations();
  const turn = (page: number) =>
    set({ images: get().images.map((entry) => (entry.id === image.id ? { ...entry, pages: 3, page } : entry)) });
  const file = new File([JSON.stringify(geojson({ ...image, page: 2, pages: 3 }))], 'page.geojson');
  turn(0);
  await openSaved(file);
  expect(get()).toMatchObject({ comparison: null, problem: { remedy: expect.stringMatching(/choose page 2 there/) } });
  turn(1);
  await openSaved(file);
  expect(get().comparison?.images).toMatchObject([{ imageId: image.id }]);
});

test('GeoJSON files dropped together, one an image, are compared and taken over together', async () => {
  const { openSaved, takeAnnotations, isTaken, get } = await tab();
  await openSaved(saved());
  const analysed = analysedOf(session);
  const files = analysed.map((image, i) => new File([JSON.stringify(geojson(image))], `${i}.geojson`));
  const copy = new File([JSON.stringify(geojson(analysed[0]!))], 'copy.geojson');
  const broken = new File(['{'], 'broken.geojson');
  const foreign = new File([JSON.stringify(geojson({ ...analysed[0]!, file: 'elsewhere.png' }))], 'foreign.geojson');
  await openSaved(broken, ...files, copy, foreign);
  expect(get().comparison?.name).toBe(`0.geojson and ${files.length} other files`);
  expect(get().comparison?.images.map(({ imageId }) => imageId)).toEqual(analysed.map(({ id }) => id));
  const cells = analysed.flatMap((image) => image.cells);
  const { matches, missed } = get().comparison!.result;
  expect(matches.length + missed.length).toBe(cells.length);
  // Halves may lie on the whole that the model saw.
  expect(matches.length).toBeGreaterThanOrEqual(cells.filter((cell) => !isUnseen(cell)).length);
  expect(get().comparison?.leftOut).toEqual(['copy.geojson is left out where 0.geojson is of the same image.']);
  expect(get().problem?.message).toMatch(
    /^broken\.geojson: It is neither .* foreign\.geojson: It is of elsewhere\.png/,
  );

  const { reopen } = await import('./signOff');
  const signed = get().history.state.signatures.flatMap(({ images }) => images);
  expect(signed).toHaveLength(1);
  takeAnnotations();
  expect(get()).toMatchObject({ problem: null, notes: { title: '1 image of a signed slide left out.' } });
  const taken = get().history.log.at(-1) as EditEvent;
  expect(taken.kind).toBe('import');
  expect(isTaken(get())).toBe(false);
  expect(taken.changes.filter((change) => 'image' in change && signed.includes(change.image))).toEqual([]);

  for (const { slide } of get().history.state.signatures) reopen(slide, 'for the annotations');
  takeAnnotations();
  expect(get().problem).toBeNull();
  expect(isTaken(get())).toBe(true);
  const now = await Promise.all([import('./exportSession'), get()]).then(([{ sessionOf }, state]) => sessionOf(state));
  for (const { cells: stand } of analysedOf(now)) expect(stand.every(({ by }) => by === 'person')).toBe(true);
});

test('a cell from an annotation at the border is left out of the count with the others there, until it is drawn away from it', async () => {
  const { openSaved, takeAnnotations, image, cells, get } = await withAnnotations();
  const { width, height } = image.analysis;
  const far = (x: number, y: number) => ({ image_id: 1, category_id: 1, bbox: [x, y, 12, 12] });
  const data = {
    images: [{ id: 1, file_name: image.file, width, height }],
    categories: [{ id: 1, name: 'neutrophil' }],
    annotations: [far(0, 0), far(width - 12, height - 12), far(2, 2)],
  };
  await openSaved(new File([JSON.stringify(data)], 'corners.json'));
  takeAnnotations();
  const imported = () => cells().filter(({ origin }) => origin === 'imported');
  const { isCounted } = await import('../domain/differential');
  expect(imported().map((cell) => isCounted(cell, false))).toEqual([false, false, true]);
  const made = get().history.log.at(-1) as { changes: { field: string; new: { touchesBorder?: boolean } }[] };
  const logged = made.changes.filter(({ field }) => field === 'made').map((change) => change.new.touchesBorder);
  expect(logged).toEqual([true, true, undefined]);

  const { happen } = await import('./decide');
  const { redraw } = await import('../domain/review/edits');
  const { disc } = await import('../domain/review/shape');
  const draw = (i: number, x: number, y: number) => {
    happen(redraw(get().history.state, { image: image.id, cell: imported()[i]! }, disc(x, y, 5, width, height)!));
  };
  draw(0, 10, 10);
  draw(2, 5, 10);
  expect(imported().map((cell) => isCounted(cell, false))).toEqual([true, false, false]);
});
