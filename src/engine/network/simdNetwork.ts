/** The network on the processor by our own WebAssembly kernels: where there is no graphics device worth having. */
import type { Window } from '../../domain/pixels';
import { networkPlan, type Plan, saliencyPlan } from '../plan/layers';
import { Filters } from '../simd/filters';
import { isRelaxed, type Kernels, openKernels, PAGE } from '../simd/kernels';
import { lower } from '../simd/lower';
import { FLOAT, type Placed } from '../simd/program';
import type { CropOutput, Network, SaliencyOutput } from './network';
import { shown } from './shown';
import type { Model } from './weights';

/** Address of the first filter; 0 stands for none. */
const START = 1024;
/** Sizes of fields whose calls are kept. */
const FIELDS = 4;

export class SimdNetwork implements Network {
  readonly batch: number;
  /** Whether it multiplies and adds in one step. */
  readonly relaxed: boolean;
  private readonly model: Model;
  private readonly memory: WebAssembly.Memory;
  private readonly kernels: Kernels;
  private readonly filters: Filters;
  private readonly crop: Placed;
  private readonly fields = new Map<string, Placed>();

  private constructor(model: Model, batch: number, memory: WebAssembly.Memory, kernels: Kernels, relaxed: boolean) {
    this.model = model;
    this.batch = batch;
    this.memory = memory;
    this.kernels = kernels;
    this.relaxed = relaxed;
    this.filters = new Filters((name) => model.weights.array(name), START);
    const { manifest } = model;
    this.crop = this.place(networkPlan(manifest));
    this.filters.write(memory);
  }

  /** Throws where this browser's WebAssembly lacks SIMD, or the network is of a shape that the kernels were not made for. */
  static async open(model: Model, batch: number, relaxed = isRelaxed()): Promise<SimdNetwork> {
    const memory = new WebAssembly.Memory({ initial: 1 });
    return new SimdNetwork(model, batch, memory, await openKernels(memory, relaxed), relaxed);
  }

  /** Bytes of its memory. */
  get bytes(): number {
    return this.memory.buffer.byteLength;
  }

  async infer(windows: Window[]): Promise<CropOutput[]> {
    const size = this.model.manifest.cropSize;
    return windows.map((window) => this.inferCrop(shown(window, size, size)));
  }

  /** A crop [size, size, 3], white-pointed, in [0, 1]. */
  inferCrop(crop: Float32Array): CropOutput {
    this.run(this.crop, 'crops', crop);
    const saliency = this.read(this.crop, 'saliency');
    return {
      segmentation: this.read(this.crop, 'segmentation').slice(),
      types: this.read(this.crop, 'types').slice(),
      cams: this.read(this.crop, 'cams').slice(),
      saliency: channel(saliency, 0),
      features: this.read(this.crop, 'features').slice(),
    };
  }

  async saliency(field: Window, height: number, width: number): Promise<SaliencyOutput> {
    const key = `${height} ${width}`;
    let placed = this.fields.get(key);
    if (!placed) {
      placed = this.place(saliencyPlan(height, width));
      if (this.fields.size >= FIELDS) this.fields.clear();
      this.fields.set(key, placed);
    }
    this.run(placed, 'half', shown(field, width, height));
    const both = this.read(placed, 'saliency');
    return { cell: channel(both, 0), core: channel(both, 1) };
  }

  /** All plans' maps lie in one place: one runs after the other. */
  private place(plan: Plan): Placed {
    const program = lower(plan, this.kernels, this.filters, this.model.manifest.cues);
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
    if (!place) throw new Error(`no map ${name}`);
    return new Float32Array(this.memory.buffer, place.at, (place.height * place.pitch) / FLOAT);
  }
}

/** One of two channels. */
function channel(both: Float32Array, index: number): Float32Array {
  const values = new Float32Array(both.length / 2);
  for (let i = 0; i < values.length; i++) values[i] = both[2 * i + index] as number;
  return values;
}
