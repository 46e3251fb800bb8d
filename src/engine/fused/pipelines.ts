/** Compute pipelines of one device, each compiled once and off the main path. */
import { type Kernel, type Storage, textOf } from './kernel';

export class PipelineCache {
  /** Of every kernel: arena, the model's arrays, the dispatch's parameters, the plan's numbers. */
  readonly layout: GPUBindGroupLayout;
  /** Behind it, of those that make crops and fields: the picture. */
  readonly pictureLayout: GPUBindGroupLayout;
  private readonly device: GPUDevice;
  private readonly pipelineLayout: GPUPipelineLayout;
  private readonly pipelines = new Map<string, Promise<GPUComputePipeline>>();

  constructor(device: GPUDevice) {
    this.device = device;
    const entry = (binding: number, buffer: GPUBufferBindingLayout) => ({ binding, visibility: 4, buffer });
    this.layout = device.createBindGroupLayout({
      entries: [
        entry(0, { type: 'storage' }),
        entry(1, { type: 'read-only-storage' }),
        entry(2, { type: 'uniform', hasDynamicOffset: true }),
        entry(3, { type: 'read-only-storage' }),
      ],
    });
    this.pictureLayout = device.createBindGroupLayout({ entries: [entry(0, { type: 'read-only-storage' })] });
    // One layout for all, so that what is bound stays bound from kernel to kernel.
    this.pipelineLayout = device.createPipelineLayout({ bindGroupLayouts: [this.layout, this.pictureLayout] });
  }

  get(kernel: Kernel, storage: Storage): Promise<GPUComputePipeline> {
    const key = `${kernel.key} ${storage}`;
    const known = this.pipelines.get(key);
    if (known) return known;
    const made = this.compile(kernel.key, textOf(kernel, storage));
    this.pipelines.set(key, made);
    return made;
  }

  private async compile(key: string, code: string): Promise<GPUComputePipeline> {
    const module = this.device.createShaderModule({ label: key, code });
    const compute = { module, entryPoint: 'main' };
    try {
      return await this.device.createComputePipelineAsync({ label: key, layout: this.pipelineLayout, compute });
    } catch (cause) {
      const { messages } = await module.getCompilationInfo();
      const lines = messages.map(({ lineNum, message }) => `${lineNum}: ${message}`);
      throw new Error(`the kernel '${key}' was refused: ${lines.join('; ') || cause}`, { cause });
    }
  }
}
