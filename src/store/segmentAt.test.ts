// A missed cell that arrives late: what it is added to may have changed since a person pointed at it.
import { beforeEach, expect, test, vi } from 'vitest';
import type { DetectedCell } from '../domain/cell';
import type { Analysis } from '../domain/smear';

let arrive = () => {};
const looked = vi.fn();
vi.mock('./pictures', () => ({ fileOf: async () => new Blob(['x']) }));
vi.mock('./decoder', () => ({ URGENCY: {}, decode: async () => ({ pixels: {}, thumb: { close() {} } }) }));
vi.mock('./engineClient', () => ({
  isAbort: () => false,
  clientFor: async () => ({
    segmentAt: (_image: string, _file: unknown, _at: unknown, id: number) =>
      new Promise((resolve) => {
        looked(id);
        arrive = () => resolve(cell(id, 8));
      }),
  }),
}));

const { addCell, freshId } = await import('./reshape');
const { newEntry, patchImage } = await import('./images');
const { cellsOn } = await import('./review');
const { segmentAt } = await import('./segmentAt');
const { initialState, useStore } = await import('./store');

/** Of three px side by side, at the top of the image. */
const cell = (id: number, x0 = 3 * id) => {
  const box = { x0, y0: 0, x1: x0 + 3, y1: 1 };
  return { id, box, crop: box, mask: { width: 3, height: 1, runs: [3, 1] } } as never as DetectedCell;
};
const analysis = (...ids: number[]) =>
  ({ width: 16, height: 4, cells: ids.map((id) => cell(id)) }) as never as Analysis;
const ids = () => {
  const { images, history } = useStore.getState();
  return cellsOn(images[0], history.state).map(({ id }) => id);
};

/** Points at the image, has something done before the engine answers, and waits for the answer. */
async function meanwhile(act: () => void) {
  looked.mockClear();
  const asked = segmentAt('a', { x: 8.5, y: 0.5 });
  await vi.waitFor(() => expect(looked).toHaveBeenCalledWith(2));
  act();
  arrive();
  await asked;
}

beforeEach(() => {
  const image = { ...newEntry({ id: 'a', name: 'a.tif', path: 'a.tif', size: 1 }), analysis: analysis(1) };
  useStore.setState({ ...initialState, images: [image], selectedImage: 'a' }, true);
});

test('a cell of the page before is not added to the one that is shown now', async () => {
  await meanwhile(() => useStore.setState((state) => patchImage(state, 'a', { analysis: analysis(1, 2, 3) })));
  expect(ids()).toEqual([1, 2, 3]);
  expect(useStore.getState()).toMatchObject({ problem: null, history: { log: [] } });
});

test('a number that was given away meanwhile does not cost the cell', async () => {
  await meanwhile(() => addCell('a', cell(freshId('a'), 12)));
  expect(ids()).toEqual([1, 2, 3]);
  expect(useStore.getState()).toMatchObject({ problem: null, selectedCell: 3 });
});

test('a cell that is outlined is not added once more, neither before the engine looks nor after', async () => {
  const there = { message: 'Cell 1 is there.', remedy: 'It is selected; nothing was added.' };
  looked.mockClear();
  await segmentAt('a', { x: 4.5, y: 0.5 });
  expect(looked).not.toHaveBeenCalled();
  expect(useStore.getState()).toMatchObject({ selectedCell: 1, problem: there });

  // Painted over the point while the engine looked; then beside it, but of what the engine outlines it is most.
  for (const x0 of [6, 9]) {
    useStore.setState({ ...initialState, images: useStore.getState().images }, true);
    await meanwhile(() => addCell('a', cell(freshId('a'), x0)));
    expect(ids()).toEqual([1, 2]);
    expect(useStore.getState()).toMatchObject({ selectedCell: 2, problem: { message: 'Cell 2 is there.' } });
  }
});
