/** Three images of a few cells, for tests to decide about, and what takes all of it back. */
import type { DetectedCell } from '../cell';
import { type ReviewCell, reviewCells } from './cells';
import { type History, record, redoEvent, undoEvent } from './history';
import { disc } from './shape';

export const SIZE = 80;
export const EXTENT = { width: SIZE, height: SIZE };

export function detected(id: number, x: number, y: number): DetectedCell {
  const shape = disc(x, y, 7, SIZE, SIZE)!;
  return {
    id,
    ...shape,
    probabilities: [0.6, 0.1, 0.05, 0.05, 0.05, 0.05, 0.05, 0.05],
    modelType: 'neutrophil',
    type: id % 3 === 0 ? 'unidentified' : 'neutrophil',
    confidence: 0.6,
    consistency: id === 2 ? Number.NaN : 0.5,
    novelty: 0.4,
    attributes: [{ name: 'granularity', value: 'yes', probability: 0.9, share: null }],
    crop: { x0: x - 15, y0: y - 15, x1: x + 15, y1: y + 15 },
  };
}

export const IMAGES = ['a', 'b', 'c'];
export const found = new Map(
  IMAGES.map((image, i) => [image, [1, 2, 3, 4].slice(i).map((id) => detected(id, 12 + 17 * id, 20 + 15 * i))]),
);
export const cellsOf = (history: History, image: string): ReviewCell[] =>
  reviewCells(found.get(image) ?? [], history.state.images[image], EXTENT);

export const undoAll = (history: History): History => {
  let now = history;
  for (let event = undoEvent(now); event; event = undoEvent(now)) now = record(now, event, '', new Date(0));
  return now;
};
export const redoAll = (history: History): History => {
  let now = history;
  for (let event = redoEvent(now); event; event = redoEvent(now)) now = record(now, event, '', new Date(0));
  return now;
};
