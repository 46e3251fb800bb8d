/** Memory planned for maps, and arrays as halves, on cases small enough to see through. */
import { expect, test } from 'vitest';
import { decodeWeights } from '../network/decodeWeights';
import { planArena } from './arena';
import { kernel } from './kernel';
import { type Dispatch, type Program, toHalves, type View, WeightPack } from './program';

const copy = kernel('copy', ['source', 'to'], ['to'], '');

/** Dispatches that read one map and write another; maps of the given vec4. */
function program(sizes: Record<string, number>, steps: [string, string][], input: string, outputs: string[]): Program {
  const view = (map: string): View => ({ map, offset: 0, step: 1 });
  const dispatches: Dispatch[] = steps.map(([from, to], i) => ({
    ...{ name: `step ${i}`, kernel: copy, params: { source: view(from), to: view(to) }, threads: 1 },
  }));
  const rest = { filters: new Float32Array(), storage: 'f32' as const, constants: new Float32Array() };
  return { dispatches, maps: new Map(Object.entries(sizes)), inputs: { crop: input, window: input }, outputs, ...rest };
}

test('maps that never live together share their place, and outputs stand first', () => {
  const sizes = { in: 10, a: 20, b: 20, c: 20, out: 4 };
  const chain = program(
    sizes,
    [
      ['in', 'a'],
      ['a', 'b'],
      ['b', 'c'],
      ['c', 'out'],
    ],
    'in',
    ['out'],
  );
  const { offsets, slab, outputs } = planArena(chain);
  expect(outputs).toBe(4);
  expect(offsets.get('out')).toBe(0);
  // Two of the three are alive at a time.
  expect(slab).toBe(4 + 40);
  expect(offsets.get('a')).toBe(offsets.get('c'));
  expect(planArena(chain, true).slab).toBe(4 + 10 + 60);
});

test('no two maps that live at the same time overlap, in many random programs', () => {
  let state = 7;
  const random = (n: number) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
  for (let round = 0; round < 200; round++) {
    const names = Array.from({ length: 3 + random(12) }, (_, i) => `m${i}`);
    const sizes = Object.fromEntries(names.map((name) => [name, 1 + random(50)]));
    // Each map is made from any earlier one.
    const steps = names.slice(1).map((to, i): [string, string] => [names[random(i + 1)] as string, to]);
    const made = program(sizes, steps, 'm0', [names.at(-1) as string]);
    const { offsets, slab } = planArena(made);
    const life = (name: string) => {
      const at = steps.flatMap((step, i) => (step.includes(name) ? [i] : []));
      const last = made.outputs.includes(name) ? steps.length : Math.max(...at, -1);
      return [name === 'm0' ? -1 : Math.min(...at), last] as const;
    };
    for (const a of names) {
      expect((offsets.get(a) ?? -1) + (sizes[a] ?? 0)).toBeLessThanOrEqual(slab);
      for (const b of names) {
        const [[a0, a1], [b0, b1]] = [life(a), life(b)];
        if (a >= b || a1 < b0 || b1 < a0) continue;
        const [x, y] = [offsets.get(a) as number, offsets.get(b) as number];
        expect(x + (sizes[a] as number) <= y || y + (sizes[b] as number) <= x, `${a} and ${b}`).toBe(true);
      }
    }
  }
});

test('every half there is comes back from its float32', () => {
  const all = Uint16Array.from({ length: 0x10000 }, (_, i) => i);
  const entry = { name: 'all', shape: [0x10000], dtype: 'float32', quantization: { dtype: 'float16' } } as never;
  const floats = decodeWeights(all.buffer, [entry]).get('all')?.values ?? new Float32Array();
  expect([floats[0x3c00], floats[0xc000], floats[1]]).toEqual([1, -2, 2 ** -24]);
  toHalves(floats).forEach((bits, i) => {
    if (!Number.isNaN(floats[i])) expect(bits).toBe(i);
  });
});

test('float32 values between halves go to the nearer one', () => {
  expect([...toHalves(Float32Array.of(1 + 0.4 / 1024, 1 + 0.6 / 1024, 1e9, -1e-9))]).toEqual([
    ...[0x3c00, 0x3c01, 0x7c00, 0x8000],
  ]);
});

test('arrays of one key are stored once, in whole vec4', () => {
  const pack = new WeightPack();
  expect(pack.add('a', () => Float32Array.of(1, 2, 3, 4, 5))).toBe(0);
  expect(pack.add('b', () => Float32Array.of(6))).toBe(2);
  expect(pack.add('a', () => Float32Array.of())).toBe(0);
  expect([...pack.packed()]).toEqual([1, 2, 3, 4, 5, 0, 0, 0, 6, 0, 0, 0]);
});
