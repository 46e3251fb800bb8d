/** What a runtime asks of WebGPU, counted by wrapping the interfaces themselves: every device of the page is seen. */

export interface Counts {
  dispatches: number;
  submits: number;
  readbacks: number;
  /** Sum over dispatches of the sizes of the buffers bound to them: an upper bound of what they move. */
  bytesBound: number;
  /** Bytes of buffers made, and those not destroyed since. */
  bytesCreated: number;
  bytesHeld: number;
  /** ms between making a command encoder and submitting it, and in writing to buffers before that, summed: recording in JavaScript. */
  recordMs: number;
}

const zero = (): Counts => ({
  ...{ dispatches: 0, submits: 0, readbacks: 0, bytesBound: 0, bytesCreated: 0, bytesHeld: 0, recordMs: 0 },
});

let counts = zero();
/** Recording is timed by its outermost encoders: until when it is known to be recording. */
let recordingSince: number | null = null;

// biome-ignore lint/suspicious/noExplicitAny: the arguments of any method.
type Args = any[];
type Method = (this: object, ...args: Args) => unknown;

function wrap(prototype: object, name: string, around: (self: object, args: Args, call: () => unknown) => unknown) {
  const original = (prototype as Record<string, Method>)[name] as Method;
  (prototype as Record<string, Method>)[name] = function (this: object, ...args: Args) {
    return around(this, args, () => original.apply(this, args));
  };
}

const groupBytes = new WeakMap<object, number>();
const passGroups = new WeakMap<object, Map<number, number>>();

function bindingBytes(entries: Iterable<GPUBindGroupEntry>): number {
  let sum = 0;
  for (const { resource } of entries) {
    if (resource instanceof GPUBuffer) sum += resource.size;
    else if ('buffer' in resource) sum += resource.size ?? resource.buffer.size - (resource.offset ?? 0);
  }
  return sum;
}

/** Wraps once; call before any device is made. */
export function startCounting(): void {
  wrap(GPUDevice.prototype, 'createBuffer', (_self, [descriptor], call) => {
    const { size } = descriptor as GPUBufferDescriptor;
    counts.bytesCreated += size;
    counts.bytesHeld += size;
    return call();
  });
  wrap(GPUBuffer.prototype, 'destroy', (self, _args, call) => {
    counts.bytesHeld -= (self as GPUBuffer).size;
    return call();
  });
  wrap(GPUDevice.prototype, 'createBindGroup', (_self, [descriptor], call) => {
    const group = call() as object;
    groupBytes.set(group, bindingBytes((descriptor as GPUBindGroupDescriptor).entries));
    return group;
  });
  wrap(GPUDevice.prototype, 'createCommandEncoder', (_self, _args, call) => {
    recordingSince ??= performance.now();
    return call();
  });
  wrap(GPUQueue.prototype, 'writeBuffer', (_self, _args, call) => {
    const started = performance.now();
    const result = call();
    if (recordingSince === null) counts.recordMs += performance.now() - started;
    return result;
  });
  wrap(GPUQueue.prototype, 'submit', (_self, _args, call) => {
    const result = call();
    counts.submits++;
    if (recordingSince !== null) counts.recordMs += performance.now() - recordingSince;
    recordingSince = null;
    return result;
  });
  wrap(GPUComputePassEncoder.prototype, 'setBindGroup', (self, [index, group], call) => {
    const bound = passGroups.get(self) ?? new Map<number, number>();
    bound.set(index as number, groupBytes.get(group as object) ?? 0);
    passGroups.set(self, bound);
    return call();
  });
  for (const name of ['dispatchWorkgroups', 'dispatchWorkgroupsIndirect']) {
    wrap(GPUComputePassEncoder.prototype, name, (self, _args, call) => {
      counts.dispatches++;
      for (const bytes of passGroups.get(self)?.values() ?? []) counts.bytesBound += bytes;
      return call();
    });
  }
  wrap(GPUBuffer.prototype, 'mapAsync', (_self, _args, call) => {
    counts.readbacks++;
    return call();
  });
}

/** What was counted since the last call. */
export function takeCounts(): Counts {
  const taken = counts;
  counts = zero();
  recordingSince = null;
  return taken;
}
