/** Which tiles of a pyramid a camera sees: pure functions. */
import { type Pyramid, TILE } from '../../domain/pyramid';
import { type Camera, type Size, toImage } from './camera';

/** A tile of a level and its box in px of the image. */
export interface PlacedTile {
  index: number;
  x: number;
  y: number;
  width: number;
  height: number;
}

/** The coarsest level that still has a px for every device px; `scale` is device px per image px. */
export function levelFor({ levels }: Pyramid, scale: number): number {
  let best = 0;
  levels.forEach(({ factor }, level) => {
    if (factor * scale <= 1) best = level;
  });
  return best;
}

/** Tiles of a level that lie in the view. */
export function tilesInView(pyramid: Pyramid, level: number, camera: Camera, view: Size): PlacedTile[] {
  const at = pyramid.levels[level];
  if (!at) return [];
  const side = TILE * at.factor;
  const low = toImage(camera, { x: 0, y: 0 });
  const high = toImage(camera, { x: view.width, y: view.height });
  const tiles: PlacedTile[] = [];
  for (let row = Math.max(0, Math.floor(low.y / side)); row < at.rows && row * side < high.y; row++) {
    for (let column = Math.max(0, Math.floor(low.x / side)); column < at.columns && column * side < high.x; column++) {
      const [x, y] = [column * side, row * side];
      tiles.push({
        index: row * at.columns + column,
        x,
        y,
        width: Math.min(side, pyramid.width - x),
        height: Math.min(side, pyramid.height - y),
      });
    }
  }
  return tiles;
}
