/** The network on the processor by our own WebAssembly kernels: where there is no graphics device worth having. */
import type { Window } from '../../domain/pixels';
import { Crew, helpersFor } from '../simd/crew';
import { isRelaxed } from '../simd/kernels';
import { Processor } from '../simd/processor';
import { Windows } from '../simd/windows';
import type { CropOutput, Network, SaliencyOutput } from './network';
import type { Model } from './weights';

/** Crops a thread gets at a time: more gain nothing, and progress is reported in between. */
const EACH = 2;

export interface SimdOptions {
  /** Which of the two builds of the kernels; what this browser has where left out. */
  relaxed?: boolean;
  /** Threads beside this one; as the processor has room for where left out. */
  helpers?: number;
}

export class SimdNetwork implements Network {
  private readonly size: number;
  private readonly processor: Processor;
  private readonly crew: Crew;
  private readonly windows: Windows;

  private constructor(size: number, processor: Processor, crew: Crew, windows: Windows) {
    this.size = size;
    this.processor = processor;
    this.crew = crew;
    this.windows = windows;
  }

  /** Throws where this browser's WebAssembly lacks SIMD, or the network is of a shape that the kernels were not made for. */
  static async open({ manifest, weights }: Model, options: SimdOptions = {}): Promise<SimdNetwork> {
    const { relaxed = isRelaxed(), helpers = helpersFor(navigator.hardwareConcurrency || 1) } = options;
    const processor = await Processor.open({ manifest, arrays: weights.all }, relaxed);
    // The model holds more than the network: what the threads are sent is what this one has taken.
    const arrays = new Map([...weights.all].filter(([name]) => processor.names.has(name)));
    const floats = manifest.cropSize ** 2 * 3;
    const crew = new Crew(helpers, { manifest, arrays }, relaxed, floats, (crop) => processor.infer(crop));
    return new SimdNetwork(manifest.cropSize, processor, crew, await Windows.open(relaxed));
  }

  get batch(): number {
    return EACH * this.crew.size;
  }

  /** For the diagnostics: bytes of its memory, threads at work, crops that others than this one computed, and whether multiplying and adding is one step. */
  get details(): { memory: number; threads: number; shared: number; relaxed: string } {
    const { bytes, relaxed } = this.processor;
    const { size, shared } = this.crew;
    return { memory: bytes + this.windows.bytes, threads: size, shared, relaxed: relaxed ? 'yes' : 'no' };
  }

  infer(windows: Window[]): Promise<CropOutput[]> {
    return this.crew.infer(windows.length, (index) =>
      this.windows.shown(windows[index] as Window, this.size, this.size),
    );
  }

  /** A crop [size, size, 3], white-pointed, in [0, 1], on this thread. */
  inferCrop(crop: Float32Array): CropOutput {
    return this.processor.infer(crop);
  }

  async saliency(field: Window, height: number, width: number): Promise<SaliencyOutput> {
    return this.processor.saliency(this.windows.shown(field, width, height), height, width);
  }

  dispose(): void {
    this.crew.end();
  }
}
