/** A large picture as tiles at halving resolutions, each a small compressed image. */

/** Px of a tile's side. */
export const TILE = 512;

export interface Level {
  /** Image px per px of this level: 1, 2, 4 ... */
  factor: number;
  columns: number;
  rows: number;
  /** Row by row. Tiles at the right and lower edge are smaller. */
  tiles: Blob[];
}

export interface Pyramid {
  width: number;
  height: number;
  /** Finest first; the last is one tile. */
  levels: Level[];
}

/**
 * Place among the levels of the one that a window of `length` image px is drawn from for a picture of `side` px: the coarsest
 * that has as many px of it, so that a picture costs what is shown and not what it is of.
 */
export function levelFor({ levels }: Pick<Pyramid, 'levels'>, length: number, side: number): number {
  const coarser = levels.findIndex(({ factor }) => length / factor < side);
  return coarser < 0 ? levels.length - 1 : Math.max(0, coarser - 1);
}
