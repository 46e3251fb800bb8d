/** Decoded pictures, and parts of them as they are shown to the network. */
import type { Box } from './box';

/** RGBA bytes, row-major, upright (EXIF orientation applied). */
export interface Pixels {
  data: Uint8ClampedArray;
  width: number;
  height: number;
}

/** White of each channel at the px [x0, x1) of row y, written to `into` (three values a px, in (0, 1.3]). */
export type WhiteOf = (y: number, x0: number, x1: number, into: Float64Array) => void;

/** Colour of the empty background. constant: r, g, b in (0, 1]; surface: for each channel six coefficients of [1, x, y, x^2, xy, y^2], or null. */
export interface WhitePoint {
  constant: number[];
  surface: number[][] | null;
}

/** A part of an image to show to the network, px; it may leave the image, and what is outside is white. A box with its ends swapped is shown turned. */
export interface Window {
  pixels: Pixels;
  white: WhitePoint;
  box: Box;
}
