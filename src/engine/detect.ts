/** Finds the candidate cells of an image at the reduction that suits their size, tile by tile where it is large. */
import type { Box } from '../domain/box';
import type { Pixels, WhitePoint } from '../domain/pixels';
import { type Candidate, findCandidates } from './candidates/find';
import { type Grid, gridOf, tilesOf } from './candidates/grid';
import { besides, settled, tooClose, tooFar } from './candidates/reduction';
import type { Network } from './network/network';
import type { Model } from './network/weights';

/** Cell and core probability on the grid, row-major. */
export interface FieldMaps {
  cell: Float32Array;
  core: Float32Array;
  grid: Grid;
}

export interface Detection {
  candidates: Candidate[];
  maps: FieldMaps;
}

/** Awaited between tiles and before each further look; may throw to stop. */
export type OnTile = (done: number, total: number) => Promise<void>;

/** A closer look makes maps of at most so many grid px: what finds cells in them holds 25 bytes a px. */
const MOST_GRID_PIXELS = 1e7;
/** A look hardly closer than the first is not worth its time. */
const CLOSER = 0.8;

/**
 * Candidates in image px, best first. The first grid is for cells as large as fields of this size usually show them; where the finds are
 * too large for it, halved as long as that makes them fit; where they are small, doubled once as far as memory allows.
 */
export async function detect(
  model: Model,
  network: Network,
  pixels: Pixels,
  white: WhitePoint,
  { crop }: { crop: boolean },
  onTile: OnTile,
): Promise<Detection> {
  const { detector } = model.manifest;
  const at = async (reduction: number): Promise<Detection> => {
    const maps = await fieldSaliency(model, network, pixels, white, onTile, reduction);
    const { cell, core, grid } = maps;
    const candidates = findCandidates({ cell, core, ...grid }, grid.factor, detector);
    return { candidates, maps };
  };
  let best = await at(1);
  // A file of one cell is reduced to a size at which the head knows it.
  if (crop) return best;
  for (let reduction = 2; tooClose(best.candidates, best.maps.grid); reduction *= 2) {
    const further = await at(reduction);
    if (!settled(further.candidates, further.maps.grid, best.candidates, best.maps.grid)) break;
    const more = besides(further.candidates, best.candidates, best.maps.grid);
    best = { ...further, candidates: [...further.candidates, ...more] };
  }
  const { width, height } = best.maps.grid;
  const closer = Math.max(0.5, Math.sqrt((width * height) / MOST_GRID_PIXELS));
  if (closer <= CLOSER && tooFar(best.candidates, best.maps.grid)) {
    // The maps that are shown stay the smaller ones.
    return { candidates: (await at(closer)).candidates, maps: best.maps };
  }
  return best;
}

/** Cell and core maps of the whole image, reduced `reduction` times as far as its size asks for (never enlarged). */
export async function fieldSaliency(
  { manifest }: Model,
  network: Network,
  pixels: Pixels,
  white: WhitePoint,
  onTile: OnTile,
  reduction = 1,
): Promise<FieldMaps> {
  const grid = gridOf(pixels.width, pixels.height, manifest.detector, reduction);
  const cell = new Float32Array(grid.width * grid.height);
  const core = new Float32Array(grid.width * grid.height);
  const tiles = tilesOf(grid, manifest.detector);
  for (const [i, { outer, inner }] of tiles.entries()) {
    if (i > 0 || reduction !== 1) await onTile(i, tiles.length);
    const tile = await tileSaliency(network, pixels, white, grid.factor, outer);
    const width = outer.x1 - outer.x0;
    for (let y = inner.y0; y < inner.y1; y++) {
      for (let x = inner.x0; x < inner.x1; x++) {
        const from = (y - outer.y0) * width + x - outer.x0;
        cell[y * grid.width + x] = tile.cell[from] as number;
        core[y * grid.width + x] = tile.core[from] as number;
      }
    }
  }
  return { cell, core, grid };
}

/** Maps of one tile (grid px). */
function tileSaliency(network: Network, pixels: Pixels, white: WhitePoint, factor: number, tile: Box) {
  const [width, height] = [tile.x1 - tile.x0, tile.y1 - tile.y0];
  const box = { x0: tile.x0 * factor, y0: tile.y0 * factor, x1: tile.x1 * factor, y1: tile.y1 * factor };
  return network.saliency({ pixels, white, box }, height, width);
}
