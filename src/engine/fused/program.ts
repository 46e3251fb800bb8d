/** A recorded pass before it meets a device: dispatches, the maps they share, and the arrays they read. */
import type { Kernel, Storage } from './kernel';

/** Px of a map as a kernel finds them: the map, vec4 from its start, and vec4 from px to px. */
export interface View {
  map: string;
  offset: number;
  step: number;
}

/** What a run begins with: crops or a field that were made elsewhere, or windows of the image that they are made of. */
export type Entry = 'crop' | 'window';

export interface Dispatch {
  /** The layer it belongs to, for reports. */
  name: string;
  kernel: Kernel;
  /** By field; a view stands for its place in the arena. */
  params: Record<string, number | View>;
  /** Left out unless a run begins with this; without it, in every run. */
  from?: Entry;
  /** Threads an image needs, or for a team kernel its workgroups an image. */
  threads?: number;
  teams?: number;
}

/** A part of an image's outputs, scalars from the start of the outputs. */
export interface OutputPart {
  offset: number;
  length: number;
}

export interface Program {
  dispatches: Dispatch[];
  /** vec4 of each map of one image. */
  maps: Map<string, number>;
  /** The maps that may be written from outside, by what a run begins with. */
  inputs: Record<Entry, string>;
  /** Those that are read back, in their order. */
  outputs: string[];
  /** The model's arrays, as `storage` says, and the plan's own numbers. */
  filters: Float32Array | Uint16Array;
  storage: Storage;
  constants: Float32Array;
}

/** Arrays laid one behind the other in vec4; the same key is stored once. */
export class WeightPack {
  private readonly offsets = new Map<string, number>();
  private readonly parts: Float32Array[] = [];
  private length = 0;

  /** Offset in vec4 of the values that `make` gives; they are padded to whole vec4. */
  add(key: string, make: () => Float32Array): number {
    const known = this.offsets.get(key);
    if (known !== undefined) return known;
    const offset = this.length;
    const values = make();
    const padded = new Float32Array(Math.ceil(values.length / 4) * 4);
    padded.set(values);
    this.parts.push(padded);
    this.offsets.set(key, offset);
    this.length += padded.length / 4;
    return offset;
  }

  packed(): Float32Array {
    const all = new Float32Array(this.length * 4);
    let at = 0;
    for (const part of this.parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }
}

/** IEEE 754 half precision of each value, rounded to nearest. */
export function toHalves(values: Float32Array): Uint16Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  return Uint16Array.from(bits, (v) => {
    const sign = (v >>> 16) & 0x8000;
    const exponent = ((v >>> 23) & 0xff) - 112;
    const fraction = v & 0x7fffff;
    if (exponent >= 31) return sign | 0x7c00;
    if (exponent > 0) return sign | ((exponent << 10) + ((fraction + 0x1000) >>> 13));
    if (exponent < -10) return sign;
    // Subnormal: the hidden one becomes part of the fraction.
    const shift = 14 - exponent;
    return sign | (((fraction | 0x800000) + (1 << (shift - 1))) >>> shift);
  });
}
