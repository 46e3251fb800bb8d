/** Turns and mirrors px as the orientation tag of EXIF and TIFF asks (1 to 8). */
import type { Pixels } from '../../domain/pixels';

/** True where width and height change places. */
export function turned(orientation: number): boolean {
  return orientation >= 5 && orientation <= 8;
}

/** Upright px; the same object where nothing is to be done. */
export function orient(pixels: Pixels, orientation: number): Pixels {
  if (!(orientation >= 2 && orientation <= 8)) return pixels;
  const { width: w, height: h } = pixels;
  const [width, height] = turned(orientation) ? [h, w] : [w, h];
  const from = new Uint32Array(pixels.data.buffer, pixels.data.byteOffset, w * h);
  const to = new Uint32Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [sx, sy] = sourceOf(orientation, x, y, w, h);
      to[y * width + x] = from[sy * w + sx] as number;
    }
  }
  return { data: new Uint8ClampedArray(to.buffer), width, height };
}

/** Where the upright px (x, y) is stored. */
function sourceOf(orientation: number, x: number, y: number, w: number, h: number): [number, number] {
  switch (orientation) {
    case 2:
      return [w - 1 - x, y];
    case 3:
      return [w - 1 - x, h - 1 - y];
    case 4:
      return [x, h - 1 - y];
    case 5:
      return [y, x];
    case 6:
      return [y, h - 1 - x];
    case 7:
      return [w - 1 - y, h - 1 - x];
    default:
      return [w - 1 - y, x];
  }
}
