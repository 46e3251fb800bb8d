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
