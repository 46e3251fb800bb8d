/** Runs one of our WGSL kernels on the device shared with tfjs, as one of tfjs's own programs. */
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { WebGPUProgram } from '@tensorflow/tfjs-backend-webgpu/dist/webgpu_program';
import * as tf from '@tensorflow/tfjs-core';

/** What stays the same from call to call. */
export interface Kernel {
  /** Shader key: two kernels of one name would share a pipeline. */
  name: string;
  /** Body with `fn main(index : i32)`, called once an output element; reads `uniforms`, writes `result`. */
  wgsl: string;
  /** Names of the input arrays (array<f32>) in call order; `uniforms.<name>Shape` is there for each. */
  inputs: string[];
  /** WGSL fields of the kernel's own uniforms, e.g. 'radius : f32, count : i32,'. */
  uniforms?: string;
}

export interface Uniform {
  type: 'float32' | 'int32';
  data: number[];
}

const WORKGROUP = 64;
const MAX_WORKGROUPS = 65535;

/** True where kernels run as WGSL; elsewhere their references do. */
export function onWebGpu(): boolean {
  return tf.getBackend() === 'webgpu';
}

/**
 * One dispatch of `threads` invocations (one for each element of `shape` unless said otherwise). Returns
 * a tracked tensor (tf.tidy disposes of it).
 */
export function runKernel(
  kernel: Kernel,
  inputs: tf.Tensor[],
  shape: number[],
  uniforms: Uniform[] = [],
  dtype: 'float32' | 'int32' = 'float32',
  threads = shape.reduce((a, b) => a * b, 1),
): tf.Tensor {
  const groups = Math.ceil(threads / WORKGROUP);
  const columns = Math.min(groups, MAX_WORKGROUPS);
  const program: WebGPUProgram = {
    variableNames: kernel.inputs,
    outputShape: shape,
    workgroupSize: [WORKGROUP, 1, 1],
    dispatchLayout: { x: shape.map((_, i) => i) },
    dispatch: [columns, Math.ceil(groups / columns), 1],
    shaderKey: kernel.name,
    size: true,
    ...(kernel.uniforms ? { uniforms: kernel.uniforms } : {}),
    getUserCode: () => kernel.wgsl,
  };
  const backend = tf.backend() as WebGPUBackend;
  const info = backend.runWebGPUProgram(program, inputs, dtype, uniforms.length ? uniforms : undefined);
  return tf.engine().makeTensorFromTensorInfo(info);
}
