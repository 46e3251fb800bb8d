// The network by our WebAssembly kernels, stage by stage, against what PyTorch computed with the same weights.
import { readFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import { maxDifference } from '../kernels/agree.fixture';
import type { Manifest } from '../manifest';
import { decodeWeights } from '../network/decodeWeights';
import { networkPlan } from '../plan/layers';
import { Filters } from './filters';
import { openKernels, PAGE } from './kernels';
import { lower } from './lower';
import { FLOAT, type Placed } from './program';

const folder = new URL('../../../models/sg-cldff-v5/', import.meta.url);
const bytesOf = (name: string) => new Uint8Array(readFileSync(new URL(name, folder))).buffer;

const manifest: Manifest = JSON.parse(readFileSync(new URL('manifest.json', folder), 'utf8'));
const entries: { crop: number; name: string; shape: number[]; offset: number }[] = JSON.parse(
  readFileSync(new URL('golden/golden.json', folder), 'utf8'),
);

function want(crop: number, name: string): Float32Array {
  const entry = entries.find((entry) => entry.crop === crop && entry.name === name);
  if (!entry) throw new Error(`no golden ${name} of crop ${crop}`);
  return new Float32Array(
    bytesOf('golden/golden.bin'),
    entry.offset,
    entry.shape.reduce((a, b) => a * b, 1),
  );
}

const STAGES = [
  ...['cues', 'saliency', 'scale1', 'scale2', 'scale3', 'scale4', 'fused', 'evidence', 'segmentation', 'weights'],
  ...['features', 'types', 'cams'],
];

let memory: WebAssembly.Memory;
let placed: Placed;

/** A map's values inside its border. */
function valuesOf(name: string): Float32Array {
  const { at, step, pitch, width, height, channels } = placed.places.get(name) as NonNullable<
    ReturnType<Placed['places']['get']>
  >;
  const out = new Float32Array(width * height * channels);
  for (let y = 0; y < height; y++) {
    out.set(new Float32Array(memory.buffer, at + y * pitch, (width * step) / FLOAT), y * width * channels);
  }
  // The goldens have one of its channels.
  return name === 'saliency' ? out.filter((_, i) => i % 2 === 0) : out;
}

beforeAll(async () => {
  const arrays = decodeWeights(bytesOf('weights-1of1.bin'), manifest.weights);
  const filters = new Filters((name) => {
    const array = arrays.get(name);
    if (!array) throw new Error(`no array ${name}`);
    return array;
  }, 1024);
  memory = new WebAssembly.Memory({ initial: 2000 });
  const kernels = await openKernels(memory, false);
  const plan = networkPlan(manifest);
  const program = lower(plan, kernels, filters, manifest.cues);
  // All of them are read in the end, so that none takes another's place.
  placed = program.placed(filters.end, [plan.input], [...plan.maps.keys()]);
  expect(placed.end).toBeLessThan(2000 * PAGE);
  filters.write(memory);
});

test.each([0, 1])('crop %i: every stage matches its golden to 1e-3', (crop) => {
  const input = placed.places.get('crops');
  new Float32Array(memory.buffer, input?.at).set(want(crop, 'input'));
  for (const call of placed.calls) call();
  const known = STAGES.filter((name) => entries.some((entry) => entry.crop === crop && entry.name === name));
  expect(known).toContain('types');
  const off = Object.fromEntries(known.map((name) => [name, maxDifference(valuesOf(name), want(crop, name))]));
  for (const [name, difference] of Object.entries(off)) expect(difference, name).toBeLessThan(1e-3);
});
