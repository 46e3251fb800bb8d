/** The scale of an image: what a person sets, else what the file says; and how large its red cells are. */
import { redCellDiameter } from '../domain/measure/redCells';
import * as edits from '../domain/review/edits';
import type { ReviewState } from '../domain/review/events';
import { signatureOf } from '../domain/review/history';
import type { Scale } from '../domain/scale';
import type { Analysis } from '../domain/smear';
import { fieldOf } from '../domain/surround';
import { happen, sayLocked } from './decide';
import type { ImageEntry } from './images';
import { ensureField } from './pictures';
import { cellsOn } from './review';
import { useStore } from './store';

/** Null where nobody set a scale and the file names none. */
export function scaleOf(image: ImageEntry, review: ReviewState): Scale | null {
  return review.images[image.id]?.scale ?? image.scale;
}

/** Red cells are measured on an image of at most this many px a side. */
const SIDE = 1000;
/** By analysis: another page of the file has red cells of its own. */
const measured = new WeakMap<Analysis, number | null>();

/** Median diameter of the image's red cells, px of the image; null where too few stand free. */
export async function redCellPx(image: ImageEntry): Promise<number | null> {
  const { analysis } = image;
  if (!analysis) return null;
  const known = measured.get(analysis);
  if (known !== undefined) return known;
  const field = await ensureField(image.id);
  if (!field) return null;
  const factor = Math.min(1, SIDE / Math.max(field.width, field.height));
  const [width, height] = [Math.round(field.width * factor), Math.round(field.height * factor)];
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  if (!context) return null;
  context.drawImage(field, 0, 0, width, height);
  // Of a large image the page has an overview.
  const toReduced = width / analysis.width;
  const { data } = context.getImageData(0, 0, width, height);
  const { pixels, x, y } = fieldOf({ data: data as Uint8ClampedArray, width, height });
  const boxes = cellsOn(image, useStore.getState().history.state).map(({ box }) => ({
    x0: box.x0 * toReduced - x,
    y0: box.y0 * toReduced - y,
    x1: box.x1 * toReduced - x,
    y1: box.y1 * toReduced - y,
  }));
  const diameter = redCellDiameter(pixels.data, pixels.width, pixels.height, boxes);
  const px = diameter === null ? null : diameter / toReduced;
  measured.set(analysis, px);
  return px;
}

/** Of several images those that a signature locks are left out, which is said; of one it is the reason nothing happens. */
export function setScale(images: readonly string[], scale: Scale | null): void {
  const { state } = useStore.getState().history;
  const open = images.filter((id) => !signatureOf(state, id));
  const set = open.length > 0 ? open : images;
  happen(edits.setScale(state, set, scale));
  sayLocked(images.length - set.length, 'Their scale stays as it was.');
}
