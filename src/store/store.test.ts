// Store functions that need no engine: order, counts, progress, walking.
import { beforeEach, expect, test } from 'vitest';
import type { DetectedCell } from '../domain/cell';
import type { CallType } from '../domain/cellType';
import type { ReviewCell } from '../domain/review/cells';
import { selectImage, setCompareType, stepCell, stepImage, toggleFilter } from './actions';
import { cellsOf, nucleusToCytoplasm } from './cells';
import { diagnostics } from './engine';
import { isImageName, naturalOrder, ofFile, readAll, refusal } from './files';
import { galleryGroups, within } from './gallery';
import { type ImageEntry, newEntry, onward, progressShare, queueCounts, secondsLeft } from './images';
import { initialState, useStore } from './store';

const cell = (id: number, type: CallType, confidence = 0.9) =>
  ({ id, type, confidence, probabilities: [confidence], areas: { cell: 300, nucleus: 100 } }) as never as DetectedCell;
const image = (id: string, change: Partial<ImageEntry> = {}): ImageEntry => ({
  ...newEntry({ id, name: `${id}.png`, path: `${id}.png`, size: 10 }),
  ...change,
});
const analysed = (id: string, ...cells: DetectedCell[]) =>
  image(id, { status: 'done', ms: 2000, analysis: { width: 1, height: 1, cells, timings: {} } as never });

beforeEach(() => useStore.setState(initialState, true));

test('names are in the order one would read them', () => {
  expect(['s/10.png', 'S/9.png', 's/09b.png'].sort(naturalOrder)).toEqual(['S/9.png', 's/09b.png', 's/10.png']);
});

test('in folders only images are taken', () => {
  expect(['a.JPG', 'b.tiff', 'notes.txt', '.hidden.png', 'png'].filter(isImageName)).toEqual(['a.JPG', 'b.tiff']);
});

test('a folder of more than 100 entries is read to its end', async () => {
  const left = Array.from({ length: 250 }, (_, i) => ({ name: `${i}` }) as FileSystemEntry);
  const reader = { readEntries: (give: (entries: FileSystemEntry[]) => void) => give(left.splice(0, 100)) };
  expect(await readAll(reader)).toHaveLength(250);
});

test('only what is over the limit is refused', () => {
  expect(refusal({ size: 512 * 2 ** 20 })).toBeNull();
  expect(refusal({ size: 512 * 2 ** 20 + 1 })?.message).toContain('512 MB');
});

test('of what is no image, the name is blamed only where it says that it is one', () => {
  const error = { code: 'not-an-image', message: 'This is not an image.', remedy: '' } as const;
  expect(ofFile(error, 'notes.txt').message).toBe('This is not an image.');
  expect(ofFile(error, 'notes.png').message).toBe('This is not an image, whatever its name says.');
  expect(ofFile({ ...error, code: 'damaged-image' }, 'notes.png').message).toBe('This is not an image.');
});

test('the queue is counted, and its time left is the mean of what is done', () => {
  const half = { stage: 'cells', cellsDone: 0, cellsTotal: 4 } as const;
  const images = [analysed('a'), image('b', { status: 'working', progress: half }), image('c')];
  expect(queueCounts(images)).toEqual({
    total: 3,
    done: 1,
    failed: 0,
    cancelled: 0,
    waiting: 1,
    working: 1,
    duplicate: 0,
  });
  expect(secondsLeft(images)).toBeCloseTo(2 * (1 + 0.8));
  expect(secondsLeft([image('c')])).toBeNull();
  // A file that is known to be large takes longer than the mean of small ones.
  const sized = (id: string, width: number, with_: Partial<ImageEntry>) => image(id, { width, height: 100, ...with_ });
  const small = sized('a', 100, { status: 'done', ms: 2000 });
  expect(secondsLeft([small, sized('b', 5000, {}), image('c')])).toBeCloseTo(2 * (50 + 1));
});

test('the bar of an image is at a fifth when its candidates begin, and never goes back', () => {
  const shown: number[] = [];
  let before = null as ReturnType<typeof onward> | null;
  for (const now of [
    { stage: 'decode', cellsDone: 0, cellsTotal: 0 },
    { stage: 'saliency', cellsDone: 0, cellsTotal: 0 },
    { stage: 'saliency', cellsDone: 0, cellsTotal: 0, tilesDone: 2, tilesTotal: 4 },
    { stage: 'cells', cellsDone: 0, cellsTotal: 4 },
    { stage: 'cells', cellsDone: 2, cellsTotal: 4 },
    // Some are to be looked at again.
    { stage: 'cells', cellsDone: 3, cellsTotal: 8 },
    { stage: 'cells', cellsDone: 6, cellsTotal: 8 },
    { stage: 'done', cellsDone: 8, cellsTotal: 8 },
  ] as const) {
    before = onward(before, now);
    shown.push(Math.round(1000 * progressShare(before)) / 1000);
  }
  expect(shown).toEqual([0, 0.07, 0.135, 0.2, 0.6, 0.6, 0.8, 1]);
});

test('the gallery has the unidentified first, and in each type the least certain first', () => {
  const a = analysed('a', cell(1, 'monocyte', 0.9), cell(2, 'unidentified', 0.4), cell(3, 'monocyte', 0.6));
  const groups = galleryGroups(cellsOf([a], initialState));
  expect(groups.map(({ type, cells }) => [type, cells.map((entry) => entry.cell.id)])).toEqual([
    ['unidentified', [2]],
    ['monocyte', [3, 1]],
  ]);
});

test('a cell that the model never saw is behind those it was unsure of, and within no limit of confidence', () => {
  const box = { x0: 0, y0: 0, x1: 9, y1: 9 };
  const imported = { ...cell(1, 'monocyte', 0.125), box, origin: 'imported' } as DetectedCell;
  const [group] = galleryGroups(cellsOf([analysed('a', imported, cell(2, 'monocyte', 0.5))], initialState));
  expect(group?.cells.map((entry) => entry.cell.id)).toEqual([2, 1]);
  const limits = { ...initialState.limits, confidence: 0.6 };
  expect([imported, cell(2, 'monocyte', 0.5)].map((of) => within(limits, of as ReviewCell))).toEqual([false, true]);
});

test('N:C is nucleus over cytoplasm, and nothing where one is missing', () => {
  expect(nucleusToCytoplasm(cell(1, 'monocyte'))).toBe(0.5);
  expect(nucleusToCytoplasm({ areas: { cell: 100, nucleus: 100 } } as DetectedCell)).toBeNull();
});

test('walking goes round the cells the filter lets through', () => {
  const images = [analysed('a', cell(1, 'monocyte'), cell(2, 'basophil'), cell(3, 'monocyte')), image('b')];
  useStore.setState({ images });
  selectImage('a');
  toggleFilter('monocyte');
  const at = () => useStore.getState().selectedCell;
  expect(at()).toBe(1);
  stepCell(1);
  expect(at()).toBe(3);
  stepCell(1);
  expect(at()).toBe(1);
  stepCell(-1);
  expect(at()).toBe(3);
  stepImage(1);
  expect(useStore.getState()).toMatchObject({ selectedImage: 'b', selectedCell: null });
  stepImage(1);
  expect(useStore.getState().selectedImage).toBe('b');
});

test('another cell starts with its own heatmap alone', () => {
  useStore.setState({ images: [analysed('a', cell(1, 'monocyte'), cell(2, 'basophil'))] });
  selectImage('a');
  setCompareType('basophil');
  stepCell(1);
  expect(useStore.getState()).toMatchObject({ compareType: null, heatmapType: null });
});

test('diagnostics name no file', () => {
  const text = diagnostics(initialState, [analysed('secret name', cell(1, 'monocyte'))], 'Chromium');
  expect(text).toContain('file 1: done');
  expect(text).not.toContain('secret');
});
