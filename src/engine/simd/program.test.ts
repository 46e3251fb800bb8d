// Maps that share their places, and kernels that are given maps they were not made for.
import { beforeAll, expect, test } from 'vitest';
import { convolve, type Lowering, resample } from './calls';
import { Filters } from './filters';
import { type Kernels, openKernels } from './kernels';
import { FLOAT, Program } from './program';

let kernels: Kernels;
let memory: WebAssembly.Memory;

beforeAll(async () => {
  memory = new WebAssembly.Memory({ initial: 2 });
  kernels = await openKernels(memory, false);
});

const floats = (at: number, count: number) => new Float32Array(memory.buffer, at, count);

test('a border is zero though another map lay there, and the map before it keeps what it has', () => {
  const program = new Program(kernels);
  const size = { width: 5, height: 3, channels: 4 };
  const seen: number[][] = [];
  program.map('input', size);
  program.map('early', { width: 40, height: 1, channels: 4 });
  program.map('late', { ...size, border: 1 });
  program.map('output', size);
  program.add(['input', 'early'], (places) => {
    const early = places('early');
    return () => floats(early.at, 160).fill(9);
  });
  program.add(['input', 'late'], (places) => {
    const [x, y] = [places('input'), places('late')];
    return () => kernels.copy(x.at, x.step, x.pitch, y.at, y.step, y.pitch, 5, 3, x.step);
  });
  program.add(['late', 'output'], (places) => {
    const { at, step, pitch } = places('late');
    return () => seen.push([...floats(at - pitch - step, (5 * pitch) / FLOAT)]);
  });
  const { calls, places } = program.placed(0, ['input'], ['output']);
  const [early, late] = [places.get('early'), places.get('late')];
  expect(late && early && late.at - late.pitch - late.step, 'they share a place').toBe(early?.at);
  const input = Array.from({ length: 60 }, (_, i) => i + 1);
  floats(places.get('input')?.at ?? 0, 60).set(input);
  for (const call of calls) call();
  const row = (y: number) => [...Array(4).fill(0), ...input.slice(y * 20, y * 20 + 20), ...Array(4).fill(0)];
  expect(seen).toEqual([[...Array(28).fill(0), ...row(0), ...row(1), ...row(2), ...Array(28).fill(0)]]);
});

test.each([1, 2, 3, 4, 5, 7, 9])('a convolution of %i px is right to the last, with what is added', (width) => {
  const program = new Program(kernels);
  const filters = new Filters(
    () => ({ shape: [1, 1, 3, 8], values: Float32Array.from({ length: 24 }, (_, i) => (i % 5) - 2) }),
    1024,
  );
  const lowering: Lowering = { program, kernels, filters };
  program.map('x', { width, height: 1, channels: 3 });
  program.map('rest', { width, height: 1, channels: 8 });
  program.map('y', { width, height: 1, channels: 8 });
  const options = { kernel: 1, filters: filters.blocks('f'), bias: filters.zeros(8), residual: 'rest' } as const;
  convolve(lowering, 'x', 'y', { ...options, relu: true });
  const { calls, places } = program.placed(filters.end, ['x', 'rest'], ['y']);
  filters.write(memory);
  const of = (name: string, channels: number) => floats(places.get(name)?.at ?? 0, width * channels);
  of('x', 3).set(Array.from({ length: width * 3 }, (_, i) => (i % 7) - 3));
  of('rest', 8).set(Array.from({ length: width * 8 }, (_, i) => i % 4));
  for (const call of calls) call();
  const want = Array.from({ length: width * 8 }, (_, i) => {
    const [px, o] = [Math.floor(i / 8), i % 8];
    const sum = [0, 1, 2].reduce((all, c) => all + (((px * 3 + c) % 7) - 3) * (((c * 8 + o) % 5) - 2), i % 4);
    return Math.max(sum, 0);
  });
  expect([...of('y', 8)]).toEqual(want);
  expect(() => convolve(lowering, 'x', 'y', { ...options, stride: 2 })).toThrow(/at steps/);
  expect(() => convolve(lowering, 'x', 'y', { ...options, kernel: 3 })).toThrow(/no border/);
  expect(() => convolve(lowering, 'x', 'y', { ...options, residual: 'x' })).toThrow(/cannot be added/);
  expect(() => resample(lowering, 'y', 'x')).toThrow(/no room/);
  expect(() => resample(lowering, 'x', 'y')).toThrow(/multiple of four/);
});
