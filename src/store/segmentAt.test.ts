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
        arrive = () => resolve(cell(id));
      }),
  }),
}));

const { addCell, freshId } = await import('./reshape');
const { newEntry, patchImage } = await import('./images');
const { cellsOn } = await import('./review');
const { segmentAt } = await import('./segmentAt');
const { initialState, useStore } = await import('./store');

const box = { x0: 0, y0: 0, x1: 1, y1: 1 };
const cell = (id: number) =>
  ({ id, box, crop: box, mask: { width: 1, height: 1, runs: [0, 1] } }) as never as DetectedCell;
const analysis = (...ids: number[]) => ({ width: 4, height: 4, cells: ids.map(cell) }) as never as Analysis;
const ids = () => {
  const { images, history } = useStore.getState();
  return cellsOn(images[0], history.state).map(({ id }) => id);
};

/** Points at the image, has something done before the engine answers, and waits for the answer. */
async function meanwhile(act: () => void) {
  looked.mockClear();
  const asked = segmentAt('a', { x: 1, y: 1 });
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
  await meanwhile(() => addCell('a', cell(freshId('a'))));
  expect(ids()).toEqual([1, 2, 3]);
  expect(useStore.getState()).toMatchObject({ problem: null, selectedCell: 3 });
});
