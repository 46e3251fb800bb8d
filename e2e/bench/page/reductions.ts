/**
 * What subgroups could bring: the kernels of the fused path that add up over a workgroup, as they are, with `subgroupAdd` in place of
 * their sums in workgroup memory, and with no sum at all, which bounds what any way of adding could save.
 */
import { type Kernel, TEAM, textOf } from '../../../src/engine/fused/kernel';
import { channelGate } from '../../../src/engine/fused/kernels/pool';
import { levels } from '../../../src/engine/fused/kernels/window';
import { loadModel } from '../../../src/engine/network/weights';
import { type MapShape, networkPlan, type Plan } from '../../../src/engine/plan/layers';

const LANES = '@builtin(subgroup_invocation_id) lane : u32, @builtin(subgroup_size) lanes : u32, ';
const WAYS = ['shipped', 'subgroups', 'no sum'] as const;
type Way = (typeof WAYS)[number];

interface Trial {
  name: string;
  kernel: Kernel;
  /** vec4 read, and parameters behind slab and threads. */
  px: number;
  params: number[];
  /** The text that adds up, by way. */
  replace: (code: string, way: Way) => string;
}

/** Replaces text that must be there: a kernel that has changed is no longer the one that is measured. */
function swap(code: string, from: RegExp, to: string): string {
  if (!from.test(code)) throw new Error(`the kernel has no ${from}`);
  return code.replace(from, to);
}

/** levels: its two sums over the crop's px, 16 threads of 16 partial sums and 16 sums more. */
function replaceLevels(code: string, way: Way): string {
  const sum = (value: string) =>
    way === 'no sum'
      ? `if (t < 16) { sums[t] = ${value}; } workgroupBarrier();`
      : `let ${value}All = subgroupAdd(${value});
  if (lane == 0u) { sums[t / i32(lanes)] = ${value}All; }
  workgroupBarrier();`;
  let text = code;
  for (const value of ['sum', 'squares']) {
    text = swap(
      text,
      new RegExp(`part\\[t\\] = ${value};[\\s\\S]*?sums\\[t\\] = some;\\s*}\\s*workgroupBarrier\\(\\);`),
      sum(value),
    );
  }
  if (way === 'no sum') return text;
  text = swap(text, /k < 16; k\+\+\) \{ mean/, `k < ${TEAM} / i32(lanes); k++) { mean`);
  text = swap(text, /k < 16; k\+\+\) \{ variance/, `k < ${TEAM} / i32(lanes); k++) { variance`);
  return swap(text, /sums : array<vec4<f32>, 16>/, `sums : array<vec4<f32>, ${TEAM / 4}>`);
}

/** channelGate: its partial sums lie a channel apart, so lanes of one channel are brought together by shuffles. */
function replaceGate(code: string, way: Way): string {
  const from = /for \(var s = 1; s < (\d+); s\+\+\) \{ sum \+= part\[s \* (\d+) \+ t\]; \}/;
  if (way === 'no sum') return swap(code, from, '');
  const [, slices, channels] = from.exec(code) ?? [];
  // Channels beside each other in place of slices: then a subgroup's lanes hold one channel.
  const turned = code
    .replace(`let c = t % ${channels};`, `let c = t / ${slices};`)
    .replace(`var k = t / ${channels};`, `var k = t % ${slices};`);
  const added = swap(
    turned,
    /part\[t\] = sum;/,
    'sum = subgroupAdd(sum);\n  if (lane == 0u) { part[t / i32(lanes)] = sum; }',
  );
  return swap(
    added,
    from,
    `let each = max(1, ${slices} / i32(lanes));\n    sum = part[t * each]; for (var s = 1; s < each; s++) { sum += part[t * each + s]; }`,
  );
}

function trialsOf(plan: Plan): Trial[] {
  const crop = plan.maps.get(plan.input) as MapShape;
  const eca = plan.layers.find((layer) => layer.op === 'eca');
  const gated = eca && plan.maps.get(eca.from);
  if (!gated) throw new Error('the network has no channel gate');
  const [px, channels, cropPx] = [gated.height * gated.width, gated.channels / 4, crop.height * crop.width];
  const gate = {
    name: 'channel gate',
    kernel: channelGate(channels),
    px: px * channels,
    params: [0, px, 0, px * channels],
  };
  return [
    { name: 'levels of a crop', kernel: levels(), px: cropPx, params: [0, cropPx, 0], replace: replaceLevels },
    { ...gate, replace: replaceGate },
  ];
}

export interface Reduction {
  name: string;
  /** µs a dispatch, the least of the rounds. */
  us: Record<Way, number>;
  /** Largest difference of the subgroups' result, relative to the shipped one's largest value. */
  off: number;
}

const DISPATCHES = 200;
const ROUNDS = 9;

/** On a device of its own; empty where the adapter has no subgroups. */
export async function measuredReductions(folder: string): Promise<Reduction[]> {
  const adapter = await navigator.gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter?.features.has('subgroups')) return [];
  const device = await adapter.requestDevice({ requiredFeatures: ['subgroups'] });
  const { manifest } = await loadModel(folder);
  const found: Reduction[] = [];
  for (const trial of trialsOf(networkPlan(manifest))) found.push(await measure(device, trial));
  device.destroy();
  return found;
}

async function measure(device: GPUDevice, { name, kernel, px, params, replace }: Trial): Promise<Reduction> {
  const spare = 64;
  const values = Float32Array.from({ length: (px + spare) * 4 }, (_, i) => (i < px * 4 ? ((i * 7919) % 997) / 997 : 0));
  const storage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC;
  const make = (data: Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer>, usage: number) => {
    const buffer = device.createBuffer({ size: data.byteLength, usage });
    device.queue.writeBuffer(buffer, 0, data);
    return buffer;
  };
  const arena = make(values, storage);
  const numbers = make(Float32Array.of(0.5, 0.1, 0.25, 0), storage);
  const fields = make(
    Int32Array.from({ length: 64 }, (_, i) => [0, 0, ...params][i] ?? 0),
    GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
  );
  const readback = device.createBuffer({ size: spare * 16, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
  const layout = device.createBindGroupLayout({
    entries: (['storage', 'read-only-storage', 'uniform', 'read-only-storage'] as const).map((type, binding) => ({
      ...{ binding, visibility: GPUShaderStage.COMPUTE, buffer: { type } },
    })),
  });
  const bindings = device.createBindGroup({
    layout,
    entries: [arena, numbers, fields, numbers].map((buffer, binding) => ({ binding, resource: { buffer } })),
  });
  const pipelineLayout = device.createPipelineLayout({ bindGroupLayouts: [layout] });
  const us: Record<Way, number> = {
    shipped: Number.POSITIVE_INFINITY,
    subgroups: Number.POSITIVE_INFINITY,
    'no sum': Number.POSITIVE_INFINITY,
  };
  const pipelines = new Map<Way, GPUComputePipeline>();
  for (const way of WAYS) {
    const text = textOf(kernel, 'f32');
    const lanes = (code: string) =>
      swap(code, /@builtin\(local_invocation_index\)/, `${LANES}@builtin(local_invocation_index)`);
    const code =
      way === 'shipped'
        ? text
        : way === 'subgroups'
          ? `enable subgroups;\n${lanes(replace(text, way))}`
          : replace(text, way);
    const compute = { module: device.createShaderModule({ label: `${name} ${way}`, code }), entryPoint: 'main' };
    pipelines.set(way, await device.createComputePipelineAsync({ layout: pipelineLayout, compute }));
  }
  const run = async (way: Way, dispatches: number) => {
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipelines.get(way) as GPUComputePipeline);
    pass.setBindGroup(0, bindings);
    for (let k = 0; k < dispatches; k++) pass.dispatchWorkgroups(1, 1, 1);
    pass.end();
    encoder.copyBufferToBuffer(arena, px * 16, readback, 0, spare * 16);
    const started = performance.now();
    device.queue.submit([encoder.finish()]);
    await readback.mapAsync(GPUMapMode.READ);
    const ms = performance.now() - started;
    const result = new Float32Array(readback.getMappedRange().slice(0));
    readback.unmap();
    return { ms, result };
  };
  const shipped = (await run('shipped', 1)).result;
  const subgroups = (await run('subgroups', 1)).result;
  const largest = Math.max(...shipped.map(Math.abs));
  const off = Math.max(...shipped.map((v, i) => Math.abs(v - (subgroups[i] as number)))) / largest;
  for (let round = 0; round < ROUNDS; round++) {
    for (const way of WAYS) us[way] = Math.min(us[way], ((await run(way, DISPATCHES)).ms * 1000) / DISPATCHES);
  }
  for (const buffer of [arena, numbers, fields, readback]) buffer.destroy();
  return { name, us, off };
}
