/** Colours of the drawn layers as packed little-endian RGB. */
import { interpolateInferno } from 'd3-scale-chromatic';
import { CALL_TYPES } from '../domain/cellType';
import { TYPE_COLORS } from '../domain/palette';

/** '#rrggbb' with each channel times `factor`. */
function pack(hex: string, factor = 1): number {
  const value = Number.parseInt(hex.slice(1), 16);
  const channel = (shift: number) => Math.round(((value >> shift) & 255) * factor);
  return channel(16) | (channel(8) << 8) | (channel(0) << 16);
}

/** 256 perceptually uniform heat colours (inferno). */
export function infernoColours(): Int32Array {
  return Int32Array.from({ length: 256 }, (_, i) => pack(interpolateInferno(i / 255)));
}

/** Cytoplasm of each type: its own colour. */
export function cytoplasmColours(): number[] {
  return CALL_TYPES.map((type) => pack(TYPE_COLORS[type]));
}

/** Nucleus of each type: the same, darker. */
export function nucleusColours(): number[] {
  return CALL_TYPES.map((type) => pack(TYPE_COLORS[type], 0.55));
}
