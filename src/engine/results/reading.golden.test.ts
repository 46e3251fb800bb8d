/** Attributes and novelty of the shipped model's golden features, against PyTorch. */
import { readFileSync } from 'node:fs';
import type { io } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import type { Manifest } from '../manifest';
import { distance } from './novelty';
import { describe } from './words';

const folder = new URL('../../../models/sg-cldff-v5/', import.meta.url);
const read = (name: string) => new Uint8Array(readFileSync(new URL(name, folder)));
const manifest: Manifest = JSON.parse(new TextDecoder().decode(read('manifest.json')));
const entries: { crop: number; name: string; shape: number[]; offset: number }[] = JSON.parse(
  new TextDecoder().decode(read('golden/golden.json')),
);
const goldenBytes = read('golden/golden.bin');

function golden(name: string): Float32Array {
  const entry = entries.find((e) => e.crop === 0 && e.name === name);
  if (!entry) throw new Error(`no golden ${name}`);
  const length = entry.shape.reduce((a, b) => a * b, 1);
  return new Float32Array(goldenBytes.slice(entry.offset, entry.offset + 4 * length).buffer);
}

function weights(): Record<string, Float32Array> {
  const shards = manifest.shards.map(({ path }) => read(path));
  const all = new Uint8Array(shards.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const shard of shards) {
    all.set(shard, at);
    at += shard.length;
  }
  const tensors = tf.io.decodeWeights(all.buffer, manifest.weights as io.WeightsManifestEntry[]);
  return Object.fromEntries(Object.entries(tensors).map(([name, t]) => [name, t.dataSync<'float32'>()]));
}

test('words are those that PyTorch reads from the same features', () => {
  const w = weights();
  const logits = golden('attributes');
  const arrays = { w: w['describe.w'] as Float32Array, b: w['describe.b'] as Float32Array };
  const words = describe(golden('features'), arrays, manifest.attributes, 1, 0);
  expect(words).toHaveLength(11);
  let at = 0;
  for (const [k, { values }] of manifest.attributes.entries()) {
    const own = [...logits.subarray(at, at + values.length)];
    at += values.length;
    const powers = own.map((v) => Math.exp(v));
    const best = own.indexOf(Math.max(...own));
    expect(words[k]?.value).toBe(values[best]);
    expect(words[k]?.probability).toBeCloseTo((powers[best] as number) / powers.reduce((a, b) => a + b), 4);
  }
  expect(at).toBe(logits.length);
});

test('the novelty distance is the one PyTorch has', () => {
  const w = weights();
  const arrays = {
    channels: golden('features').length,
    whiten: w['novelty.w'] as Float32Array,
    means: w['novelty.means'] as Float32Array,
  };
  expect(distance(golden('features'), arrays)).toBeCloseTo(golden('novelty')[0] as number, 3);
});
