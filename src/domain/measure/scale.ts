/** From px to µm, and whether a scale can be true. */
import { isSane, SANE_UM_PER_PX, type Scale } from '../scale';

/** Diameters that red cells have in a smear, µm; beyond them it is the scale that is wrong, not the cells. */
export const RED_CELL_UM = { low: 5, high: 10, usual: 7.5 };

/** A length in µm; null without a scale. */
export function micrometres(px: number, scale: Scale | null | undefined): number | null {
  return scale ? px * scale.umPerPx : null;
}

/** An area in µm²; null without a scale. */
export function squareMicrometres(px: number, scale: Scale | null | undefined): number | null {
  return scale ? px * scale.umPerPx ** 2 : null;
}

/** A sentence where a scale cannot be a microscope's, or makes red cells of a size that they do not have; null where it may be true. */
export function scaleWarning(umPerPx: number, redCellPx: number | null): string | null {
  const [least, most] = SANE_UM_PER_PX;
  if (!(umPerPx > 0)) return 'Type a number above 0.';
  if (!isSane(umPerPx)) {
    const shown = Number(umPerPx.toPrecision(3));
    return `${shown} µm a px is no light microscope\u2019s scale: it is between ${least} and ${most}.`;
  }
  if (redCellPx === null) return null;
  const diameter = redCellPx * umPerPx;
  if (diameter >= RED_CELL_UM.low && diameter <= RED_CELL_UM.high) return null;
  return `At this scale the red cells are ${diameter.toFixed(1)} µm across; they are about ${RED_CELL_UM.usual} µm. Check the scale.`;
}
