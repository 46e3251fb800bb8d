/** The network as one recorded pass of our own pipelines: one submit and one readback a batch. */

import type { Pixels, Window } from '../../domain/pixels';
import { Executor } from '../fused/executor';
import type { Gpu } from '../fused/gpu';
import { type Lowered, lower } from '../fused/lower/lower';
import type { Tuning } from '../fused/lower/lowering';
import { thumbnailProgram } from '../fused/lower/thumbnail';
import type { Entry, Program } from '../fused/program';
import { TUNING } from '../fused/tuning';
import { partOf, windowInput } from '../fused/windowInput';
import { levelsOf } from '../kernels/standardise.reference';
import type { Standardisation } from '../manifest';
import { networkPlan, type Plan, saliencyPlan } from '../plan/layers';
import type { CropOutput, Network, SaliencyOutput } from './network';
import { shown } from './shown';
import type { Model } from './weights';

/** Submits longer than this (ms) are cut: systems take a graphics card that is busy for 2 s for hung. A processor has no such watch. */
const LONGEST_SUBMIT = { hardware: 100, software: Number.POSITIVE_INFINITY };
/** Of the first run, when it is not known yet how long one takes. */
const FIRST_SUBMITS = { hardware: 8, software: 1 };

/** Graphics memory for fields of sizes seen before, bytes; the last one stays whatever it takes. */
const FIELD_BUDGET = 64e6;

/** Scalars [px, 3] as [px, 4]: maps are made of whole vec4. */
export function spread(rgb: Float32Array): Float32Array<ArrayBuffer> {
  const px = rgb.length / 3;
  const wide = new Float32Array(px * 4);
  for (let i = 0; i < px; i++) {
    wide[i * 4] = rgb[i * 3] as number;
    wide[i * 4 + 1] = rgb[i * 3 + 1] as number;
    wide[i * 4 + 2] = rgb[i * 3 + 2] as number;
  }
  return wide;
}

/** A crop [px, 3] as the plan's input: its px, then the scale and shift that the stem standardises it by. */
export function cropInput(rgb: Float32Array, standardisation: Standardisation): Float32Array<ArrayBuffer> {
  const { scale, shift } = levelsOf(rgb, standardisation);
  const input = new Float32Array((rgb.length / 3 + 2) * 4);
  input.set(spread(rgb));
  input.set(scale, input.length - 8);
  input.set(shift, input.length - 4);
  return input;
}

/** The first three of every four. */
function narrow(wide: Float32Array): Float32Array {
  const px = wide.length / 4;
  const rgb = new Float32Array(px * 3);
  for (let i = 0; i < px; i++) {
    rgb[i * 3] = wide[i * 4] as number;
    rgb[i * 3 + 1] = wide[i * 4 + 1] as number;
    rgb[i * 3 + 2] = wide[i * 4 + 2] as number;
  }
  return rgb;
}

/** The fourth of every four: the class that the kernel of the logits found to be the most probable. */
function classesIn(wide: Float32Array): Uint8Array {
  const classes = new Uint8Array(wide.length / 4);
  for (let i = 0; i < classes.length; i++) classes[i] = wide[i * 4 + 3] as number;
  return classes;
}

export class FusedNetwork implements Network {
  readonly batch: number;
  readonly aside = true;
  private readonly gpu: Gpu;
  private readonly model: Model;
  private readonly tuning: Tuning;
  private readonly crops: Lowered;
  private readonly cropPlan: Plan;
  private executor: Promise<Executor> | undefined;
  private thumbnails: Promise<Executor> | undefined;
  /** By size, the last used last: images of one microscope have one size, and the tiles of a large one a few. */
  private readonly fields = new Map<string, Promise<Executor>>();
  private busy: Promise<unknown> = Promise.resolve();

  /** halves: multiplies in half precision, which takes a device with 'shader-f16'. */
  constructor(gpu: Gpu, model: Model, batch: number, halves = false) {
    this.gpu = gpu;
    this.model = model;
    this.batch = batch;
    const tuning: Tuning = TUNING[this.kind];
    this.tuning = halves ? { ...tuning, storage: 'f16' } : tuning;
    this.cropPlan = networkPlan(model.manifest);
    this.crops = this.lowered(this.cropPlan);
  }

  /** Compiles what `infer` needs, if that has not been begun. Rejects with DeviceFault. */
  prepare(): Promise<Executor> {
    this.executor ??= this.make(this.crops.program, this.batch);
    return this.executor;
  }

  /** Dispatches of a batch of crops. */
  get dispatches(): number {
    return this.crops.program.dispatches.filter(({ from }) => !from || from === 'window').length;
  }

  /** Bytes that the maps of a batch's dispatches hold, and the model's arrays once: an upper bound of traffic. */
  touches(count: number): number {
    const { dispatches, maps, filters } = this.crops.program;
    const held = dispatches.flatMap(({ params }) => {
      const named = Object.values(params).flatMap((value) => (typeof value === 'object' ? [value.map] : []));
      return [...new Set(named)].map((map) => maps.get(map) as number);
    });
    return filters.byteLength + count * 16 * held.reduce((a, b) => a + b, 0);
  }

  get madeBefore(): Network {
    return {
      batch: 1,
      infer: (windows) => this.inferFrom(windows, false),
      saliency: (field, height, width) => this.saliencyFrom(field, height, width, false),
    };
  }

  infer(windows: Window[]): Promise<CropOutput[]> {
    return this.inferFrom(windows, true);
  }

  saliency(field: Window, height: number, width: number): Promise<SaliencyOutput> {
    return this.saliencyFrom(field, height, width, true);
  }

  /** sends: the image, where there is room for it. */
  private inferFrom(windows: Window[], sends: boolean): Promise<CropOutput[]> {
    return this.inTurn(async () => {
      const executor = await this.prepare();
      const outputs: CropOutput[] = [];
      for (let from = 0; from < windows.length; from += this.batch) {
        const batch = windows.slice(from, from + this.batch);
        const { cropSize: side, standardisation } = this.model.manifest;
        const input = (rgb: Float32Array) => cropInput(rgb, standardisation);
        const entry = await this.write(executor, batch, side, side, input, sends);
        const started = performance.now();
        const values = await executor.run(batch.length, entry);
        this.cut(executor, performance.now() - started);
        batch.forEach((_, i) => {
          outputs.push(this.output(executor, values, i));
        });
      }
      return outputs;
    });
  }

  /** Writes windows shown at width x height px; made here, as `input` lays them out, where the device has no room for the px that they take. */
  private async write(
    executor: Executor,
    windows: Window[],
    width: number,
    height: number,
    input: (rgb: Float32Array) => Float32Array<ArrayBuffer>,
    sends: boolean,
  ): Promise<Entry> {
    const parts = windows.map((window) => partOf(window, width, height));
    // From here to the run nothing is awaited: whatever else wants the picture waits for its turn on the device.
    const places = sends ? await this.gpu.picture.hold(parts) : null;
    windows.forEach((window, i) => {
      const [part, place] = [parts[i], places?.[i]];
      if (part && place) executor.write(i, windowInput(window, part.box, place, width, height), 'window');
      else executor.write(i, input(shown(window, width, height)));
    });
    return places ? 'window' : 'crop';
  }

  private saliencyFrom(field: Window, height: number, width: number, sends: boolean): Promise<SaliencyOutput> {
    return this.inTurn(async () => {
      const executor = await this.fieldExecutor(height, width);
      const entry = await this.write(executor, [field], width, height, spread, sends);
      const started = performance.now();
      const values = await executor.run(1, entry);
      this.cut(executor, performance.now() - started);
      const n = height * width;
      return { cell: values.slice(0, n), core: values.slice(n, 2 * n) };
    });
  }

  thumbnail(pixels: Pixels): Promise<Float32Array | null> {
    return this.inTurn(async () => {
      this.thumbnails ??= this.make(thumbnailProgram(this.model.manifest.whitePoint.thumbnail), 1);
      const executor = await this.thumbnails;
      const { width, height } = pixels;
      const [place] = (await this.gpu.picture.hold([{ pixels, box: { x0: 0, y0: 0, x1: width, y1: height } }])) ?? [];
      if (!place) return null;
      executor.write(0, Float32Array.of(width, height, place.first, place.stride));
      return narrow(await executor.run(1));
    });
  }

  dispose(): void {
    for (const executor of [this.executor, this.thumbnails, ...this.fields.values()]) {
      executor?.then((made) => made.dispose()).catch(() => {});
    }
    this.executor = undefined;
    this.thumbnails = undefined;
    this.fields.clear();
  }

  private lowered(plan: Plan): Lowered {
    const { weights, manifest } = this.model;
    return lower(plan, (name) => weights.array(name), manifest.cues, this.tuning);
  }

  private get kind(): 'hardware' | 'software' {
    return this.gpu.software ? 'software' : 'hardware';
  }

  /** One run at a time: all share the arena. */
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.busy.then(work);
    this.busy = turn.catch(() => {});
    return turn;
  }

  /**
   * More submits for the next run where one took too long; the last may have waited for pipelines, so it halves slowly. A batch that was
   * asked for ahead is heard of no sooner than the last one has been read: where that takes longer, a submit more than need be is made.
   */
  private cut(executor: Executor, ms: number): void {
    const wished = Math.ceil(ms / LONGEST_SUBMIT[this.kind]);
    executor.submits = Math.max(1, Math.min(wished, executor.submits + 1));
  }

  private async fieldExecutor(height: number, width: number): Promise<Executor> {
    const key = `${height}x${width}`;
    const executor = this.fields.get(key) ?? this.make(this.lowered(saliencyPlan(height, width)).program, 1);
    this.fields.delete(key);
    this.fields.set(key, executor);
    const made = await executor;
    let bytes = 0;
    for (const [other, held] of [...this.fields].reverse()) {
      bytes += (await held).bytes;
      if (bytes <= FIELD_BUDGET || other === key) continue;
      this.fields.delete(other);
      (await held).dispose();
    }
    return made;
  }

  private async make(program: Program, batch: number): Promise<Executor> {
    const executor = await Executor.create(this.gpu, program, { batch });
    executor.submits = FIRST_SUBMITS[this.kind];
    return executor;
  }

  /** Cuts one image's outputs out of what was read back. */
  private output({ layout }: Executor, values: Float32Array, index: number): CropOutput {
    const { maps } = this.crops.program;
    const base = index * layout.outputs * 4;
    const part = (map: string) => {
      const from = base + (layout.offsets.get(map) as number) * 4;
      return values.slice(from, from + (maps.get(map) as number) * 4);
    };
    const { height, width } = this.cropPlan.maps.get('saliency') as { height: number; width: number };
    const types = this.model.manifest.types.length;
    const logits = part('segmentation');
    return {
      segmentation: narrow(logits),
      classes: classesIn(logits),
      types: part('types').slice(0, types),
      cams: part('cams'),
      saliency: part('saliency').slice(0, height * width),
      features: part('features'),
    };
  }
}
