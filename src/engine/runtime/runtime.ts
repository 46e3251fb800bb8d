/**
 * The network on whatever can run it. A device that is lost, refuses, has too little memory or computes wrong results
 * is noticed before its results are used: the work is done again on a new device, then with smaller batches,
 * then one level down (levels.ts), and the reason is kept for the screen.
 */
import type { EngineInfo, LoadOptions } from '../../bridge/protocol';
import { LeukolensError } from '../../domain/errors';
import type { Pixels, Window } from '../../domain/pixels';
import { DeviceFault, Gpu } from '../fused/gpu';
import { FusedNetwork } from '../network/fusedNetwork';
import type { CropOutput, Network, SaliencyOutput } from '../network/network';
import { SimdNetwork } from '../network/simdNetwork';
import type { Model } from '../network/weights';
import { verdict } from './believe';
import { crashed, needNumbers } from './failures';
import { FaultRecord } from './faultRecord';
import { NO_GAIN } from './gain';
import { check, type Goldens } from './gate';
import {
  type Backend,
  type GpuLevel,
  hasHalves,
  isOnGpu,
  LEVELS,
  type Level,
  openOnGpu,
  openSimd,
  openTfjsWasm,
  tryGpu,
} from './levels';
import { indexedTrust, type TrustStore } from './trust';

export interface RuntimeOptions extends Pick<LoadOptions, 'backend' | 'wasmUrls'> {
  /** Stands in for navigator.gpu in tests. */
  gpu?: GPU | undefined;
  trust?: TrustStore;
  /** Crops at a time instead of the number that suits the device. */
  batch?: number;
  /** Told what is being done, in plain words. */
  onStep?: (step: string) => void;
}

export class Runtime implements Network {
  /** Why it does not run on the best level; empty where it does. */
  reason = '';
  private readonly record = new FaultRecord();
  private readonly model: Model;
  private readonly goldens: Goldens | null;
  private readonly options: RuntimeOptions;
  private level: Level;
  /** Why the device multiplies in single precision though it could in half: no fault of it. */
  private note = '';
  /** Crops at a time, once the device has shown that it cannot do what suits its kind. */
  private batchSize: number | undefined;
  private triedBatch = 1;
  private ready: Promise<Backend>;
  private opened: Backend | undefined;
  /** The last one that was given up. */
  private broken: Backend | undefined;

  private constructor(model: Model, goldens: Goldens | null, options: RuntimeOptions, first?: Promise<Gpu | Error>) {
    this.model = model;
    this.goldens = goldens;
    this.options = options;
    this.level = options.backend === 'wasm' ? 'simd' : 'fused-f16';
    if (this.level === 'simd') this.reason = 'chosen in the address (?backend=wasm)';
    this.batchSize = options.batch;
    this.ready = this.open(first ?? this.device());
  }

  /** first: a device that is being opened already. Rejects only where not even wasm works. */
  static async start(
    model: Model,
    goldens: Goldens | null,
    options: RuntimeOptions,
    first?: Promise<Gpu | Error>,
  ): Promise<Runtime> {
    const runtime = new Runtime(model, goldens, options, first);
    await runtime.ready;
    return runtime;
  }

  /** Faults outlived so far, for the diagnostics. */
  get faults(): readonly string[] {
    return this.record.messages;
  }

  /** What it runs on at the moment, or ran on where its successor is still being opened. */
  get backend(): Backend {
    if (!this.opened) throw new LeukolensError('engine-stopped', 'The engine has not been loaded.', 'Reload the page.');
    return this.opened;
  }

  /** For the screen. */
  describe(): Pick<EngineInfo, 'backend' | 'fallbackReason' | 'device' | 'software'> {
    const { name, device, software } = this.backend;
    return { backend: name, fallbackReason: this.reason, device, software };
  }

  /** For the diagnostics. */
  details(): Record<string, string | number> {
    const { level, network, gpu } = this.backend;
    const { limits, features } = gpu?.device ?? {};
    return {
      path: level,
      batch: network.batch,
      ...(network instanceof FusedNetwork && { dispatches: network.dispatches }),
      ...(network instanceof SimdNetwork && network.details),
      ...(features && { features: [...features].sort().join(' ') }),
      ...(limits && { maxStorageBufferBindingSize: limits.maxStorageBufferBindingSize }),
      ...(this.note && { f16: this.note }),
      ...(!this.goldens && { gate: 'not run: the model came without goldens' }),
      ...(this.faults.length > 0 && { outlived: this.faults.join('; ') }),
    };
  }

  get batch(): number {
    return this.backend.network.batch;
  }

  get aside(): boolean {
    return this.backend.network.aside ?? false;
  }

  infer(windows: Window[]): Promise<CropOutput[]> {
    return this.outlive(async ({ network }) => {
      const outputs = await network.infer(windows);
      for (const { types, segmentation, features } of outputs) needNumbers(types, segmentation, features);
      return outputs;
    });
  }

  saliency(field: Window, height: number, width: number): Promise<SaliencyOutput> {
    return this.outlive(async ({ network }) => {
      const maps = await network.saliency(field, height, width);
      needNumbers(maps.cell, maps.core);
      return maps;
    });
  }

  thumbnail(pixels: Pixels): Promise<Float32Array | null> {
    return this.outlive(async ({ network }) => {
      const small = (await network.thumbnail?.(pixels)) ?? null;
      // An image may be black all over, and it is the network's business to find nothing there.
      if (small?.some((value) => !Number.isFinite(value)))
        throw new Error('the device computed values that are no numbers');
      return small;
    });
  }

  /** Waits until a broken device, if there is one, has been replaced. */
  async heal(): Promise<void> {
    await this.outlive(async () => {});
  }

  /** Does other work on the device, and does it again on another where the device fails under it; what else it throws is its own affair. */
  run<T>(work: () => Promise<T>): Promise<T> {
    return this.outlive(work, true);
  }

  async dispose(): Promise<void> {
    const backend = await this.ready.catch(() => undefined);
    this.opened = undefined;
    backend?.close();
  }

  /** Does the work, and does it again on something better where the device fails under it. */
  private async outlive<T>(work: (backend: Backend) => Promise<T>, own = false): Promise<T> {
    for (;;) {
      const backend = await this.ready;
      try {
        backend.gpu?.check();
        const result = await (backend.gpu ? backend.gpu.orLost(work(backend)) : work(backend));
        backend.gpu?.check();
        // What has failed another's work meanwhile is not believed in this.
        if (backend === this.broken) continue;
        this.record.over();
        return result;
      } catch (thrown) {
        if (!backend.gpu?.fault) await backend.gpu?.lastWord();
        const fault = backend.gpu?.fault ?? thrown;
        if ((own && !backend.gpu?.fault) || !this.opened) throw thrown;
        if (backend.level === 'tfjs-wasm') throw crashed(thrown);
        // Several calls may see one fault; the first of them repairs it for all.
        if (backend === this.opened && backend !== this.broken) this.recover(backend, fault);
      }
    }
  }

  private recover(broken: Backend, thrown: unknown): void {
    const fault = thrown instanceof Error ? thrown : new Error(String(thrown));
    this.broken = broken;
    this.record.add(fault.message, performance.now());
    const { batch } = broken.network;
    const memory = fault instanceof DeviceFault && fault.kind === 'memory';
    if (memory || this.record.wantsLess) this.batchSize = Math.max(1, batch >> 1);
    if (this.record.hopeless || (memory && batch === 1)) this.stepDown(fault.message);
    try {
      broken.close();
    } catch {
      // What is left of a lost device may refuse to be closed.
    }
    this.ready = this.open(this.device());
  }

  /** A new device, where the level needs one. */
  private device(): Promise<Gpu | Error> | undefined {
    if (!isOnGpu(this.level)) return undefined;
    const { backend } = this.options;
    return tryGpu('gpu' in this.options ? this.options.gpu : navigator.gpu, backend);
  }

  private stepDown(why: string): void {
    this.stepTo(LEVELS[LEVELS.indexOf(this.level) + 1] ?? this.level, why);
  }

  private stepTo(level: Level, why: string): void {
    // What a graphics device did is nothing against the processor.
    if (isOnGpu(this.level) && !isOnGpu(level)) this.record.forget();
    this.level = level;
    this.because(why);
    this.record.over();
  }

  private because(why: string): void {
    this.reason = this.reason ? `${this.reason}; then: ${why}` : why;
  }

  /** Opens the level, or the next one that works. */
  private async open(first: Promise<Gpu | Error> | undefined): Promise<Backend> {
    let opening = first;
    let lost = 0;
    while (isOnGpu(this.level)) {
      const gpu = (await opening) ?? new Error('no graphics device');
      if (!(gpu instanceof Gpu)) {
        // Without a device none of the levels that need one can run.
        this.stepTo('simd', gpu.message);
        break;
      }
      // Without goldens nobody would know whether its halves are right.
      if (this.level === 'fused-f16' && !(this.goldens && hasHalves(gpu))) this.level = 'fused';
      const opened = await this.attempt(this.level, gpu);
      if (!(opened instanceof Error)) {
        this.opened = opened;
        return opened;
      }
      const kind = opened instanceof DeviceFault ? opened.kind : undefined;
      if (kind === 'lost') lost++;
      // One loss may have passed by; what is lost again may have taken too long at a time.
      if (kind === 'lost' && lost === 1) this.record.messages.push(opened.message);
      else if ((kind === 'memory' || kind === 'lost') && this.triedBatch > 1) this.batchSize = this.triedBatch >> 1;
      else if (opened.message === NO_GAIN) {
        this.level = 'fused';
        this.note = NO_GAIN;
      } else this.stepDown(opened.message);
      opening = this.device();
    }
    this.options.onStep?.('Starting WebAssembly');
    this.opened = (await this.onSimd()) ?? (await this.onTfjsWasm());
    return this.opened;
  }

  /** Null, and one level down, where our kernels do not run or are wrong. */
  private async onSimd(): Promise<Backend | null> {
    if (this.level !== 'simd') return null;
    let backend: Backend | undefined;
    try {
      backend = await openSimd(this.model);
      const wrong = this.goldens && (await check(backend.network, this.goldens));
      if (!wrong) return backend;
      this.stepDown(`our WebAssembly kernels compute ${wrong}`);
    } catch (thrown) {
      this.stepDown(`our WebAssembly kernels do not run here (${thrown instanceof Error ? thrown.message : thrown})`);
    }
    backend?.close();
    return null;
  }

  private async onTfjsWasm(): Promise<Backend> {
    const wasm = await openTfjsWasm(this.model, this.options.wasmUrls);
    // There is nothing below it: what is wrong with it is said.
    const wrong = this.goldens && (await check(wasm.network, this.goldens));
    if (wrong) this.because(`WebAssembly computes ${wrong}: do not trust what it finds`);
    return wasm;
  }

  /** The level on this device, or why not; in that case the device is closed. */
  private async attempt(level: GpuLevel, gpu: Gpu): Promise<Backend | Error> {
    try {
      const backend = await openOnGpu(level, gpu, this.model, this.batchSize);
      this.triedBatch = backend.network.batch;
      const why = await this.verdict(backend, gpu);
      gpu.check();
      if (!why) {
        // Compiled while the first image is still being decoded; whoever needs it waits for it.
        if (backend.network instanceof FusedNetwork) backend.network.prepare().catch(() => {});
        return backend;
      }
      backend.close();
      return new Error(why);
    } catch (thrown) {
      const fault = gpu.fault ?? (thrown instanceof Error ? thrown : new Error(String(thrown)));
      gpu.destroy();
      return fault;
    }
  }

  private async verdict(backend: Backend, gpu: Gpu): Promise<string> {
    const { goldens, model, options } = this;
    const { trust = indexedTrust, onStep } = options;
    const faulty = this.faults.length > 0;
    return goldens ? verdict({ backend, gpu, model, goldens, trust, faulty, onStep }) : '';
  }
}
