/** TIFF samples -> RGBA bytes. */
import type { GeoTIFFImage } from 'geotiff';

export interface Layout {
  width: number;
  height: number;
  /** Rows of a tile or strip. */
  tileHeight: number;
  /** Samples a px. */
  samples: number;
  bits: number;
  /** TIFF 6.0: 0 white is zero, 1 black is zero, 2 RGB, 3 palette, 5 CMYK, 6 YCbCr. */
  photometric: number;
  /** Meaning of the first extra sample: 1 associated alpha, 2 alpha. */
  extra: number;
  /** Palette: all reds, all greens, all blues, 16 bit. */
  map: ArrayLike<number> | null;
}

/** Bits of a sample, the same for all; null where they are no unsigned integers. */
export async function bitsOf(image: GeoTIFFImage): Promise<number | null> {
  const list = (value: unknown) =>
    typeof value === 'object' && value !== null ? [...(value as Iterable<number>)] : [value];
  const formats = list((await image.fileDirectory.loadValue('SampleFormat')) ?? 1).map(Number);
  // 4: undefined by the writer; taken as integers.
  if (formats.some((format) => format !== 1 && format !== 4)) return null;
  const bits = list((await image.fileDirectory.loadValue('BitsPerSample')) ?? 1).map(Number);
  return bits.every((n) => n === bits[0]) ? (bits[0] ?? 1) : Number.NaN;
}

export interface Raster {
  /** Interleaved. */
  values: ArrayLike<number>;
  samples: number;
  /** Already red, green, blue of 8 bits. */
  rgb: boolean;
}

/** How many of a px's samples, the first of them, are its colour: 3 or 1. */
export function coloursOf({ samples, rgb }: Raster, { photometric }: Layout): 1 | 3 {
  // Three samples called grey are a colour camera's: some writers leave the interpretation at its default.
  return rgb || photometric === 2 || samples === 3 ? 3 : 1;
}

/** Writes a raster's px to `into`, transparency over white. `peak`: the value of full brightness; `full`: of full opacity. */
export function toRgba(
  raster: Raster,
  layout: Layout,
  { peak, full }: { peak: number; full: number },
  into: Uint8ClampedArray,
): void {
  const { values, samples, rgb } = raster;
  const px = Math.floor(values.length / samples);
  const palette = !rgb && layout.photometric === 3 ? paletteOf(layout.map as ArrayLike<number>) : null;
  const colours = coloursOf(raster, layout);
  // The first of the samples behind them, where it is one.
  const alphaAt = !rgb && (layout.extra === 1 || layout.extra === 2) ? colours : -1;
  const factor = rgb ? 1 : 255 / peak;
  const invert = !rgb && layout.photometric === 0;
  for (let i = 0; i < px; i++) {
    const from = i * samples;
    const to = i * 4;
    if (palette) {
      const index = (values[from] as number) * 3;
      for (let c = 0; c < 3; c++) into[to + c] = palette[index + c] ?? 0;
    } else {
      for (let c = 0; c < 3; c++) {
        const value = (values[from + (colours === 3 ? c : 0)] as number) * factor;
        into[to + c] = invert ? 255 - value : value;
      }
    }
    if (alphaAt > 0 && alphaAt < samples) {
      const alpha = (values[from + alphaAt] as number) / full;
      for (let c = 0; c < 3; c++) {
        const value = into[to + c] as number;
        into[to + c] = (layout.extra === 1 ? value : value * alpha) + 255 * (1 - alpha);
      }
    }
    into[to + 3] = 255;
  }
}

/** Red, green, blue of each index, 8 bits. */
function paletteOf(map: ArrayLike<number>): Uint8Array {
  const n = Math.floor(map.length / 3);
  let most = 0;
  for (let i = 0; i < map.length; i++) most = Math.max(most, map[i] as number);
  // Some writers store 8-bit palettes as they are.
  const divisor = most > 255 ? 257 : 1;
  const palette = new Uint8Array(n * 3);
  for (let i = 0; i < n; i++) {
    for (let c = 0; c < 3; c++) palette[i * 3 + c] = Math.round((map[c * n + i] as number) / divisor);
  }
  return palette;
}
