// The queue against an engine that does as each file's name says.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { beforeEach, expect, test, vi } from 'vitest';
import type { Decoded, DecoderApi, EngineApi, EngineInfo } from '../bridge/protocol';
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
  status: vi.fn(async () => undefined),
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
/** Looks into a file by its name: those called 'huge' or 'gone' are told apart before they are read. */
const decoder = {
  stopped: false,
  inspect: vi.fn<DecoderApi['inspect']>(),
  decode: vi.fn<DecoderApi['decode']>(),
  terminate: vi.fn(),
};
vi.mock('../bridge/decoderClient', () => ({ DecoderClient: { start: () => decoder } }));
vi.stubGlobal('location', new URL('http://localhost/?crop=0&keep=0'));

const { cancel, cancelAll, pause, remove, resume, retry, retryFailed } = await import('./analyse');
const { addFiles } = await import('./intake');
const { askToRemove, choosePage } = await import('./listed');
const { callRefs, setWbc } = await import('./decide');
const { redo, redoable, undo, undoable } = await import('./undo');
const { explain, overlay } = await import('./explain');
const { clearSession } = await import('./importSession');
const { getPixels, overlayKey } = await import('./pixels');
const { reopen, signOff } = await import('./signOff');
const { initialState, useStore } = await import('./store');

const cell = {
  id: 1,
  type: 'monocyte',
  modelType: 'monocyte',
  probabilities: [],
  crop: { x0: 0, y0: 0, x1: 1, y1: 1 },
};
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

/** Files whose bytes are 'x' count as different ones, all others by their bytes. */
let serial = 0;
const decoded = (): Decoded => ({
  width: 4,
  height: 4,
  pixels: { data: new Uint8ClampedArray(64), width: 4, height: 4 },
  field: null,
  pyramid: null,
  thumb: { width: 1, height: 1, close() {} } as ImageBitmap,
});
const files = (...names: string[]) => names.map((name) => new File(['x'], name));
const statuses = () => useStore.getState().images.map(({ name, status }) => `${name} ${status}`);
const id = (name: string) => useStore.getState().images.find((image) => image.name === name)?.id ?? '';

/** Has something done while a file is being analysed. */
function during(name: string, act: () => void) {
  fake.analyse.mockImplementation(async (...call) => {
    if (call[1].name === name) act();
    return behave(...call);
  });
}

beforeEach(() => {
  useStore.setState(initialState, true);
  vi.clearAllMocks();
  fake.analyse.mockImplementation(behave);
  decoder.inspect.mockImplementation(async (file) => {
    const text = await file.text();
    if (text === 'x') serial++;
    const sha256 = text === 'x' ? `${serial}` : text;
    return { sha256, width: 4, height: 4, pages: 1, page: 0, scale: null, profile: null };
  });
  decoder.decode.mockImplementation(async () => decoded());
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

test('an engine that stops is started again and gets the file once more, which is said', async () => {
  let deaths = 0;
  fake.analyse.mockImplementation(async (...call) => {
    if (call[1].name === 'dead.png' && deaths++ === 0) return behave(...call);
    return result();
  });
  await addFiles(files('a.png', 'dead.png', 'z.png'));
  expect(statuses()).toEqual(['a.png done', 'dead.png done', 'z.png done']);
  expect(fake.load).toHaveBeenCalledOnce();
  expect(useStore.getState().recovered).toBe('dead.png');
});

test('a file that always stops the engine costs itself alone', async () => {
  await addFiles(files('a.png', 'dead.png', 'z.png'));
  expect(statuses()).toEqual(['a.png done', 'dead.png failed', 'z.png done']);
  expect(fake.load).toHaveBeenCalledTimes(2);
});

test('the next file is decoded while one is being analysed', async () => {
  const order: string[] = [];
  decoder.decode.mockImplementation(async () => {
    order.push('decode');
    return decoded();
  });
  fake.analyse.mockImplementation(async (_id, file) => {
    order.push(`begin ${file.name}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
    order.push(`end ${file.name}`);
    return result();
  });
  await addFiles(files('a.png', 'b.png'));
  expect(order).toEqual(['decode', 'begin a.png', 'decode', 'end a.png', 'begin b.png', 'end b.png']);
});

test('what is looked at goes first', async () => {
  during('1.png', () => useStore.setState({ selectedImage: id('4.png') }));
  await addFiles(files('1.png', '2.png', '3.png', '4.png'));
  expect(fake.analyse.mock.calls.map(([, file]) => file.name)).toEqual(['1.png', '4.png', '2.png', '3.png']);
});

test('a pause begins nothing new, and going on does', async () => {
  during('1.png', pause);
  await addFiles(files('1.png', '2.png', '3.png'));
  expect(statuses()).toEqual(['1.png done', '2.png waiting', '3.png waiting']);
  await resume();
  expect(statuses()).toEqual(['1.png done', '2.png done', '3.png done']);
});

test('the same bytes are counted once, whatever the name', async () => {
  await addFiles([new File(['same'], 'a.png'), new File(['other'], 'b.png'), new File(['same'], 'c.png')]);
  expect(statuses()).toEqual(['a.png done', 'b.png done', 'c.png duplicate']);
  expect(useStore.getState().images[2]).toMatchObject({ duplicateOf: id('a.png'), analysis: null });
});

test('a decoder that dies over a file costs that file', async () => {
  decoder.decode.mockImplementationOnce(async () => {
    throw new LeukolensError('decoder-stopped', 'It took too long.', 'Save it anew.');
  });
  await addFiles(files('a.png', 'b.png'));
  expect(statuses()).toEqual(['a.png failed', 'b.png done']);
});

test.each([
  ['it was stopped', () => cancel(id('b.tif')), 'cancelled'],
  ['another page was chosen', () => void choosePage(id('b.tif'), 1, () => true), 'done'],
])('a decoding begun ahead that fails after %s is not what became of the file', async (_, act, status) => {
  let fail = (_: unknown) => {};
  decoder.decode.mockImplementation(async (file) => {
    if ((file as File).name === 'a.tif' || decoder.decode.mock.calls.length > 2) return decoded();
    return new Promise((_, reject) => (fail = reject));
  });
  fake.analyse.mockImplementation(async (...call) => {
    await vi.waitFor(() => expect(decoder.decode.mock.calls.length, 'the next is begun').toBeGreaterThan(1));
    return behave(...call);
  });
  const run = addFiles(files('a.tif', 'b.tif'));
  await vi.waitFor(() => expect(statuses()).toEqual(['a.tif done', 'b.tif working']));
  act();
  fail(new LeukolensError('damaged-image', 'This page is damaged.', 'Copy it again.'));
  await run;
  expect(statuses()).toEqual(['a.tif done', `b.tif ${status}`]);
  expect(useStore.getState().images[1]?.error).toBeNull();
});

test('every failed file is tried again at once', async () => {
  await addFiles(files('bad 1.png', 'b.png', 'bad 2.png'));
  fake.analyse.mockImplementation(async () => result([]));
  await retryFailed();
  expect(statuses()).toEqual(['b.png done', 'bad 1.png done', 'bad 2.png done']);
  expect(fake.analyse).toHaveBeenCalledTimes(5);
});

test('nothing in a folder is said', async () => {
  await addFiles(Promise.resolve([]));
  expect(useStore.getState().problem?.message).toMatch(/no image was found/i);
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

test('where the first file fails, the first that does not is shown; a failed one that was chosen stays', async () => {
  await addFiles(files('bad.png', 'c.png', 'd.png'));
  expect(useStore.getState()).toMatchObject({ selectedImage: id('c.png'), selectedCell: 1 });

  const looks: Record<string, string> = { 'f.png': 'g.png', 'g.png': 'bad2.png' };
  fake.analyse.mockImplementation(async (...call) => {
    const at = looks[call[1].name];
    if (at) useStore.setState({ selectedImage: id(at) });
    return behave(...call);
  });
  await addFiles(files('bad2.png', 'f.png', 'g.png', 'h.png'));
  expect(useStore.getState().selectedImage).toBe(id('bad2.png'));
});

test('a file over the limit is refused without being read', async () => {
  const huge = Object.defineProperty(new File([], 'huge.png'), 'size', { value: 600 * 2 ** 20 });
  await addFiles([huge, ...files('a.png')]);
  expect(statuses()).toEqual(['a.png done', 'huge.png failed']);
  expect(useStore.getState().images[1]?.error?.code).toBe('image-too-large');
  expect(decoder.inspect.mock.calls.map(([file]) => (file as File).name)).toEqual(['a.png']);
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

test('removing a slide\u2019s last image takes the analyser\u2019s count along, which is asked: the next image is another patient\u2019s', async () => {
  const agrees = vi.fn((_: string) => false);
  await addFiles(files('a.png', 'b.png'));
  setWbc('', 42);
  expect(askToRemove(id('b.png'), agrees)).toBe(true);
  expect(agrees).not.toHaveBeenCalled();
  expect(useStore.getState().history.state.slides).toEqual({ '': { wbc: 42 } });
  expect(askToRemove(id('a.png'), agrees)).toBe(false);
  expect(agrees).toHaveBeenCalledExactlyOnceWith(
    expect.stringMatching(
      /Remove a\.png\? The analyser\u2019s count of its slide, whose last image it is goes with it/,
    ),
  );
  agrees.mockReturnValue(true);
  expect(askToRemove(id('a.png'), agrees)).toBe(true);
  await addFiles(files('c.png'));
  expect(useStore.getState().history.state.slides).toEqual({});
});

test('removing an image asks where decisions would be lost with it, and undo goes on with those of the others', async () => {
  const agrees = vi.fn((_: string) => false);
  await addFiles(files('a.png', 'b.png', 'c.png'));
  const typed = (name: string) => useStore.getState().history.state.images[id(name)]?.cells?.[1]?.call;
  for (const [name, type] of [
    ['b.png', 'monocyte'],
    ['a.png', 'basophil'],
  ] as const) {
    callRefs(type, [`${id(name)}/1`]);
  }
  expect(askToRemove(id('a.png'), agrees)).toBe(false);
  expect(agrees).toHaveBeenCalledExactlyOnceWith(expect.stringMatching(/Remove a\.png\?.*one of its cells/));
  expect(statuses()).toHaveLength(3);
  // Nothing was decided about it.
  expect(askToRemove(id('c.png'), agrees)).toBe(true);
  expect(agrees).toHaveBeenCalledOnce();
  agrees.mockReturnValue(true);
  const a = id('a.png');
  expect(askToRemove(a, agrees)).toBe(true);
  expect(statuses()).toEqual(['b.png done']);
  const { log, state } = useStore.getState().history;
  expect(log.slice(2)).toMatchObject([
    { kind: 'remove', file: 'c.png' },
    { kind: 'remove', file: 'a.png', image: a },
  ]);
  expect(state.images[a]).toBeUndefined();

  const last = undoable(useStore.getState());
  expect(last?.changes).toMatchObject([{ image: id('b.png') }]);
  undo();
  expect(typed('b.png')).toBeUndefined();
  expect(undoable(useStore.getState())).toBeUndefined();
  expect(redoable(useStore.getState())).toBe(last);
  redo();
  expect(typed('b.png')).toBe('monocyte');
  expect(redoable(useStore.getState()), 'of the image that is gone').toBeUndefined();
});

test('a signed image is neither removed nor turned to another page', async () => {
  await addFiles(files('a.png', 'b.png'));
  const a = id('a.png');
  useStore.setState({ who: 'Ada' });
  expect(signOff('')).toBe(true);
  remove(a);
  await choosePage(a, 1, () => true);
  expect(statuses()).toEqual(['a.png done', 'b.png done']);
  expect(useStore.getState().images[0]).toMatchObject({ page: 0, analysis: { cells: [cell] } });
  expect(useStore.getState().problem?.code).toBe('slide-signed');
  reopen('', 'the wrong field');
  remove(a);
  expect(statuses()).toEqual(['b.png done']);
});

test('a heatmap is computed once for each cell and type', async () => {
  fake.explain.mockImplementation(async (_image, cellId, type) => ({ cellId, type, crop: cell.crop }) as never);
  await addFiles(files('a.png'));
  const image = id('a.png');
  await Promise.all([explain(image, 1, 'monocyte'), explain(image, 1, 'monocyte'), explain(image, 1, 'basophil')]);
  await explain(image, 1, 'monocyte');
  expect(fake.explain).toHaveBeenCalledTimes(2);
  expect(Object.keys(useStore.getState().heatmaps)).toEqual([`${image}/1/monocyte`, `${image}/1/basophil`]);
});

test('a restarted engine is shown the image again before it explains', async () => {
  fake.explain.mockResolvedValue({ crop: cell.crop } as never);
  await addFiles(files('a.png'));
  fake.stopped = true;
  await explain(id('a.png'), 1, 'monocyte');
  expect(fake.analyse).toHaveBeenCalledTimes(2);
  expect(fake.explain).toHaveBeenCalledOnce();
});

test('the heatmap of what another version of the model called by the same number is no explanation', async () => {
  fake.explain.mockResolvedValue({ crop: { x0: 2, y0: 2, x1: 3, y1: 3 } } as never);
  await addFiles(files('a.png'));
  await explain(id('a.png'), 1, 'monocyte');
  expect(useStore.getState().heatmaps[`${id('a.png')}/1/monocyte`]).toMatchObject({
    error: { message: expect.stringMatching(/another version of the model/) },
  });
});

test('another page has heatmaps of its own, and one that was under way to the page before is dropped', async () => {
  let arrive = (_: unknown) => {};
  await addFiles(files('a.tif'));
  const image = id('a.tif');
  fake.explain.mockResolvedValueOnce({ crop: cell.crop } as never);
  await explain(image, 1, 'monocyte');
  fake.explain.mockReturnValueOnce(new Promise((resolve) => (arrive = resolve as never)) as never);
  const late = explain(image, 1, 'basophil');
  await choosePage(image, 1, () => true);
  expect(useStore.getState().heatmaps).toEqual({});
  arrive({ crop: cell.crop });
  await late;
  expect(useStore.getState().heatmaps).toEqual({});
});

test.each([
  ['it is removed', () => remove(id('a.png'))],
  ['the session is closed', clearSession],
])('the cells of an image whose masks were shown are let go of once %s', async (_, act) => {
  await addFiles(files('a.png'));
  fake.overlay.mockImplementation(async () => ({ bitmap: { width: 1, height: 1, close() {} } as ImageBitmap }));
  const show = async () => {
    const cells = [cell] as never[];
    await overlay(id('a.png'), 'masks', cells);
    return new WeakRef(cells);
  };
  const cells = await show();
  expect(getPixels(overlayKey(id('a.png'), 'masks'))).toBeDefined();
  // What it was asked, and gave, is the mock's to keep.
  fake.overlay.mockReset();
  await act();
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  await vi.waitFor(() => {
    collect();
    // An error of the matcher would hold them.
    expect(cells.deref() === undefined).toBe(true);
  });
});

test('annotations dropped together with their image wait until it is done', async () => {
  fake.analyse.mockImplementation(async () => {
    expect(useStore.getState()).toMatchObject({ comparison: null, problem: null });
    return result([]);
  });
  const coco = {
    images: [{ id: 1, file_name: 'good.png', width: 1, height: 1 }],
    categories: [{ id: 1, name: 'Monocyte' }],
    annotations: [{ image_id: 1, category_id: 1, bbox: [0, 0, 1, 1] }],
  };
  await addFiles([new File([JSON.stringify(coco)], 'coco.json'), ...files('good.png')]);
  expect(useStore.getState()).toMatchObject({ problem: null, notes: null, comparison: { name: 'coco.json' } });
  expect(useStore.getState().comparison?.result.missed).toHaveLength(1);
});
