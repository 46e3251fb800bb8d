// Thumbnails of cells from windows of any size: small canvases only, the right picture, and never an error.
import { afterEach, expect, test, vi } from 'vitest';
import type { Box } from '../../domain/box';
import type { DetectedCell } from '../../domain/cell';
import type { Pixels } from '../../domain/pixels';
import { SHEET_CELL } from '../../domain/smear';
import { cellSheet } from './cellSheet';

afterEach(() => void vi.unstubAllGlobals());

const cellIn = (crop: Box) => ({ crop }) as DetectedCell;
const square = (x0: number, y0: number, side: number) => cellIn({ x0, y0, x1: x0 + side, y1: y0 + side });

/** Left half red, right half blue. */
function halves(width: number, height: number): Pixels {
  const data = new Uint8ClampedArray(width * height * 4);
  for (let i = 0; i < width * height; i++) data.set(i % width < width / 2 ? [255, 0, 0, 255] : [0, 0, 255, 255], i * 4);
  return { data, width, height };
}

/** Px of each canvas, from now on. */
function watchCanvases(): number[] {
  const made: number[] = [];
  const Real = OffscreenCanvas;
  vi.stubGlobal(
    'OffscreenCanvas',
    class extends Real {
      constructor(width: number, height: number) {
        super(width, height);
        made.push(width * height);
      }
    },
  );
  return made;
}

async function pxOf(sheet: Blob | undefined): Promise<(x: number, y: number) => string> {
  const bitmap = await createImageBitmap(sheet as Blob);
  const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext(
    '2d',
  ) as OffscreenCanvasRenderingContext2D;
  context.drawImage(bitmap, 0, 0);
  return (x, y) => {
    const [r = 0, g = 0, b = 0] = context.getImageData(x, y, 1, 1).data;
    if (r > 200 && g > 200 && b > 200) return 'white';
    return r > 200 && b < 60 ? 'red' : b > 200 && r < 60 ? 'blue' : `${r} ${g} ${b}`;
  };
}

test.each([100, 447, 449, 896, 900, 3000])(
  'a window of %i px is in its place, and white outside the image',
  async (side) => {
    const made = watchCanvases();
    // Two thirds of its width are the image, and the upper half of its height.
    const image = halves(Math.round((side * 2) / 3), Math.round(side / 2));
    const at = await pxOf(await cellSheet(image, [square(0, 0, side)]));
    const [third, quarter] = [SHEET_CELL / 3, SHEET_CELL / 4];
    expect([at(third / 2, quarter), at(third * 1.5, quarter), at(third * 2.5, quarter)]).toEqual([
      'red',
      'blue',
      'white',
    ]);
    expect(at(third / 2, quarter * 3), 'below the image').toBe('white');
    expect(Math.max(...made), 'px of the largest canvas').toBeLessThan(1e6);
  },
);

test('windows that begin before the image, one beside the other', async () => {
  const at = await pxOf(await cellSheet(halves(80, 40), [square(-40, -20, 80), square(40, 0, 40)]));
  const middle = SHEET_CELL / 2;
  expect([at(20, 20), at(20, middle), at(SHEET_CELL - 20, middle)]).toEqual(['white', 'white', 'red']);
  expect(at(SHEET_CELL + middle, middle)).toBe('blue');
});

test('where the browser has no memory for it there is no sheet, and the analysis goes on', async () => {
  vi.stubGlobal(
    'OffscreenCanvas',
    class {
      constructor() {
        throw new RangeError('out of memory');
      }
    },
  );
  await expect(cellSheet(halves(80, 40), [square(0, 0, 40)])).resolves.toBeUndefined();
});
