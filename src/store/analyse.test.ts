// The queue against an engine that does as each file's name says.
import { beforeEach, expect, test, vi } from 'vitest';
import type { EngineApi, EngineInfo } from '../bridge/protocol';
import { LeukolensError } from '../domain/errors';
import type { Analysis, Progress } from '../domain/smear';

type Analyse = EngineApi['analyse'];

const fake = {
  stopped: false,
  load: vi.fn(async () => ({ backend: 'webgpu' }) as EngineInfo),
  analyse: vi.fn<Analyse>(),
  explain: vi.fn<EngineApi['explain']>(),
  overlay: vi.fn<EngineApi['overlay']>(),
  release: vi.fn(async () => {}),
  terminate: vi.fn(),
};

vi.mock('../bridge/client', () => ({
  EngineClient: {
    start() {
      fake.stopped = false;
      return fake;
    },
  },
}));
vi.stubGlobal('location', new URL('http://localhost/?crop=0'));

const { addFiles, cancel, cancelAll, remove, retry } = await import('./analyse');
const { explain } = await import('./explain');
const { initialState, useStore } = await import('./store');

const cell = { id: 1, type: 'monocyte', modelType: 'monocyte', crop: { x0: 0, y0: 0, x1: 1, y1: 1 } };
const result = (cells: unknown[] = [cell]) => ({ width: 1, height: 1, cells, timings: {} }) as unknown as Analysis;

/** Names say what the engine does: 'bad' is refused, 'slow' ends only by its signal, all else has one cell. */
const behave: Analyse = async (_id, file, _options, onProgress, signal) => {
  onProgress({ stage: 'decode', cellsDone: 0, cellsTotal: 0 } satisfies Progress);
  if (file.name.startsWith('bad')) throw new LeukolensError('not-an-image', 'This is no image.', 'Open another.');
  if (file.name.startsWith('dead')) {
    fake.stopped = true;
    throw new LeukolensError('engine-stopped', 'It stopped.', 'It starts again.');
  }
  if (file.name.startsWith('slow')) {
    await new Promise((_, reject) => {
      signal?.addEventListener('abort', () => reject(new DOMException('', 'AbortError')));
    });
  }
  return result();
};

const files = (...names: string[]) => names.map((name) => new File(['x'], name));
const statuses = () => useStore.getState().images.map(({ name, status }) => `${name} ${status}`);
const id = (name: string) => useStore.getState().images.find((image) => image.name === name)?.id ?? '';

beforeEach(() => {
  useStore.setState(initialState, true);
  vi.clearAllMocks();
  fake.analyse.mockImplementation(behave);
});

test('files are worked on one after another in natural order', async () => {
  await addFiles(files('field 10.png', 'field 2.png', 'Field 1.png'));
  expect(statuses()).toEqual(['Field 1.png done', 'field 2.png done', 'field 10.png done']);
  expect(fake.analyse.mock.calls.map(([, file]) => file.name)).toEqual(['Field 1.png', 'field 2.png', 'field 10.png']);
});

test('a file that fails keeps its error, and the queue goes on', async () => {
  await addFiles(files('a.png', 'bad.png', 'c.png'));
  expect(statuses()).toEqual(['a.png done', 'bad.png failed', 'c.png done']);
  expect(useStore.getState().images[1]?.error).toMatchObject({ code: 'not-an-image', remedy: 'Open another.' });
});

test('an engine that stops costs its file, and is started again for the next', async () => {
  await addFiles(files('a.png', 'dead.png', 'z.png'));
  expect(statuses()).toEqual(['a.png done', 'dead.png failed', 'z.png done']);
  expect(fake.load).toHaveBeenCalledOnce();
});

test('an engine that cannot start leaves the files waiting and says so', async () => {
  fake.stopped = true;
  fake.load.mockImplementationOnce(async () => {
    fake.stopped = true;
    throw new LeukolensError('model-missing', 'No model.', 'Reload.');
  });
  await addFiles(files('a.png'));
  expect(statuses()).toEqual(['a.png waiting']);
  expect(useStore.getState().engine).toMatchObject({ status: 'failed', error: { code: 'model-missing' } });
  await addFiles(files('b.png'));
  expect(statuses(), 'the next start takes up what waited').toEqual(['a.png done', 'b.png done']);
});

test('cancel stops one file at once and the others go on', async () => {
  const run = addFiles(files('a.png', 'slow.png', 'z.png'));
  await vi.waitFor(() => expect(statuses()[1]).toBe('slow.png working'));
  cancel(id('slow.png'));
  expect(statuses()[1]).toBe('slow.png cancelled');
  await run;
  expect(statuses()).toEqual(['a.png done', 'slow.png cancelled', 'z.png done']);
});

test('cancelling all keeps what is done', async () => {
  const run = addFiles(files('a.png', 'slow.png', 'z.png'));
  await vi.waitFor(() => expect(statuses()[1]).toBe('slow.png working'));
  cancelAll();
  expect(statuses()).toEqual(['a.png done', 'slow.png cancelled', 'z.png cancelled']);
  await run;
  expect(fake.analyse).toHaveBeenCalledTimes(2);
});

test('a failed file can be tried again', async () => {
  await addFiles(files('bad.png'));
  fake.analyse.mockImplementation(async () => result([]));
  await retry(id('bad.png'));
  expect(statuses()).toEqual(['bad.png done']);
  expect(useStore.getState().images[0]?.error).toBeNull();
});

test('a file over the limit is refused without being read', async () => {
  const huge = Object.defineProperty(new File([], 'huge.png'), 'size', { value: 600 * 2 ** 20 });
  huge.arrayBuffer = vi.fn();
  await addFiles([huge, ...files('a.png')]);
  expect(statuses()).toEqual(['a.png done', 'huge.png failed']);
  expect(useStore.getState().images[1]?.error?.code).toBe('image-too-large');
  expect(huge.arrayBuffer).not.toHaveBeenCalled();
});

test('a file that has gone from the disk fails in words', async () => {
  const gone = new File([], 'gone.png');
  gone.arrayBuffer = async () => {
    throw new DOMException('', 'NotFoundError');
  };
  await addFiles([gone]);
  expect(useStore.getState().images[0]?.error?.message).toMatch(/moved, renamed or deleted/);
});

test('removing the selected image selects its neighbour and forgets it in the engine', async () => {
  await addFiles(files('a.png', 'b.png'));
  const a = id('a.png');
  expect(useStore.getState()).toMatchObject({ selectedImage: a, selectedCell: 1 });
  remove(a);
  expect(statuses()).toEqual(['b.png done']);
  expect(useStore.getState().selectedImage).toBe(id('b.png'));
  expect(fake.release).toHaveBeenCalledExactlyOnceWith(a);
});

test('a heatmap is computed once for each cell and type', async () => {
  fake.explain.mockImplementation(async (_image, cellId, type) => ({ cellId, type }) as never);
  await addFiles(files('a.png'));
  const image = id('a.png');
  await Promise.all([explain(image, 1, 'monocyte'), explain(image, 1, 'monocyte'), explain(image, 1, 'basophil')]);
  await explain(image, 1, 'monocyte');
  expect(fake.explain).toHaveBeenCalledTimes(2);
  expect(Object.keys(useStore.getState().heatmaps)).toEqual([`${image}/1/monocyte`, `${image}/1/basophil`]);
});

test('a restarted engine is shown the image again before it explains', async () => {
  fake.explain.mockResolvedValue({} as never);
  await addFiles(files('a.png'));
  fake.stopped = true;
  await explain(id('a.png'), 1, 'monocyte');
  expect(fake.analyse).toHaveBeenCalledTimes(2);
  expect(fake.explain).toHaveBeenCalledOnce();
});
