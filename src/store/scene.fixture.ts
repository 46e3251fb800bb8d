/** Two analysed images of a few cells, for tests to decide about. */
import type { DetectedCell } from '../domain/cell';
import { disc } from '../domain/review/shape';
import { selectImage } from './actions';
import { newEntry } from './images';
import { cellsSeen } from './review';
import { initialState, useStore } from './store';

export const cell = (id: number, type: DetectedCell['type'] = 'neutrophil'): DetectedCell => ({
  ...{ id, type, ...disc(20 * id, 30, 8, 200, 60)!, modelType: 'neutrophil', confidence: 0.6, consistency: 0.5 },
  ...{ probabilities: [0.6, 0.4, 0, 0, 0, 0, 0, 0], novelty: 0.2, attributes: [] },
  crop: { x0: 20 * id - 16, y0: 14, x1: 20 * id + 16, y1: 46 },
});
export const image = (id: string, ...cells: DetectedCell[]) => ({
  ...newEntry({ id, name: `${id}.png`, path: `${id}.png`, size: 1 }),
  ...{ status: 'done' as const, analysis: { width: 200, height: 60, cells, backend: 'wasm' as const, timings: {} } },
});
const get = useStore.getState;
export const typesOn = (id: string) =>
  cellsSeen(
    get().images.find((entry) => entry.id === id),
    get(),
  ).map(({ type }) => type);

/** Image a with three cells, the second of them unidentified, and image b with one; a is selected. */
export function openTwo(): void {
  const images = [image('a', cell(1), cell(2, 'unidentified'), cell(3)), image('b', cell(1))];
  useStore.setState({ ...initialState, images, who: 'Ada' }, true);
  selectImage('a');
}
