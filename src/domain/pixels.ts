/** Decoded pictures. */

/** RGBA bytes, row-major, upright (EXIF orientation applied). */
export interface Pixels {
  data: Uint8ClampedArray;
  width: number;
  height: number;
}

/** White of each channel at the px [x0, x1) of row y, written to `into` (three values a px, in (0, 1.3]). */
export type WhiteOf = (y: number, x0: number, x1: number, into: Float64Array) => void;
