// What is known of a file is known of the page that is shown, of the session that is open, and changes nothing that was stopped.
import { beforeEach, expect, test, vi } from 'vitest';

const thumb = { width: 1, height: 1, close() {} };
vi.mock('./engineClient', () => ({
  startEngine: async () => {},
  analysePixels: async () => ({ width: 1, height: 1, cells: [], timings: {} }),
  forgetInEngine() {},
  refreshEngineInfo() {},
  isAbort: (thrown: unknown) => (thrown as Error).name === 'AbortError',
}));
/** Three pages; the second alone has a px size, the others colours of their own. */
const inspect = vi.fn(async (file: Blob, _urgency?: number, page: number | null = null) => ({
  ...{ sha256: await file.text(), width: 4, height: 4, pages: 3, page: page ?? 0 },
  scale: page === 1 ? { umPerPx: 0.1, source: 'TIFF resolution' } : null,
  profile: page === 1 ? null : 'Adobe RGB (1998)',
}));
vi.mock('./decoder', () => ({
  URGENCY: {},
  inspect: (file: Blob, urgency: number, page?: number) => inspect(file, urgency, page),
  decode: async () => ({ pixels: { data: new Uint8ClampedArray(4) }, thumb, field: null, pyramid: null }),
}));
vi.stubGlobal('location', new URL('http://localhost/?keep=0'));

const { cancelAll, retryFailed, runQueue } = await import('./analyse');
const { clearSession } = await import('./importSession');
const { addFiles } = await import('./intake');
const { choosePage } = await import('./listed');
const { newEntry } = await import('./images');
const { keepFile } = await import('./pictures');
const { initialState, useStore } = await import('./store');

const file = (name: string) => new File([name], name);
const images = () => useStore.getState().images;
const id = (name: string) => images().find((image) => image.name === name)?.id ?? '';

beforeEach(() => {
  useStore.setState(initialState, true);
  inspect.mockClear();
});

test('each page has a px size and colours of its own', async () => {
  await addFiles([file('a.tif')]);
  const facts = ['page', 'scale', 'profile'] as const;
  const shown = () => facts.map((key) => images()[0]?.[key]);
  expect(shown()).toEqual([0, null, 'Adobe RGB (1998)']);
  await choosePage(id('a.tif'), 1, () => true);
  expect(shown()).toEqual([1, { umPerPx: 0.1, source: 'TIFF resolution' }, null]);
  await choosePage(id('a.tif'), 2, () => true);
  expect(shown()).toEqual([2, null, 'Adobe RGB (1998)']);
  expect(images()[0]?.status).toBe('done');
});

test('of two pages chosen one after another the facts are those of the one that is shown', async () => {
  await addFiles([file('a.tif')]);
  await Promise.all([choosePage(id('a.tif'), 1, () => true), choosePage(id('a.tif'), 2, () => true)]);
  expect(images()[0]).toMatchObject({ page: 2, scale: null, profile: 'Adobe RGB (1998)', status: 'done' });
});

test('a file that was stopped while it was looked into stays so, whatever is found', async () => {
  let fail = (_: unknown) => {};
  inspect.mockImplementationOnce(() => new Promise((_, reject) => (fail = reject)));
  const run = addFiles([file('a.tif')]);
  await vi.waitFor(() => expect(inspect).toHaveBeenCalled());
  cancelAll();
  fail(new Error('taken out'));
  await run;
  expect(images()[0]?.status).toBe('cancelled');
  await retryFailed();
  expect(images()[0]?.status).toBe('cancelled');
});

test('a session that lists the same images anew knows nothing of them yet', async () => {
  await addFiles([file('a.tif'), file('b.tif')]);
  const ids = images().map((image) => image.id);
  await clearSession();
  inspect.mockClear();
  const again = ids.map((id) => newEntry({ id, name: 'a.tif', path: 'a.tif', size: 3 }));
  for (const id of ids) keepFile(id, file('a.tif'));
  useStore.setState({ images: again });
  await runQueue();
  expect(inspect).toHaveBeenCalledTimes(2);
  expect(images().map(({ status, sha256 }) => [status, sha256])).toEqual([
    ['done', 'a.tif'],
    ['duplicate', 'a.tif'],
  ]);
});

test('before another page is taken it is asked whether what was decided on this one may go, and only then', async () => {
  await addFiles([file('a.tif')]);
  const asks = vi.fn((_: string) => false);
  await choosePage(id('a.tif'), 1, asks);
  expect(asks).not.toHaveBeenCalled();
  expect(images()[0]?.page).toBe(1);

  const cells = { 1: { call: 'monocyte' } };
  const { history } = useStore.getState();
  const decided = { ...history, state: { ...history.state, images: { [id('a.tif')]: { cells } } } };
  useStore.setState({ history: decided as never });
  await choosePage(id('a.tif'), 2, asks);
  expect(asks).toHaveBeenCalledWith(expect.stringMatching(/^Go to page 3\? What was decided about one of its cells/));
  expect(images()[0]?.page).toBe(1);
  expect(useStore.getState().history).toBe(decided);
});
