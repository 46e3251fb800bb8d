/** The gate's judgement, and its file: part of the goldens, in a layout that is checked. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Window } from '../../domain/pixels';
import { type CropOutput, classesOf, type Network } from '../network/network';
import { shown } from '../network/shown';
import { check, deviation, type Goldens, readGoldens } from './gate';

const folder = new URL('../../../models/sg-cldff-v5/', import.meta.url);
const file = (name: string) => new Uint8Array(readFileSync(new URL(name, folder))).buffer;

/** Two crops with outputs of a few values, every third of the large ones known. */
function known(): { goldens: Omit<Goldens, 'field'>; outputs: CropOutput[] } {
  const values = (n: number, seed: number) => Float32Array.from({ length: n }, (_, i) => Math.sin(seed + i));
  const outputs = [0, 1].map((k) => ({
    types: values(8, k),
    features: values(6, k + 2),
    saliency: values(7, k + 3),
    cams: values(9, k + 4),
    segmentation: values(12, k + 5),
    classes: classesOf(values(12, k + 5)),
  }));
  const thinned = (v: Float32Array) => v.filter((_, i) => i % 3 === 0);
  const expected = outputs.map(({ types, features, saliency, cams, segmentation }) => ({
    ...{
      types: types.slice(),
      features: features.slice(),
      saliency: thinned(saliency),
      cams: thinned(cams),
      segmentation: thinned(segmentation),
    },
  }));
  return { goldens: { windows: [], expected, stride: 3 }, outputs };
}

test('the right outputs have nothing against them', () => {
  const { goldens, outputs } = known();
  expect(deviation(outputs, goldens)).toBe('');
});

test.each<[string, (outputs: CropOutput[]) => void, RegExp]>([
  [
    'a type off by a hundredth',
    ([, second]) => (second!.types = second!.types.map((v) => v + 0.01)),
    /types are off by 0\.010/,
  ],
  ['a thinned value off', ([first]) => first!.cams.set([5], 6), /cams are off by/],
  ['zeros', ([first]) => first!.features.fill(0), /features are all zero/],
  ['no number', ([, second]) => second!.segmentation.set([Number.NaN], 9), /no number/],
  ['infinity', ([first]) => first!.saliency.set([Number.POSITIVE_INFINITY], 0), /no number/],
  ['too few values', ([first]) => (first!.types = first!.types.slice(0, 7)), /types have the wrong size/],
  ['a class that is not the most probable', ([first]) => first!.classes.fill(0), /classes are not the most probable/],
  ['a crop missing', (outputs) => outputs.pop(), /gave no/],
])('%s is caught', (_, spoil, why) => {
  const { goldens, outputs } = known();
  spoil(outputs);
  expect(deviation(outputs, goldens)).toMatch(why);
});

test("the shipped model's gate is a part of its goldens", () => {
  const goldens = readGoldens(file('gate.bin'));
  const entries: { crop: number; name: string; shape: number[]; offset: number }[] = JSON.parse(
    readFileSync(new URL('golden/golden.json', folder), 'utf8'),
  );
  const data = file('golden/golden.bin');
  const golden = (crop: number, name: string) => {
    const entry = entries.find((e) => e.crop === crop && e.name === name);
    const length = entry?.shape.reduce((a, b) => a * b, 1) ?? 0;
    return new Float32Array(data, entry?.offset ?? 0, length);
  };
  expect(goldens.windows).toHaveLength(3);
  for (const crop of [0, 1]) {
    const input = golden(crop, 'input');
    const side = Math.sqrt(input.length / 3);
    const seen = shown(goldens.windows[crop] as Window, side, side);
    expect(seen.every((v, i) => Math.abs(v - (input[i] as number)) < 1e-6)).toBe(true);
    expect(goldens.expected[crop]?.types).toEqual(golden(crop, 'types'));
    expect(goldens.expected[crop]?.cams).toEqual(golden(crop, 'cams').filter((_, i) => i % goldens.stride === 0));
  }
  expect(Object.keys(goldens.expected[0] ?? {})).toHaveLength(5);
  const [first, , into] = goldens.windows;
  expect(into?.pixels).toBe(first?.pixels);
  expect([into?.box.x0, into?.box.y0, into?.box.x1, into?.box.y1]).toEqual([...golden(2, 'box')]);
  const channel = (c: number) => [0, 1, 2, 3, 4, 5, 6].map((k) => golden(2, 'white')[k * 3 + c]);
  expect(into?.white.surface?.map((_, c) => [into.white.constant[c], ...(into.white.surface?.[c] ?? [])])).toEqual(
    [0, 1, 2].map(channel),
  );
  expect(goldens.expected[2]?.types).toEqual(golden(2, 'types'));
  expect(goldens.field.window).toBe(into);
  expect(goldens.field.side ** 2).toBe(golden(2, 'field').length);
  const thinned = (name: string) => golden(2, name).filter((_, i) => i % goldens.stride === 0);
  expect([goldens.field.cell, goldens.field.core]).toEqual([thinned('field'), thinned('fieldCores')]);
});

/** A network that gives what is known, `batch` crops at a time, but for what `spoil` makes of it. */
function rightBut(spoil: { slot?: number; cell?: number; core?: number }): { network: Network; goldens: Goldens } {
  const { goldens: crops, outputs } = known();
  const side = 6;
  const pixels = { data: new Uint8ClampedArray(side * side * 4), width: side, height: side };
  const box = { x0: 0, y0: 0, x1: side, y1: side };
  const window = { pixels, white: { constant: [1, 1, 1], surface: null }, box };
  const [cell, core] = crops.expected.map(({ saliency }) => saliency as Float32Array) as [Float32Array, Float32Array];
  const field = { window, side, cell, core };
  const goldens = { ...crops, windows: outputs.map(() => window), field };
  const network: Network = {
    batch: 8,
    infer: async (windows) =>
      windows.map((_, slot) => {
        const output = outputs[slot % outputs.length] as CropOutput;
        return slot === spoil.slot ? { ...output, types: output.types.map(() => 0) } : output;
      }),
    saliency: async () => {
      const map = (k: number, off = 0) => (outputs[k] as CropOutput).saliency.map((v) => v + off);
      return { cell: map(0, spoil.cell), core: map(1, spoil.core) };
    },
  };
  return { network, goldens };
}

test('every place of a batch and the search for cells are checked too', async () => {
  const sound = rightBut({});
  expect(await check(sound.network, sound.goldens)).toBe('');
  const last = rightBut({ slot: 7 });
  expect(await check(last.network, last.goldens)).toMatch(/wrong results: its types are all zero/);
  for (const spoil of [{ cell: 0.01 }, { core: 0.01 }]) {
    const field = rightBut(spoil);
    expect(await check(field.network, field.goldens)).toMatch(/wrong results: its saliency are off by 0\.010/);
  }
});

test.each([[0.001], [Number.NaN]])('so is the thumbnail, if the network makes one: off by %d', async (off) => {
  const { network, goldens } = rightBut({});
  const thumbnail = async () => new Float32Array(4 * 4 * 3);
  expect(await check({ ...network, thumbnail }, goldens)).toBe('');
  const wrong = async () => (await thumbnail()).fill(off, 7, 8);
  expect(await check({ ...network, thumbnail: wrong }, goldens)).toMatch(/wrong results: its thumbnail is off by/);
});

test('so is the way of images for which there is no room', async () => {
  const [{ network, goldens }, wrong] = [rightBut({}), rightBut({ core: 0.01 })];
  expect(await check({ ...network, madeBefore: wrong.network }, goldens)).toMatch(/wrong results/);
});

/** gate.bin with its header changed; what it names keeps its place. */
function withHeader(change: (header: Record<string, unknown>) => void): ArrayBuffer {
  const bytes = file('gate.bin');
  const length = Number(new DataView(bytes).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(bytes, 8, length)));
  change(header);
  const text = new TextEncoder().encode(JSON.stringify(header));
  const out = new Uint8Array(8 + text.length + bytes.byteLength - 8 - length);
  new DataView(out.buffer).setBigUint64(0, BigInt(text.length), true);
  out.set(text, 8);
  out.set(new Uint8Array(bytes, 8 + length), 8 + text.length);
  return out.buffer;
}

test.each(['1.types', '2.types', '2.field', '2.fieldCores'])(
  'a gate file that asks nothing about %s is refused',
  (name) => {
    expect(readGoldens(withHeader(() => {})).windows).toHaveLength(3);
    expect(() => readGoldens(withHeader((header) => delete header[name]))).toThrow(/gate.bin is damaged/);
  },
);

test.each([
  ['empty', new ArrayBuffer(0)],
  ['cut off', file('gate.bin').slice(0, 500)],
  ['something else', new TextEncoder().encode('<html>not a gate at all</html>').buffer as ArrayBuffer],
])('a gate file that is %s is refused', (_, bytes) => {
  expect(() => readGoldens(bytes)).toThrow(/gate.bin is damaged/);
});
