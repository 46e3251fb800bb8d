/** The network's arrays as the kernels read them, one behind the other in their memory. */
import { type ModelArray, padded } from '../plan/arrays';
import { FLOAT } from './program';

/** Outputs a convolution computes at a time (assembly/convolution.ts). */
export const BLOCK = 8;

const ceil = (value: number, unit: number) => Math.ceil(value / unit) * unit;

/** Filters [..., outputs] as blocks of eight outputs: [outputs / 8, ..., 8], with zeros for those that are missing. */
export function inBlocks(values: Float32Array, outputs: number): Float32Array {
  const taps = values.length / outputs;
  const packed = new Float32Array(taps * ceil(outputs, BLOCK));
  for (let tap = 0; tap < taps; tap++) {
    for (let o = 0; o < outputs; o++) {
      const block = Math.floor(o / BLOCK);
      packed[(block * taps + tap) * BLOCK + (o % BLOCK)] = values[tap * outputs + o] as number;
    }
  }
  return packed;
}

export class Filters {
  /** Of the arrays that were asked for. */
  readonly names = new Set<string>();
  private readonly source: (name: string) => ModelArray;
  private readonly addresses = new Map<string, number>();
  /** What is to be written; null once it is, for maps lie behind it then. */
  private parts: { at: number; values: Float32Array }[] | null = [];
  private next: number;

  /** start: address of the first one, a multiple of 64. */
  constructor(array: (name: string) => ModelArray, start: number) {
    this.source = array;
    this.next = start;
  }

  array(name: string): ModelArray {
    this.names.add(name);
    return this.source(name);
  }

  /** Address behind the last one. */
  get end(): number {
    return this.next;
  }

  /** Address of the values that `make` gives; the same key is kept once. */
  add(key: string, make: () => Float32Array): number {
    const known = this.addresses.get(key);
    if (known !== undefined) return known;
    if (!this.parts) throw new Error(`${key} comes after all others were written`);
    const values = make();
    const at = this.next;
    this.parts.push({ at, values });
    this.addresses.set(key, at);
    // Read four floats at a time.
    this.next = ceil(at + values.length * FLOAT, 64);
    return at;
  }

  /** The only value of an array. */
  number(name: string): number {
    return this.array(name).values[0] as number;
  }

  shape(name: string): number[] {
    return this.array(name).shape;
  }

  /** An array as it is. */
  values(name: string): number {
    return this.add(name, () => this.array(name).values);
  }

  /** `<name>.w`, the outputs last, in blocks; inputs: only the first so many of a linear layer's. */
  blocks(name: string, inputs?: number): number {
    const { shape, values } = this.array(`${name}.w`);
    const outputs = shape.at(-1) as number;
    return this.add(`${name}.w in blocks ${inputs ?? ''}`, () =>
      inBlocks(inputs === undefined ? values : values.subarray(0, inputs * outputs), outputs),
    );
  }

  /** A bias, with zeros to whole blocks. */
  bias(name: string): number {
    return this.add(`${name} as bias`, () => {
      const { values } = this.array(name);
      return padded(values, values.length, 1, ceil(values.length, BLOCK));
    });
  }

  zeros(outputs: number): number {
    return this.add(`zeros ${ceil(outputs, BLOCK)}`, () => new Float32Array(ceil(outputs, BLOCK)));
  }

  write(memory: WebAssembly.Memory): void {
    const floats = new Float32Array(memory.buffer);
    for (const { at, values } of this.parts ?? []) floats.set(values, at / FLOAT);
    this.parts = null;
  }
}
