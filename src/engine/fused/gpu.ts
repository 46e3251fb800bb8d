/** A WebGPU device of our own, watched: what goes wrong on it is known before its results are used. */
import { Picture } from './picture';
import { PipelineCache } from './pipelines';

export type FaultKind = 'lost' | 'memory' | 'error';

/** The device can no longer be used, or could not do this: the reason, in words that fit behind 'because'. */
export class DeviceFault extends Error {
  override readonly name = 'DeviceFault';
  readonly kind: FaultKind;

  constructor(kind: FaultKind, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.kind = kind;
  }
}

/** Raised where the adapter allows, for fields above 40 megapixels; nothing needs more than WebGPU's defaults. */
const RAISED = ['maxStorageBufferBindingSize', 'maxBufferSize'] as const;
/** Used where present, never needed. */
const FEATURES: GPUFeatureName[] = ['shader-f16', 'timestamp-query'];

/** ms. */
const LAST_WORD = 100;

const SOFTWARE = /swiftshader|llvmpipe|lavapipe|basic render|warp/i;

export class Gpu {
  readonly device: GPUDevice;
  readonly info: GPUAdapterInfo;
  readonly pipelines: PipelineCache;
  readonly picture: Picture;
  private broken: DeviceFault | undefined;
  private readonly waiting = new Set<(fault: DeviceFault) => void>();

  constructor(device: GPUDevice, info: GPUAdapterInfo) {
    this.device = device;
    this.info = info;
    this.pipelines = new PipelineCache(device);
    this.picture = new Picture(device, this.pipelines.pictureLayout);
    // After an error that nobody catches, later reads give zeros or old bytes without a word.
    device.addEventListener('uncapturederror', ({ error }) => {
      const memory = error instanceof GPUOutOfMemoryError;
      this.broken ??= new DeviceFault(memory ? 'memory' : 'error', error.message || 'the device reported an error');
    });
    void device.lost.then(({ message, reason }) => {
      this.broken ??= new DeviceFault('lost', `the graphics device was lost: ${message || reason}`);
      for (const reject of this.waiting) reject(this.broken);
    });
  }

  /** The adapter in one line. */
  get name(): string {
    return nameOf(this.info);
  }

  /** True where a processor plays the graphics card. */
  get software(): boolean {
    return isSoftware(this.info);
  }

  /** The first thing that went wrong, if anything did. */
  get fault(): DeviceFault | undefined {
    return this.broken;
  }

  /** Waits a moment for the device's own word on a failure: a read fails before the loss behind it is told. */
  async lastWord(): Promise<void> {
    await Promise.race([this.device.lost, new Promise((resolve) => setTimeout(resolve, LAST_WORD))]);
  }

  /** Throws what went wrong. */
  check(): void {
    if (this.broken) throw this.broken;
  }

  /** The work's result; rejects when the device is lost, for a read of a lost device may never settle. */
  orLost<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.waiting.add(reject);
      work.then(resolve, reject).finally(() => this.waiting.delete(reject));
    });
  }

  /** Runs `make` and throws what the device says about what it does before it first waits: out of memory, or an invalid command. */
  async guarded<T>(make: () => T | Promise<T>): Promise<T> {
    this.device.pushErrorScope('out-of-memory');
    this.device.pushErrorScope('validation');
    const scopes = () => Promise.all([this.device.popErrorScope(), this.device.popErrorScope()]);
    let making: T | Promise<T>;
    try {
      making = make();
    } catch (thrown) {
      await scopes().catch(() => {});
      throw thrown;
    }
    // Popped before anything is waited for: what others do meanwhile is theirs, and is not to fall into these scopes.
    const said = scopes().catch(() => [null, null]);
    let made: T;
    try {
      made = await making;
    } finally {
      const [invalid, memory] = await said;
      if (memory) this.broken ??= new DeviceFault('memory', memory.message || 'out of graphics memory');
      if (invalid) this.broken ??= new DeviceFault('error', invalid.message);
    }
    this.check();
    return made;
  }

  destroy(): void {
    this.device.destroy();
  }
}

/** The adapter in one line. */
const nameOf = ({ vendor, architecture, device, description }: GPUAdapterInfo) =>
  [vendor, architecture, device, description].filter(Boolean).join(' ') || 'unnamed adapter';

const isSoftware = (info: GPUAdapterInfo) => info.isFallbackAdapter || SOFTWARE.test(nameOf(info));

/**
 * Asks for an adapter and a device; rejects with a reason that can be shown. software: whether one that a processor plays will do;
 * where not, none is opened.
 */
export async function openGpu(gpu: GPU | undefined, software = true): Promise<Gpu> {
  if (!gpu) throw new DeviceFault('error', 'this browser has no WebGPU');
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) throw new DeviceFault('error', 'WebGPU found no graphics adapter on this computer');
  if (isSoftware(adapter.info) && !software)
    throw new DeviceFault('error', 'the only graphics device here is software');
  const requiredFeatures = FEATURES.filter((feature) => adapter.features.has(feature));
  const requiredLimits = Object.fromEntries(RAISED.map((name) => [name, adapter.limits[name]]));
  try {
    return new Gpu(await adapter.requestDevice({ requiredFeatures, requiredLimits }), adapter.info);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new DeviceFault('error', `the graphics device could not be opened: ${why}`, { cause });
  }
}
