/** A program on a device: memory, pipelines and bind group made once; a run is one pass, one submit, one readback. */
import { type Layout, planArena } from './arena';
import type { Gpu } from './gpu';
import { WORKGROUP } from './kernel';
import type { Dispatch, Entry, Program } from './program';

const VEC4 = 16;
/** Offsets into the parameters' buffer must be multiples of this. */
const ALIGNED = 256;
/** Workgroups along x; a multiple of nothing, only below WebGPU's limit of 65535. */
const ROW = 32768;

export interface ExecutorOptions {
  /** Images a run takes at most. */
  batch: number;
  /** Every map keeps a place of its own, for tests that look at them. */
  keep?: boolean;
}

interface Step {
  pipeline: GPUComputePipeline;
  offset: [number];
  from?: Entry | undefined;
  x: number;
  y: number;
}

export class Executor {
  readonly batch: number;
  readonly layout: Layout;
  /** Bytes of graphics memory it holds. */
  readonly bytes: number;
  /** A run is cut into this many submits: on a slow device one long submit would be taken for a hang. */
  submits = 1;
  private readonly gpu: Gpu;
  private readonly program: Program;
  private readonly steps: Step[];
  private readonly arena: GPUBuffer;
  private readonly readback: GPUBuffer;
  private readonly buffers: GPUBuffer[];
  private readonly bindings: GPUBindGroup;

  private constructor(
    gpu: Gpu,
    program: Program,
    batch: number,
    layout: Layout,
    steps: Step[],
    buffers: { arena: GPUBuffer; filters: GPUBuffer; constants: GPUBuffer; params: GPUBuffer; readback: GPUBuffer },
  ) {
    this.gpu = gpu;
    this.program = program;
    this.batch = batch;
    this.layout = layout;
    this.steps = steps;
    this.arena = buffers.arena;
    this.readback = buffers.readback;
    this.buffers = Object.values(buffers);
    this.bytes = this.buffers.reduce((sum, { size }) => sum + size, 0);
    this.bindings = gpu.device.createBindGroup({
      layout: gpu.pipelines.layout,
      entries: [
        { binding: 0, resource: { buffer: buffers.arena } },
        { binding: 1, resource: { buffer: buffers.filters } },
        { binding: 2, resource: { buffer: buffers.params, size: ALIGNED } },
        { binding: 3, resource: { buffer: buffers.constants } },
      ],
    });
  }

  /** Throws DeviceFault where the device has too little memory or refuses a kernel. */
  static async create(gpu: Gpu, program: Program, { batch, keep = false }: ExecutorOptions): Promise<Executor> {
    const layout = planArena(program, keep);
    const { device } = gpu;
    const make = (label: string, size: number, usage: number) => device.createBuffer({ label, size, usage });
    const outputs = layout.outputs * VEC4 * batch;
    // Before any kernel is compiled, which takes seconds: whether there is room is known at once.
    const buffers = await gpu.guarded(() => ({
      arena: make(
        'arena',
        layout.slab * VEC4 * batch,
        GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC,
      ),
      filters: make('filters', program.filters.byteLength, GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST),
      constants: make('constants', program.constants.byteLength, GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST),
      params: make('params', program.dispatches.length * ALIGNED, GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST),
      readback: make('readback', outputs, GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST),
    }));
    return gpu.guarded(async () => {
      device.queue.writeBuffer(buffers.filters, 0, program.filters as Float32Array<ArrayBuffer>);
      device.queue.writeBuffer(buffers.constants, 0, program.constants as Float32Array<ArrayBuffer>);
      device.queue.writeBuffer(buffers.params, 0, paramsOf(program, layout));
      const pipelines = await Promise.all(
        program.dispatches.map(({ kernel }) => gpu.pipelines.get(kernel, program.storage)),
      );
      const steps = program.dispatches.map((dispatch, i) => {
        const groups = dispatch.teams ?? Math.ceil((dispatch.threads as number) / WORKGROUP);
        const y = Math.ceil(groups / ROW);
        const offset: [number] = [i * ALIGNED];
        return {
          pipeline: pipelines[i] as GPUComputePipeline,
          offset,
          from: dispatch.from,
          x: Math.ceil(groups / y),
          y,
        };
      });
      return new Executor(gpu, program, batch, layout, steps, buffers);
    });
  }

  /** Writes image `index`'s crop, or how its window is shown: its map's vec4 as scalars. */
  write(index: number, values: Float32Array<ArrayBuffer>, entry: Entry = 'crop'): void {
    const at = this.layout.offsets.get(this.program.inputs[entry]) as number;
    this.gpu.device.queue.writeBuffer(this.arena, (index * this.layout.slab + at) * VEC4, values);
  }

  /** Runs the pass on the first `count` images and reads their outputs back, each image's behind the other's. */
  async run(count: number, entry: Entry = 'crop'): Promise<Float32Array> {
    this.submit(count, entry);
    return this.read(count);
  }

  /** Records and submits. */
  submit(count: number, entry: Entry = 'crop'): void {
    const { device } = this.gpu;
    const steps = this.steps.filter(({ from }) => !from || from === entry);
    const share = Math.ceil(steps.length / this.submits);
    for (let from = 0; from < steps.length; from += share) {
      const encoder = device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      pass.setBindGroup(1, this.gpu.picture.bindings);
      for (const { pipeline, offset, x, y } of steps.slice(from, from + share)) {
        pass.setPipeline(pipeline);
        pass.setBindGroup(0, this.bindings, offset);
        pass.dispatchWorkgroups(x, y, count);
      }
      pass.end();
      if (from + share >= steps.length) {
        const size = this.layout.outputs * VEC4;
        for (let k = 0; k < count; k++) {
          encoder.copyBufferToBuffer(this.arena, k * this.layout.slab * VEC4, this.readback, k * size, size);
        }
      }
      device.queue.submit([encoder.finish()]);
    }
  }

  private async read(count: number): Promise<Float32Array> {
    const size = count * this.layout.outputs * VEC4;
    try {
      await this.readback.mapAsync(GPUMapMode.READ, 0, size);
    } catch (cause) {
      this.gpu.check();
      throw cause;
    }
    const values = new Float32Array(this.readback.getMappedRange(0, size).slice(0));
    this.readback.unmap();
    this.gpu.check();
    return values;
  }

  /** Scalars of a map of image `index` after a run; only with `keep`. For tests. */
  async look(map: string, index = 0): Promise<Float32Array> {
    const { device } = this.gpu;
    const size = (this.program.maps.get(map) as number) * VEC4;
    const buffer = device.createBuffer({ size, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
    const encoder = device.createCommandEncoder();
    const at = (index * this.layout.slab + (this.layout.offsets.get(map) as number)) * VEC4;
    encoder.copyBufferToBuffer(this.arena, at, buffer, 0, size);
    device.queue.submit([encoder.finish()]);
    await buffer.mapAsync(GPUMapMode.READ);
    const values = new Float32Array(buffer.getMappedRange().slice(0));
    buffer.destroy();
    return values;
  }

  dispose(): void {
    for (const buffer of this.buffers) buffer.destroy();
  }
}

/** Every dispatch's parameters, ALIGNED bytes each. */
function paramsOf({ dispatches }: Program, { offsets, slab }: Layout): Int32Array<ArrayBuffer> {
  const all = new Int32Array((dispatches.length * ALIGNED) / 4);
  dispatches.forEach((dispatch: Dispatch, i) => {
    const { kernel, params, threads } = dispatch;
    const values = kernel.fields.map((field) => {
      const value = params[field];
      if (value === undefined) throw new Error(`${kernel.key} lacks its parameter ${field}`);
      return typeof value === 'number' ? value : (offsets.get(value.map) as number) + value.offset;
    });
    all.set([slab, threads ?? 0, ...values], (i * ALIGNED) / 4);
  });
  return all;
}
