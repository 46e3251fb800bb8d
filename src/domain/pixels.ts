/** Decoded pictures. */

/** RGBA bytes, row-major, upright (EXIF orientation applied). */
export interface Pixels {
  data: Uint8ClampedArray;
  width: number;
  height: number;
}

/** White of each channel at a px, written to `into` (three values in (0, 1.3]). */
export type WhiteAt = (x: number, y: number, into: Float64Array) => void;
