/** An image's cells -> its two label maps: which cell, and which part of a cell, each px belongs to. */
import { encode } from 'fast-png';
import { type DetectedCell, LAST_CELL } from '../domain/cell';
import { BACKGROUND, decodeMask } from '../domain/mask';

type Masked = Pick<DetectedCell, 'id' | 'box' | 'mask'>;

/** Whether a cell's number has a place in the maps: written all the same, it would be that of another cell, or of none. */
export const hasPlace = ({ id }: Pick<DetectedCell, 'id'>) => id >= 1 && id <= LAST_CELL;

/** Row-major, width x height px of the upright image. */
export interface LabelMaps {
  /** Cell id, 0 background. */
  cells: Uint16Array;
  /** 0 background, 1 cytoplasm, 2 nucleus. */
  classes: Uint8Array;
}

/**
 * Draws the cells' masks. A px that two masks claim goes to the cell listed first (the one with the lower id), in both
 * maps alike; so a cell may have fewer px in the maps than in its `areas`. Throws RangeError for a cell whose number has no place.
 */
export function labelMaps(width: number, height: number, masked: readonly Masked[]): LabelMaps {
  const cells = new Uint16Array(width * height);
  const classes = new Uint8Array(width * height);
  for (const { id, box, mask } of masked) {
    if (!hasPlace({ id })) throw new RangeError(`Label maps have no place for a cell of number ${id}.`);
    const parts = decodeMask(mask);
    for (let row = Math.max(0, -box.y0); row < Math.min(mask.height, height - box.y0); row++) {
      for (let column = Math.max(0, -box.x0); column < Math.min(mask.width, width - box.x0); column++) {
        const part = parts[row * mask.width + column] ?? BACKGROUND;
        const at = (box.y0 + row) * width + box.x0 + column;
        if (part === BACKGROUND || cells[at] !== 0) continue;
        cells[at] = id;
        classes[at] = part;
      }
    }
  }
  return { cells, classes };
}

/** The maps as one-channel PNG files: cells with 16 bits, classes with 8. */
export function labelPngs(width: number, height: number, masked: readonly Masked[]) {
  const { cells, classes } = labelMaps(width, height, masked);
  return {
    cells: encode({ width, height, data: cells, depth: 16, channels: 1 }),
    classes: encode({ width, height, data: classes, depth: 8, channels: 1 }),
  };
}
