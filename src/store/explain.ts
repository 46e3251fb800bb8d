/** Heatmaps of cells and layers of images, drawn by the engine when they are first looked at. */
import type { CellType } from '../domain/cellType';
import { errorData } from '../domain/errors';
import { type HeatmapState, heatmapKey } from './cells';
import { clientFor, isAbort } from './engineClient';
import { getPixels, overlayKey, putPixels, releasePixels } from './pixels';
import { useStore } from './store';
import type { Layer } from './view';

const get = useStore.getState;
const entry = (id: string) => get().images.find((image) => image.id === id);

/** The cell whose evidence the engine holds: of a cell made of others, the first of them. */
function evidenceOf(imageId: string, cellId: number): number {
  const made = get().history.state.images[imageId]?.cells?.[cellId]?.made;
  const parent = made?.origin === 'added' ? undefined : made?.parents[0];
  return parent === undefined ? cellId : evidenceOf(imageId, parent);
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
  try {
    const heatmap = await (await clientFor(imageId)).explain(imageId, evidenceOf(imageId, cellId), type);
    put(entry(imageId) ? { heatmap } : null);
  } catch (thrown) {
    put(isAbort(thrown) ? null : { error: errorData(thrown) });
  }
}

const drawing = new Set<string>();

/** Has a layer of an image drawn once; it arrives in pixels under overlayKey. A layer that fails is left out. */
export async function overlay(imageId: string, kind: Exclude<Layer, 'original' | 'outlines'>): Promise<void> {
  const key = overlayKey(imageId, kind);
  if (getPixels(key) || drawing.has(key)) return;
  drawing.add(key);
  try {
    const { bitmap } = await (await clientFor(imageId)).overlay(imageId, kind);
    putPixels(key, bitmap);
    if (!entry(imageId)) releasePixels(key);
  } catch (thrown) {
    if (!isAbort(thrown)) console.warn(`The ${kind} layer could not be drawn:`, thrown);
  } finally {
    drawing.delete(key);
  }
}
