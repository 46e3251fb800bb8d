/** Our WebAssembly kernels (assembly/, which says what each does), on one memory. Addresses, steps and pitches are bytes. */
/// <reference path="./compiled.d.ts" />
import { plain as plainBuild, relaxed as relaxedBuild } from './assembly/index.ts?assembly';

export interface Kernels {
  across(x: number, first: number, weights: number, taps: number, to: number, width: number): void;
  attention(
    qkv: number,
    bias: number,
    kinds: number,
    to: number,
    size: number,
    channels: number,
    heads: number,
    window: number,
    shift: number,
    members: number,
    scratch: number,
  ): void;
  clearBorder(at: number, step: number, width: number, height: number): void;
  convolve(
    x: number,
    xStep: number,
    xPitch: number,
    xBlock: number,
    tapRows: number,
    tapPitch: number,
    tapColumns: number,
    tapStep: number,
    inputs: number,
    filters: number,
    bias: number,
    least: number,
    residual: number,
    to: number,
    toStep: number,
    toPitch: number,
    width: number,
    height: number,
    outputs: number,
  ): void;
  copy(
    x: number,
    xStep: number,
    xPitch: number,
    to: number,
    toStep: number,
    toPitch: number,
    width: number,
    height: number,
    bytes: number,
  ): void;
  cues(
    rgb: number,
    width: number,
    height: number,
    constants: number,
    narrow: number,
    wide: number,
    scratch: number,
    to: number,
    toStep: number,
    toPitch: number,
  ): void;
  darkness(bytes: number, count: number, white: number, start: number, step: number, to: number): void;
  depthwise(
    x: number,
    xStep: number,
    xPitch: number,
    stride: number,
    filters: number,
    bias: number,
    least: number,
    to: number,
    toStep: number,
    toPitch: number,
    width: number,
    height: number,
    channels: number,
  ): void;
  eca(x: number, px: number, channels: number, taps: number, to: number, scratch: number): void;
  guide(x: number, px: number, channels: number, saliency: number, gate: number): void;
  halve(x: number, to: number, width: number, height: number): void;
  layerNorm(x: number, to: number, count: number, channels: number): void;
  levels(rgb: number, px: number, gain: number, floor: number, to: number): void;
  means(x: number, px: number, channels: number, to: number): void;
  pool(x: number, weights: number, px: number, channels: number, to: number): void;
  poolWeights(logits: number, saliency: number, size: number, least: number, to: number): void;
  resample(
    x: number,
    xStep: number,
    xPitch: number,
    fromWidth: number,
    fromHeight: number,
    add: number,
    least: number,
    to: number,
    toStep: number,
    toPitch: number,
    width: number,
    height: number,
    channels: number,
  ): void;
  shuffle(x: number, to: number, width: number, height: number): void;
  sigmoid(x: number, bytes: number): void;
  stemInput(rgb: number, level: number, saliency: number, to: number, toPitch: number, size: number): void;
  subtract(x: number, to: number, count: number, weight: number): void;
  transpose(x: number, to: number, px: number, columns: number): void;
}

export const PAGE = 65536;

const bytesOf = (base64: string) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));

/** Whether multiplying and adding may be one step here (relaxed SIMD), which not all browsers have. */
export function isRelaxed(): boolean {
  return WebAssembly.validate(bytesOf(relaxedBuild));
}

/** Throws where this browser's WebAssembly has no SIMD. relaxed: which of the two builds; what is to be had where left out. */
export async function openKernels(memory: WebAssembly.Memory, relaxed = isRelaxed()): Promise<Kernels> {
  const { instance } = await WebAssembly.instantiate(bytesOf(relaxed ? relaxedBuild : plainBuild), { env: { memory } });
  return instance.exports as unknown as Kernels;
}
