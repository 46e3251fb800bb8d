/** Heatmaps of cells and layers of images, drawn by the engine when they are first looked at. */

import { boxIou } from '../domain/box';
import type { CellType } from '../domain/cellType';
import { errorData, LeukolensError } from '../domain/errors';
import type { Heatmap } from '../domain/heatmap';
import { isUnseen, type ReviewCell } from '../domain/review/cells';
import { type HeatmapState, heatmapKey } from './cells';
import { clientFor, isAbort } from './engineClient';
import { getPixels, overlayKey, putPixels } from './pixels';
import { lookAt } from './segmentAt';
import { useStore } from './store';
import type { Layer } from './view';

const get = useStore.getState;
const entry = (id: string) => get().images.find((image) => image.id === id);

const madeOf = (imageId: string, cellId: number) => get().history.state.images[imageId]?.cells?.[cellId]?.made;

/**
 * Overlap from which two windows show one cell. Found again, it lies within a px, whatever the device; a cell that a person
 * pointed at is looked at from its middle then, which moves the window and may size it otherwise.
 */
const SAME_WINDOW = { found: 0.8, added: 0.5 };

/** The engine looks anew at images of an earlier visit, and numbers what it finds. */
function anotherModel(): LeukolensError {
  return new LeukolensError(
    'review-conflict',
    'This cell was found by another version of the model, which explained it differently.',
    'Add its photograph to a new session to see what this version makes of it.',
  );
}

/** The engine may be ended for another file's sake, and is started again: its successor is asked once more. */
async function persist<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (thrown) {
    if (errorData(thrown).code !== 'engine-stopped') throw thrown;
    return ask();
  }
}

/** Cells that are being looked at again, by image and id: the heatmaps of two types may ask at the same time. */
const looking = new Map<string, Promise<unknown>>();

/**
 * What the engine saw of a cell, which it is shown again where it has not: added ones are known to the worker alone. Rejects with
 * LeukolensError where there is no heatmap, or with AbortError.
 */
export async function evidence(imageId: string, cellId: number, type: CellType): Promise<Heatmap> {
  const made = madeOf(imageId, cellId);
  if (made && isUnseen(made)) {
    throw new LeukolensError(
      'review-conflict',
      'There is no heatmap for an outline that the engine did not make.',
      'Delete it and use \u201cAdd a cell\u201d there to see what the engine makes of it.',
    );
  }
  const crop = (made ?? entry(imageId)?.analysis?.cells.find(({ id }) => id === cellId))?.crop;
  // A newer model's evidence is none for what an older one said.
  const isOthers = () => {
    const { engine } = get();
    const by = made ? undefined : entry(imageId)?.analysis?.model;
    return by !== undefined && engine.status === 'ready' && by.hash !== engine.info.model.hash;
  };
  const isOf = (heatmap: Heatmap | null): heatmap is Heatmap =>
    heatmap !== null && !isOthers() && (!crop || boxIou(crop, heatmap.crop) >= SAME_WINDOW[made ? 'added' : 'found']);
  const ask = () => persist(async () => (await clientFor(imageId)).explain(imageId, cellId, type));
  let heatmap = await ask();
  if (made && !isOf(heatmap)) {
    const key = `${imageId}/${cellId}`;
    const middle = { x: (made.crop.x0 + made.crop.x1) / 2, y: (made.crop.y0 + made.crop.y1) / 2 };
    const look = looking.get(key) ?? lookAt(imageId, middle, cellId);
    looking.set(key, look);
    await look.finally(() => looking.delete(key));
    heatmap = await ask();
  }
  if (!isOf(heatmap)) throw anotherModel();
  return heatmap;
}

/** Has the heatmap of a type for a cell computed once; it arrives in the store under heatmapKey. */
export async function explain(imageId: string, cellId: number, type: CellType): Promise<void> {
  const key = heatmapKey(imageId, cellId, type);
  const known = get().heatmaps[key];
  if (known && !(typeof known === 'object' && 'error' in known)) return;
  const put = (state: HeatmapState | null) =>
    useStore.setState(({ heatmaps: { [key]: _, ...others } }) => ({
      heatmaps: state ? { ...others, [key]: state } : others,
    }));
  put('loading');
  const made = madeOf(imageId, cellId);
  const analysis = entry(imageId)?.analysis;
  // Another page may be shown by the time it arrives, or another cell made in this one's place.
  const stands = () => entry(imageId)?.analysis === analysis && madeOf(imageId, cellId) === made;
  try {
    const heatmap = await evidence(imageId, cellId, type);
    if (stands()) put({ heatmap });
  } catch (thrown) {
    if (stands()) put(isAbort(thrown) ? null : { error: errorData(thrown) });
  }
}

/** By overlayKey, the cells that a layer is to show, for as long as it is being drawn. */
const wanted = new Map<string, readonly ReviewCell[]>();
/** The cells that a drawn layer shows: known for as long as it is there, and no longer. */
const shown = new WeakMap<ImageBitmap, readonly ReviewCell[]>();

/**
 * Has a layer of an image drawn; it arrives in pixels under overlayKey. Masks are drawn again when `cells` are others
 * than those drawn, the other layers once. A layer that fails is left out.
 */
export async function overlay(
  imageId: string,
  kind: Exclude<Layer, 'original' | 'outlines'>,
  cells: readonly ReviewCell[],
): Promise<void> {
  const key = overlayKey(imageId, kind);
  const drawing = wanted.has(key);
  const drawn = getPixels(key);
  if (!drawing && drawn && (kind !== 'masks' || shown.get(drawn) === cells)) return;
  wanted.set(key, cells);
  if (drawing) return;
  try {
    for (;;) {
      const analysis = entry(imageId)?.analysis;
      // Cells may change while they are drawn.
      const now = wanted.get(key) ?? cells;
      const painted = now.map(({ box, mask, type }) => ({ box, mask, type }));
      const { bitmap } = await persist(async () =>
        (await clientFor(imageId)).overlay(imageId, kind, kind === 'masks' ? painted : undefined),
      );
      const image = entry(imageId);
      if (image && image.analysis === analysis) {
        putPixels(key, bitmap);
        shown.set(bitmap, now);
        if (kind !== 'masks' || now === wanted.get(key)) return;
        continue;
      }
      // Of another page, or of an image that is gone.
      bitmap.close();
      // What is found on the page shown now will be asked about when it is known.
      if (!image?.analysis) return;
    }
  } catch (thrown) {
    if (!isAbort(thrown)) console.warn(`The ${kind} layer could not be drawn:`, thrown);
  } finally {
    wanted.delete(key);
  }
}
