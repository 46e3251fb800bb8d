// What a saved session holds: all that was open when it was asked for, or a word on what is not in it.
import { beforeEach, expect, test, vi } from 'vitest';
import type { ToBundler } from '../export/bundleInWorker';

const bundleInWorker = vi.fn(async ({ session: { leftOut } }: ToBundler) => ({
  ...{ name: 'session.leukolens', blob: new Blob(), leftOut },
}));
vi.mock('../export/bundleInWorker', () => ({ bundleInWorker }));
vi.stubGlobal('location', new URL('http://localhost/?keep=0'));
vi.stubGlobal('document', { createElement: () => ({ click() {} }) });

const { exportSession, sessionOf } = await import('./exportSession');
const { newEntry } = await import('./images');
const { keepFile } = await import('./pictures');
const { initialState, useStore } = await import('./store');

const image = (id: string) => newEntry({ id, name: `${id}.png`, path: `${id}.png`, size: 1 });
const saved = () => bundleInWorker.mock.lastCall?.[0].session;

beforeEach(() => {
  bundleInWorker.mockClear();
  useStore.setState({ ...initialState, images: [image('mine')] }, true);
});

test('the session that was open when it was asked for is saved, whatever is opened meanwhile', async () => {
  const saving = exportSession('session');
  useStore.setState({ images: [image('other'), image('another')] });
  await saving;
  expect(saved()?.state.images.map(({ id }) => id)).toEqual(['mine']);
  expect(useStore.getState()).toMatchObject({ exporting: false, problem: null });
});

test('of a stack it is handed on which page was analysed, counted from 1', () => {
  const analysis = { width: 9, height: 9, cells: [], backend: 'wasm' as const, timings: {} };
  const stack = { ...image('stack'), analysis, pages: 3, page: 1 };
  useStore.setState({ images: [stack, { ...image('single'), analysis, page: 0 }] });
  const [first, second] = sessionOf(useStore.getState()).images;
  expect(first).toMatchObject({ page: 2, pages: 3 });
  expect(second).not.toHaveProperty('pages');
});

test('a photograph that can no longer be read does not keep the others from being saved, and is named', async () => {
  const gone = new File(['gone'], 'gone.png');
  gone.slice = () => Object.assign(new Blob(), { arrayBuffer: () => Promise.reject(new Error('taken out')) });
  keepFile('gone', gone);
  keepFile('mine', new File(['mine'], 'mine.png'));
  useStore.setState({ images: [image('gone'), image('mine')] });
  await exportSession('session');
  expect(Object.keys(saved()?.photographs ?? {})).toEqual(['mine']);
  expect(useStore.getState().notes?.lines).toEqual([expect.stringMatching(/^The photograph of gone\.png is not in/)]);
  expect(useStore.getState().problem).toBeNull();
});

test.each(['crops', 'heatmaps'] as const)(
  '%s that cannot be made are no zip of nothing, and it is said why',
  async (format) => {
    const cell = { id: 1, crop: { x0: 0, y0: 0, x1: 9, y1: 9 }, mask: { width: 1, height: 1, runs: [] } };
    const analysis = { width: 9, height: 9, cells: [cell], backend: 'wasm', timings: {} };
    useStore.setState({ images: [{ ...image('away'), status: 'done', analysis }] as never });
    await exportSession(format);
    expect(bundleInWorker).not.toHaveBeenCalled();
    expect(useStore.getState().problem).toMatchObject({
      message: expect.stringMatching(new RegExp(`^There are no ${format} to save\\. One photograph is not open`)),
      remedy: expect.stringMatching(/^Open the photographs again/),
    });
  },
);

test('how far an export of several images is can be seen while it is made, and no longer', async () => {
  for (const id of ['a', 'b']) keepFile(id, new File([id], `${id}.png`));
  useStore.setState({ images: [image('a'), image('b')] });
  const seen: unknown[] = [];
  const stop = useStore.subscribe(({ exported }) => seen.push(exported));
  await exportSession('session');
  stop();
  expect(seen).toContainEqual({ done: 0, total: 2 });
  expect(seen).toContainEqual({ done: 1, total: 2 });
  expect(useStore.getState().exported).toBeNull();
});
