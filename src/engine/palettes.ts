/** Colours of the drawn layers as packed little-endian RGB. */
import { CALL_TYPES } from '../domain/cellType';
import { inferno } from '../domain/colormap';
import { TYPE_COLORS } from '../domain/palette';

const packed = ([r, g, b]: readonly [number, number, number]) =>
  Math.round(r) | (Math.round(g) << 8) | (Math.round(b) << 16);

/** '#rrggbb' with each channel times `factor`. */
function pack(hex: string, factor = 1): number {
  const value = Number.parseInt(hex.slice(1), 16);
  const channel = (shift: number) => ((value >> shift) & 255) * factor;
  return packed([channel(16), channel(8), channel(0)]);
}

/** 256 heat colours, of the scale that the panel and the exports have. */
export function infernoColours(): Int32Array {
  return Int32Array.from({ length: 256 }, (_, i) => packed(inferno(i / 255)));
}

/** Cytoplasm of each type: its own colour. */
export function cytoplasmColours(): number[] {
  return CALL_TYPES.map((type) => pack(TYPE_COLORS[type]));
}

/** Nucleus of each type: the same, darker. */
export function nucleusColours(): number[] {
  return CALL_TYPES.map((type) => pack(TYPE_COLORS[type], 0.55));
}
