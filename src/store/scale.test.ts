// Red cells are the ruler of the page that they are on.
import { expect, test, vi } from 'vitest';

const redCellDiameter = vi.fn<() => number | null>();
vi.mock('../domain/measure/redCells', () => ({ redCellDiameter }));
vi.mock('./pictures', () => ({ ensureField: async () => ({ width: 500, height: 400 }) }));
const context = { drawImage() {}, getImageData: () => ({ data: [] }) };
vi.stubGlobal(
  'OffscreenCanvas',
  class {
    getContext = () => context;
  },
);

const { newEntry } = await import('./images');
const { redCellPx } = await import('./scale');

const image = newEntry({ id: 'a', name: 'a.tif', path: 'a.tif', size: 1 });
const page = () => ({ ...image, analysis: { width: 1000, height: 800, cells: [] } as never });

test('each page is measured once, and the one before says nothing of it', async () => {
  const [first, second] = [page(), page()];
  redCellDiameter.mockReturnValueOnce(20).mockReturnValueOnce(null);
  expect(await redCellPx(first)).toBe(40);
  expect(await redCellPx(image)).toBeNull();
  expect(await redCellPx(second)).toBeNull();
  expect([await redCellPx(first), await redCellPx(second)]).toEqual([40, null]);
  expect(redCellDiameter).toHaveBeenCalledTimes(2);
});
