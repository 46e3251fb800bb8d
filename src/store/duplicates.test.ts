// The same bytes opened twice are counted once, whatever becomes of the file that they repeat.
import { beforeEach, expect, test, vi } from 'vitest';

const thumb = { width: 1, height: 1, close() {} };
vi.mock('./engineClient', () => ({
  startEngine: async () => {},
  analysePixels: async () => ({ width: 1, height: 1, cells: [], timings: {} }),
  forgetInEngine() {},
  refreshEngineInfo() {},
  isAbort: () => false,
}));
/** By its text a file is told from others; each has three pages. */
vi.mock('./decoder', () => ({
  URGENCY: {},
  inspect: async (file: Blob) => ({ sha256: await file.text(), width: 4, height: 4, pages: 3, page: 0, scale: null }),
  decode: async () => ({ pixels: { data: new Uint8ClampedArray(4) }, thumb, field: null, pyramid: null }),
}));
vi.stubGlobal('location', new URL('http://localhost/?keep=0'));

const { selectImage } = await import('./actions');
const { remove, runQueue } = await import('./analyse');
const { addFiles } = await import('./intake');
const { choosePage } = await import('./listed');
const { fileOf, keepFile } = await import('./pictures');
const { newEntry, patchImage } = await import('./images');
const { initialState, useStore } = await import('./store');

const file = (name: string, text = 'same') => new File([text], name);
const id = (name: string) => useStore.getState().images.find((image) => image.name === name)?.id ?? '';
const statuses = () => useStore.getState().images.map(({ name, status }) => `${name} ${status}`);

beforeEach(() => useStore.setState(initialState, true));

test('a file opened again stands in for the same one that can no longer be read', async () => {
  const gone = file('a.tif');
  await addFiles([gone]);
  gone.slice = () => Object.assign(new Blob(), { arrayBuffer: () => Promise.reject(new Error('taken out')) });
  const again = file('again.tif');
  await addFiles([again]);
  expect(statuses()).toEqual(['a.tif done']);
  expect(await fileOf(id('a.tif'))).toBe(again);
});

test('where a file comes that stands in for one that is not there, the image of that one is looked at', async () => {
  const gone = file('a.tif');
  await addFiles([gone, file('b.tif', 'b'), file('c.tif', 'c')]);
  selectImage(id('c.tif'));
  gone.slice = () => Object.assign(new Blob(), { arrayBuffer: () => Promise.reject(new Error('not there')) });
  await addFiles([file('again.tif')]);
  expect(statuses()).toEqual(['a.tif done', 'b.tif done', 'c.tif done']);
  expect(useStore.getState().selectedImage).toBe(id('a.tif'));
});

test('another page of a file that was opened twice is analysed, and the page that is open already is not', async () => {
  await addFiles([file('a.tif'), file('b.tif')]);
  expect(statuses()).toEqual(['a.tif done', 'b.tif duplicate']);
  await choosePage(id('b.tif'), 1, () => true);
  expect(statuses()).toEqual(['a.tif done', 'b.tif done']);
  expect(useStore.getState().images[1]).toMatchObject({ page: 1, duplicateOf: null });
  await choosePage(id('b.tif'), 0, () => true);
  expect(statuses()).toEqual(['a.tif done', 'b.tif duplicate']);
  expect(useStore.getState().images[1]?.duplicateOf).toBe(id('a.tif'));
});

test('the page before is counted by the first file that repeats it, where the one it repeats is turned to another', async () => {
  await addFiles([file('a.tif'), file('b.tif'), file('c.tif')]);
  expect(statuses()).toEqual(['a.tif done', 'b.tif duplicate', 'c.tif duplicate']);
  const counted = () => useStore.getState().images.map(({ page, duplicateOf }) => [page, duplicateOf]);
  await choosePage(id('a.tif'), 1, () => true);
  await runQueue();
  await vi.waitFor(() => expect(statuses()).toEqual(['a.tif done', 'b.tif done', 'c.tif duplicate']));
  expect(counted()).toEqual([
    [1, null],
    [0, null],
    [0, id('b.tif')],
  ]);
  // Of what another counts already, or the file itself again, none is counted twice.
  await choosePage(id('a.tif'), 0, () => true);
  expect(statuses()).toEqual(['a.tif duplicate', 'b.tif done', 'c.tif duplicate']);
  await choosePage(id('b.tif'), 2, () => true);
  await vi.waitFor(() => expect(statuses()).toEqual(['a.tif done', 'b.tif done', 'c.tif duplicate']));
  expect(counted()).toEqual([
    [0, null],
    [2, null],
    [0, id('a.tif')],
  ]);
  await choosePage(id('c.tif'), 1, () => true);
  await addFiles([file('d.tif')]);
  expect(counted().at(-1), 'opened last').toEqual([0, id('a.tif')]);
  await choosePage(id('a.tif'), 1, () => true);
  await vi.waitFor(() => expect(statuses().at(-1)).toBe('d.tif done'));
  expect(counted()).toEqual([
    [1, id('c.tif')],
    [2, null],
    [1, null],
    [0, null],
  ]);
});

test('the first double of a file that is removed is analysed in its place', async () => {
  await addFiles([file('a.tif'), file('b.tif'), file('c.tif'), file('d.tif', 'other')]);
  expect(statuses()).toEqual(['a.tif done', 'b.tif duplicate', 'c.tif duplicate', 'd.tif done']);
  remove(id('a.tif'));
  await vi.waitFor(() => expect(statuses()).toEqual(['b.tif done', 'c.tif duplicate', 'd.tif done']));
  expect(useStore.getState().images.map(({ duplicateOf }) => duplicateOf)).toEqual([null, id('b.tif'), null]);
  remove(id('c.tif'));
  expect(statuses()).toEqual(['b.tif done', 'd.tif done']);
});

test('doubles of a double that is removed are the first one\u2019s', async () => {
  await addFiles([file('a.tif'), file('b.tif'), file('c.tif')]);
  useStore.setState((state) => patchImage(state, id('c.tif'), { duplicateOf: id('b.tif') }));
  remove(id('b.tif'));
  expect(statuses()).toEqual(['a.tif done', 'c.tif duplicate']);
  expect(useStore.getState().images[1]?.duplicateOf).toBe(id('a.tif'));
});

test('a file that waits since an earlier visit, known by its bytes, is not counted beside the same one', async () => {
  await addFiles([file('a.tif')]);
  const kept = { ...newEntry({ id: 'kept', name: 'kept.tif', path: 'kept.tif', size: 4 }), sha256: 'same', page: 0 };
  keepFile('kept', file('kept.tif'));
  useStore.setState((state) => ({ images: [...state.images, kept, { ...kept, id: 'page', name: 'p.tif', page: 1 }] }));
  keepFile('page', file('p.tif'));
  await runQueue();
  expect(statuses()).toEqual(['a.tif done', 'kept.tif duplicate', 'p.tif done']);
});
