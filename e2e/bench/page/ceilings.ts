/** What the device can do at most: multiply-adds and bytes a second, by two kernels that do nothing else. */

const ARITHMETIC = `
@group(0) @binding(0) var<storage, read_write> out : array<vec4<f32>>;
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id : vec3<u32>) {
  var a = vec4<f32>(f32(id.x)); var b = a + 1.0; var c = a + 2.0; var d = a + 3.0;
  let k = vec4<f32>(0.999);
  for (var i = 0; i < 256; i++) { a = a * k + b; b = b * k + c; c = c * k + d; d = d * k + a; }
  out[id.x] = a + b + c + d;
}`;
const COPY = `
@group(0) @binding(0) var<storage, read_write> out : array<vec4<f32>>;
@group(0) @binding(1) var<storage, read> src : array<vec4<f32>>;
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id : vec3<u32>) { out[id.x] = src[id.x]; }`;

async function best(device: GPUDevice, code: string, buffers: GPUBuffer[], groups: number): Promise<number> {
  const pipeline = await device.createComputePipelineAsync({
    layout: 'auto',
    compute: { module: device.createShaderModule({ code }), entryPoint: 'main' },
  });
  const bindings = device.createBindGroup({
    layout: pipeline.getBindGroupLayout(0),
    entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })),
  });
  let least = Number.POSITIVE_INFINITY;
  for (let k = 0; k < 5; k++) {
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, bindings);
    pass.dispatchWorkgroups(groups);
    pass.end();
    const started = performance.now();
    device.queue.submit([encoder.finish()]);
    await device.queue.onSubmittedWorkDone();
    least = Math.min(least, performance.now() - started);
  }
  return least / 1000;
}

export interface Ceilings {
  multiplyAddsPerSecond: number;
  bytesPerSecond: number;
}

export async function ceilings(device: GPUDevice, software: boolean): Promise<Ceilings> {
  const size = software ? 16e6 : 64e6;
  const make = () => device.createBuffer({ size, usage: GPUBufferUsage.STORAGE });
  const [a, b] = [make(), make()];
  const threads = software ? 8192 : 1_048_576;
  const seconds = await best(device, ARITHMETIC, [a], threads / 64);
  const copied = await best(device, COPY, [a, b], size / 16 / 64);
  a.destroy();
  b.destroy();
  return { multiplyAddsPerSecond: (threads * 256 * 16) / seconds, bytesPerSecond: (2 * size) / copied };
}
