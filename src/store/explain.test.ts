/**
 * The mask layer follows what people decide, and is drawn no oftener than that; heatmaps are of the cell they are asked for, or
 * it is said why there is none.
 */
import { beforeEach, expect, test, vi } from 'vitest';
import type { Box } from '../domain/box';
import { LeukolensError } from '../domain/errors';
import type { ReviewCell } from '../domain/review/cells';
import type { MadeCell } from '../domain/review/events';
import { heatmapKey } from './cells';
import { explain, overlay } from './explain';
import { getPixels, overlayKey, releasePixels } from './pixels';
import { useStore } from './store';

const drawn: unknown[] = [];
/** Asked for a moment before the engine is ended for another file's sake. */
let ended = 0;
const alive = () => {
  if (ended-- > 0) throw new LeukolensError('engine-stopped', 'The engine was ended.', 'It starts again by itself.');
};
let hold: Promise<void> = Promise.resolve();
const picture = () => ({ width: 1, height: 1, close: () => {} });
let layer = picture;

/** Windows of the cells that the engine has looked at, by id; what it sees where it is asked to look. */
const seen = new Map<number, Box>();
let sees: Box | null = null;
const segmentAt = vi.fn(async (_image: string, _file: unknown, _at: { x: number; y: number }, id: number) => {
  if (sees) seen.set(id, sees);
  return sees && { id };
});
vi.mock('./pictures', () => ({ fileOf: async () => new Blob(['x']) }));
vi.mock('./decoder', () => ({ URGENCY: {}, decode: async () => ({ pixels: {}, thumb: { close: () => {} } }) }));
vi.mock('./engineClient', () => ({
  isAbort: () => false,
  clientFor: async () => ({
    explain: async (_id: string, cellId: number) => {
      alive();
      const crop = seen.get(cellId);
      return crop ? { cellId, crop } : null;
    },
    segmentAt,
    overlay: async (_id: string, kind: string, cells?: unknown) => {
      alive();
      drawn.push([kind, cells]);
      await hold;
      return { bitmap: layer() };
    },
  }),
}));

const box = { x0: 0, y0: 0, x1: 1, y1: 1 };
const mask = { width: 1, height: 1, runs: [] };
const cell = (type: ReviewCell['type']) => ({ id: 1, box, mask, type, confidence: 1 }) as unknown as ReviewCell;

beforeEach(() => {
  drawn.length = 0;
  ended = 0;
  hold = Promise.resolve();
  layer = picture;
  releasePixels('a/');
  useStore.setState({ images: [{ id: 'a' }] as never, heatmaps: {} });
  seen.clear();
  segmentAt.mockClear();
  sees = null;
});

test('masks are drawn from the cells as they stand, and again only when these change', async () => {
  const before = [cell('lymphocyte')];
  await overlay('a', 'masks', before);
  await overlay('a', 'masks', before);
  expect(drawn).toEqual([['masks', [{ box, mask, type: 'lymphocyte' }]]]);
  await overlay('a', 'masks', [cell('blast')]);
  expect(drawn[1]).toEqual(['masks', [{ box, mask, type: 'blast' }]]);
  expect(getPixels(overlayKey('a', 'masks'))).toBeDefined();
});

test('a change while they are drawn is drawn after, without a second request beside it', async () => {
  let go = () => {};
  hold = new Promise((resolve) => {
    go = resolve;
  });
  const first = overlay('a', 'masks', [cell('lymphocyte')]);
  await overlay('a', 'masks', [cell('monocyte')]);
  await overlay('a', 'masks', [cell('blast')]);
  go();
  await first;
  expect(drawn.map((call) => (call as [string, ReviewCell[]])[1][0]?.type)).toEqual(['lymphocyte', 'blast']);
});

test('the other layers are drawn once, whatever people decide', async () => {
  await overlay('a', 'gradcam', [cell('lymphocyte')]);
  await overlay('a', 'gradcam', [cell('monocyte')]);
  expect(drawn).toEqual([['gradcam', undefined]]);
});

test('a layer of the page before is not shown over the next one, which is drawn once what is on it is known', async () => {
  const closed = vi.fn();
  layer = () => ({ width: 1, height: 1, close: closed });
  let go = () => {};
  const held = () => {
    hold = new Promise((resolve) => {
      go = resolve;
    });
  };
  const show = (analysis: unknown) => useStore.setState({ images: [{ id: 'a', analysis }] as never });
  show({ page: 1 });
  held();
  const first = overlay('a', 'gradcam', []);
  show(null);
  go();
  await first;
  expect([closed.mock.calls.length, getPixels(overlayKey('a', 'gradcam'))]).toEqual([1, undefined]);

  // Asked for before the drawing of the page before has come to its end.
  show({ page: 2 });
  held();
  const second = overlay('a', 'gradcam', []);
  show({ page: 3 });
  await overlay('a', 'gradcam', []);
  go();
  await second;
  expect(drawn).toHaveLength(3);
  expect([closed.mock.calls.length, getPixels(overlayKey('a', 'gradcam'))]).toEqual([2, expect.anything()]);
});

const square = (x: number, side = 40): Box => ({ x0: x, y0: 10, x1: x + side, y1: 10 + side });

/** An image on which the engine found cell 1, and a person made cell 2. */
function withMade(made: Pick<MadeCell, 'origin' | 'crop' | 'parents'>) {
  const history = useStore.getState().history;
  const seen = { ...made, probabilities: [1, 0, 0, 0, 0, 0, 0, 0] };
  useStore.setState({
    images: [{ id: 'a', name: 'a.png', page: 0, analysis: { cells: [{ id: 1, crop: square(0) }] } }] as never,
    history: { ...history, state: { ...history.state, images: { a: { cells: { 2: { made: seen } } } } } } as never,
  });
}
const heatmapOf = async (cellId: number) => {
  await explain('a', cellId, 'monocyte');
  return useStore.getState().heatmaps[heatmapKey('a', cellId, 'monocyte')];
};

test('an added cell that this worker has not seen is looked at again, once for both types that are compared', async () => {
  withMade({ origin: 'added', crop: square(100), parents: [] });
  sees = square(102, 44);
  const [first] = await Promise.all([heatmapOf(2), explain('a', 2, 'basophil')]);
  expect(first).toEqual({ heatmap: { cellId: 2, crop: sees } });
  expect(segmentAt.mock.calls.map(([, , at, id]) => [at, id])).toEqual([[{ x: 120, y: 30 }, 2]]);
  expect(useStore.getState().heatmaps[heatmapKey('a', 2, 'basophil')]).toMatchObject({ heatmap: { crop: sees } });
});

test('another cell, which the engine has numbered alike, is not shown for an added one', async () => {
  withMade({ origin: 'added', crop: square(100), parents: [] });
  seen.set(2, square(300));
  expect(await heatmapOf(2)).toMatchObject({
    error: { message: expect.stringMatching(/another version of the model/) },
  });
  sees = square(100);
  expect(await heatmapOf(2)).toEqual({ heatmap: { cellId: 2, crop: sees } });
});

test('what the engine still holds of an added cell is shown as it is', async () => {
  withMade({ origin: 'added', crop: square(100), parents: [] });
  seen.set(2, square(100));
  expect(await heatmapOf(2)).toEqual({ heatmap: { cellId: 2, crop: square(100) } });
  expect(segmentAt).not.toHaveBeenCalled();
});

test.each(['imported', 'split', 'merge'] as const)(
  'what is %s has no heatmap, not even one of the same number',
  async (origin) => {
    withMade({ origin, crop: square(100), parents: origin === 'imported' ? [] : [1] });
    seen.set(1, square(0));
    seen.set(2, square(100));
    expect(await heatmapOf(2)).toMatchObject({
      error: { message: 'There is no heatmap for an outline that the engine did not make.' },
    });
    expect(segmentAt).not.toHaveBeenCalled();
  },
);

test('a cell that the engine no longer finds was found by another version', async () => {
  withMade({ origin: 'added', crop: square(100), parents: [] });
  expect(await heatmapOf(1)).toMatchObject({
    error: { message: expect.stringMatching(/another version of the model/) },
  });
  expect(segmentAt).not.toHaveBeenCalled();
});

test('a newer model\u2019s heatmap of the same window is none of a cell that an older one typed', async () => {
  withMade({ origin: 'added', crop: square(100), parents: [] });
  const [first] = useStore.getState().images;
  const by = (hash: string) =>
    useStore.setState({
      images: [{ ...first, analysis: { cells: [{ id: 1, crop: square(0) }], model: { hash } } }] as never,
      engine: { status: 'ready', info: { model: { hash: 'new' } } } as never,
    });
  seen.set(1, square(0));
  by('old');
  expect(await heatmapOf(1)).toMatchObject({
    error: { message: expect.stringMatching(/another version of the model/) },
  });
  by('new');
  expect(await heatmapOf(1)).toMatchObject({ heatmap: { cellId: 1 } });
});

test('where the engine is ended for another file, its successor is asked once, not for ever', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  useStore.setState({ images: [{ id: 'a', analysis: { cells: [{ id: 1, crop: box }] } }] as never });
  seen.set(1, box);
  ended = 1;
  await overlay('a', 'saliency', []);
  expect(getPixels(overlayKey('a', 'saliency'))).toBeDefined();
  ended = 1;
  await explain('a', 1, 'monocyte');
  expect(useStore.getState().heatmaps[heatmapKey('a', 1, 'monocyte')]).toMatchObject({ heatmap: { cellId: 1 } });
  ended = 2;
  await explain('a', 1, 'neutrophil');
  expect(useStore.getState().heatmaps[heatmapKey('a', 1, 'neutrophil')]).toMatchObject({
    error: { code: 'engine-stopped' },
  });
  warn.mockRestore();
});
