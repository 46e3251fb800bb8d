/** Mean colours of cells, read from the photograph. */
import { type CellColours, cellColours } from '../domain/measure/cellMeasures';
import type { ReviewCell } from '../domain/review/cells';
import type { ImageEntry } from './images';
import { region } from './pictures';

type Outlined = Pick<ReviewCell, 'box' | 'mask'>;

/** Null where the page does not have the photograph. */
export async function coloursOf({ id }: Pick<ImageEntry, 'id'>, { box, mask }: Outlined): Promise<CellColours | null> {
  const { width, height } = mask;
  const side = Math.max(width, height);
  const square = { x0: box.x0, y0: box.y0, x1: box.x0 + side, y1: box.y0 + side };
  // At the image's own size: a px is a px.
  const bitmap = await region(id, square, side);
  const context = bitmap && new OffscreenCanvas(side, side).getContext('2d', { willReadFrequently: true });
  if (!context) return null;
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  return cellColours(mask, context.getImageData(0, 0, width, height).data);
}
