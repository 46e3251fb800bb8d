/** The network on one thread of the processor: our kernels, their memory, and the calls of a crop and of fields. */
import type { Manifest } from '../manifest';
import type { ModelArray } from '../plan/arrays';
import { networkPlan, type Plan, saliencyPlan } from '../plan/layers';
import { type CropOutput, classesOf, type SaliencyOutput } from '../plan/outputs';
import { Filters } from './filters';
import { isRelaxed, type Kernels, openKernels, PAGE } from './kernels';
import { lower } from './lower';
import { FLOAT, type Placed } from './program';

/** Address of the first filter; 0 stands for none. */
const START = 1024;
/** Sizes of fields whose calls are kept. */
const FIELDS = 4;

/** What it needs of a model, as it is sent to a thread. */
export interface Source {
  manifest: Manifest;
  arrays: ReadonlyMap<string, ModelArray>;
}

export class Processor {
  /** Whether it multiplies and adds in one step. */
  readonly relaxed: boolean;
  private readonly manifest: Manifest;
  private readonly memory: WebAssembly.Memory;
  private readonly kernels: Kernels;
  private readonly filters: Filters;
  private readonly crop: Placed;
  private readonly fields = new Map<string, Placed>();

  private constructor(source: Source, memory: WebAssembly.Memory, kernels: Kernels, relaxed: boolean) {
    const { manifest, arrays } = source;
    this.manifest = manifest;
    this.memory = memory;
    this.kernels = kernels;
    this.relaxed = relaxed;
    this.filters = new Filters((name) => {
      const array = arrays.get(name);
      if (!array) throw new Error(`the model has no array ${name}`);
      return array;
    }, START);
    this.crop = this.place(networkPlan(manifest));
    this.filters.write(memory);
  }

  /** Throws where this browser's WebAssembly lacks SIMD, or the network is of a shape that the kernels were not made for. */
  static async open(source: Source, relaxed = isRelaxed()): Promise<Processor> {
    const memory = new WebAssembly.Memory({ initial: 1 });
    return new Processor(source, memory, await openKernels(memory, relaxed), relaxed);
  }

  /** Names of the arrays it took. */
  get names(): ReadonlySet<string> {
    return this.filters.names;
  }

  /** Bytes of its memory. */
  get bytes(): number {
    return this.memory.buffer.byteLength;
  }

  /** Of a crop [size, size, 3], white-pointed, in [0, 1]. */
  infer(crop: Float32Array): CropOutput {
    this.run(this.crop, 'crops', crop);
    const part = (name: string) => this.read(this.crop, name);
    return {
      segmentation: part('segmentation').slice(),
      classes: classesOf(part('segmentation')),
      types: part('types').slice(),
      cams: part('cams').slice(),
      saliency: channel(part('saliency'), 0),
      features: part('features').slice(),
    };
  }

  /** Of a field [height, width, 3], white-pointed, in [0, 1]; both multiples of 16. */
  saliency(field: Float32Array, height: number, width: number): SaliencyOutput {
    if (height % 16 !== 0 || width % 16 !== 0) throw new RangeError(`a field of ${width} x ${height} px`);
    const key = `${height} ${width}`;
    let placed = this.fields.get(key);
    if (!placed) {
      placed = this.place(saliencyPlan(height, width));
      if (this.fields.size >= FIELDS) this.fields.clear();
      this.fields.set(key, placed);
    }
    this.run(placed, 'half', field);
    const both = this.read(placed, 'saliency');
    return { cell: channel(both, 0), core: channel(both, 1) };
  }

  /** All plans' maps lie in one place: one runs after the other. */
  private place(plan: Plan): Placed {
    const program = lower(plan, this.kernels, this.filters, this.manifest.cues);
    const placed = program.placed(this.filters.end, [plan.input], plan.outputs);
    const missing = Math.ceil((placed.end - this.memory.buffer.byteLength) / PAGE);
    if (missing > 0) this.memory.grow(missing);
    return placed;
  }

  private run(placed: Placed, input: string, values: Float32Array): void {
    this.read(placed, input).set(values);
    for (const call of placed.calls) call();
  }

  /** A map's floats where they lie: until the next run. */
  private read({ places }: Placed, name: string): Float32Array {
    const place = places.get(name);
    if (!place || place.border) throw new Error(`no map ${name} to be read whole`);
    return new Float32Array(this.memory.buffer, place.at, (place.height * place.pitch) / FLOAT);
  }
}

/** One of two channels. */
function channel(both: Float32Array, index: number): Float32Array {
  const values = new Float32Array(both.length / 2);
  for (let i = 0; i < values.length; i++) values[i] = both[2 * i + index] as number;
  return values;
}
