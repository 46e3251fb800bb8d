/** The reduced grid on which a whole image's saliency is computed. */
import type { Box } from '../../domain/box';
import type { DetectorConstants } from '../manifest';

export interface Grid {
  /** Image px per grid px. */
  factor: number;
  /** Grid px; multiples of the head's stride, so that the grid may reach past the image. */
  width: number;
  height: number;
}

/** Grid px around a tile that its edge can depend on: the reach of the cues and of the head. A multiple of the stride. */
const HALO = 96;

/** A tile has no more px than this even where the GPU would take more: its feature maps are what fills the memory. */
const TILE_PIXELS = 2.5e5;

/** A part of the grid computed at once: `outer` with its surroundings, `inner` what is kept. Grid px, half-open. */
export interface Tile {
  outer: Box;
  inner: Box;
}

/**
 * The padded grid of an image reduced as far as brings the cells of most cameras to the size the head was trained on, or `reduction`
 * times as far; never enlarged.
 */
export function gridOf(width: number, height: number, constants: DetectorConstants, reduction = 1): Grid {
  const usual = Math.min(Math.max(Math.max(width, height) / constants.longSide, 1), constants.maxReduction);
  const factor = Math.max(1, usual * reduction);
  const padded = (n: number) => Math.ceil(Math.ceil(n / factor) / constants.stride) * constants.stride;
  return { factor, width: padded(width), height: padded(height) };
}

/**
 * Cuts a grid into tiles of at most maxPixels and TILE_PIXELS, surroundings included; one tile where it is no larger. Tiles begin at
 * multiples of the stride and overlap by as much as the maps can reach, so that put together they are the map of the
 * whole, and a cell on a seam is one cell.
 */
export function tilesOf({ width, height }: Grid, { maxPixels, stride }: DetectorConstants): Tile[] {
  const limit = Math.min(maxPixels, TILE_PIXELS);
  if (width * height <= limit) {
    const whole = { x0: 0, y0: 0, x1: width, y1: height };
    return [{ outer: whole, inner: whole }];
  }
  const most = Math.max(stride, Math.floor((Math.sqrt(limit) - 2 * HALO) / stride) * stride);
  const step = (n: number) => Math.ceil(n / Math.ceil(n / most) / stride) * stride;
  const [across, down] = [step(width), step(height)];
  const tiles: Tile[] = [];
  for (let y0 = 0; y0 < height; y0 += down) {
    for (let x0 = 0; x0 < width; x0 += across) {
      const inner = { x0, y0, x1: Math.min(width, x0 + across), y1: Math.min(height, y0 + down) };
      const outer = {
        x0: Math.max(0, x0 - HALO),
        y0: Math.max(0, y0 - HALO),
        x1: Math.min(width, inner.x1 + HALO),
        y1: Math.min(height, inner.y1 + HALO),
      };
      tiles.push({ outer, inner });
    }
  }
  return tiles;
}
