/** Whether what was segmented can be what the detector proposed. */

/**
 * A find whose mask is narrower than this share of what its crop was cut for, even after the second look cut it anew, is
 * nothing that both detector and network see, unless its type is this sure: a granule, a fold, a red cell's rim. Of the
 * white cells of Chula, Raabin and BCCD (val, and Chula's train) none fills less than 0.76.
 */
const LEAST_FILL = 0.72;
const SURE = 0.7;

/**
 * True where a find in a field is debris. region: px [size * size] of the cell, in a crop of cropSidePerDiameter times the
 * assumed diameter; confidence of its type in [0, 1]. A cell cut off by the image's edge fills its crop less: not asked here.
 */
export function isDebris(region: Uint8Array, size: number, cropSidePerDiameter: number, confidence: number): boolean {
  if (confidence >= SURE) return false;
  const diameter = Math.sqrt((4 * region.reduce((sum, v) => sum + v, 0)) / Math.PI);
  return (diameter * cropSidePerDiameter) / size < LEAST_FILL;
}

/**
 * Across, as a share of the field's middle sure cell: even beside monocytes of 20 um a lymphocyte has 7. Made for one speck of Chula's val
 * (E-13_0148), seen with weights that were not shipped.
 */
const LEAST_SHARE = 0.35;

/** True where a find of no sure type is too small beside the field's sure cells to be one; areas in px of the same image. */
export function isSpeck(area: number, sure: number[]): boolean {
  const ordered = [...sure].sort((a, b) => a - b);
  const middle = ordered[Math.floor(ordered.length / 2)];
  return middle !== undefined && area < LEAST_SHARE ** 2 * middle;
}
