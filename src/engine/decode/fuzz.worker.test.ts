// Mutated headers over every decoder: each file ends in px or in a tagged error, soon, whatever its bytes claim.
// VITE_FUZZ=10000 runs more of them; VITE_FUZZ_SEED another series. A failure names the file and its number in the series.
import { expect, test } from 'vitest';
import entries from '../../../e2e/fixtures/formats/formats.json';
import { LeukolensError } from '../../domain/errors';
import { decodeFile } from './decodeImage';
import { inspectFile } from './inspect';

const COUNT = Number(import.meta.env.VITE_FUZZ ?? 400);
const SEED = Number(import.meta.env.VITE_FUZZ_SEED ?? 1);
/** No file may take longer; a loaded machine is given its due. */
const LONGEST_MS = 5000;
/** Of the JavaScript heap, beside what was there before; images of these sizes need a hundredth. */
const MOST_BYTES = 600e6;
/** Chromium's own measure; other browsers have none. */
const heap = () => (performance as { memory?: { usedJSHeapSize: number } }).memory?.usedJSHeapSize ?? 0;
/** Bytes at the start in which most mutations fall. */
const HEADER = 512;

const urls = import.meta.glob<string>('../../../e2e/fixtures/formats/*', {
  query: '?url',
  import: 'default',
  eager: true,
});

/** mulberry32: small, seeded, good enough to spread mutations. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const INTERESTING = [0, 1, 2, 3, 7, 8, 16, 42, 43, 127, 128, 254, 255];

/** A few bytes or words changed, or a piece cut out, doubled, or lost at the end. */
function mutate(original: Uint8Array, random: () => number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(original);
  const at = () => Math.floor(random() * (random() < 0.85 ? Math.min(HEADER, bytes.length) : bytes.length));
  const times = 1 + Math.floor(random() * 6);
  for (let i = 0; i < times; i++) {
    const where = at();
    const kind = random();
    if (kind < 0.4) bytes[where] = INTERESTING[Math.floor(random() * INTERESTING.length)] as number;
    else if (kind < 0.6) bytes[where] = Math.floor(random() * 256);
    else if (kind < 0.7) bytes[where] = (bytes[where] as number) ^ (1 << Math.floor(random() * 8));
    else if (kind < 0.85) bytes.fill(random() < 0.5 ? 0xff : 0, where, where + (random() < 0.5 ? 2 : 4));
    else bytes.copyWithin(where, at(), at() + 16);
  }
  const cut = random();
  return cut < 0.1 ? bytes.slice(0, at() + 1) : bytes;
}

interface Outcome {
  ended: string;
  ms: number;
}

async function tried(work: () => Promise<unknown>): Promise<Outcome> {
  const started = performance.now();
  try {
    await work();
    return { ended: 'read', ms: performance.now() - started };
  } catch (thrown) {
    const ended = thrown instanceof LeukolensError ? thrown.code : `NOT TAGGED: ${thrown}`;
    return { ended, ms: performance.now() - started };
  }
}

test(
  `${COUNT} mutated files end in px or in a tagged error`,
  async () => {
    const originals = await Promise.all(
      (entries as { file: string }[]).map(async ({ file }) => {
        const url = urls[`../../../e2e/fixtures/formats/${file}`] as string;
        return { file, bytes: new Uint8Array(await (await fetch(url)).arrayBuffer()) };
      }),
    );
    const ends: Record<string, number> = {};
    const faults: string[] = [];
    let slowest = 0;
    const before = heap();
    let most = 0;
    for (let i = 0; i < COUNT; i++) {
      const random = randomOf(SEED * 1_000_003 + i);
      const original = originals[i % originals.length] as (typeof originals)[number];
      const file = new Blob([mutate(original.bytes, random)]);
      for (const [what, work] of [
        ['inspect', () => inspectFile(file, null)],
        ['decode', () => decodeFile(file, null)],
      ] as const) {
        const { ended, ms } = await tried(work);
        ends[`${what}: ${ended}`] = (ends[`${what}: ${ended}`] ?? 0) + 1;
        slowest = Math.max(slowest, ms);
        most = Math.max(most, heap() - before);
        if (ms > LONGEST_MS) faults.push(`${original.file} #${i}: ${what} took ${Math.round(ms)} ms`);
        if (ended.startsWith('NOT')) faults.push(`${original.file} #${i}: ${what} ${ended}`);
      }
    }
    console.log(
      `fuzz: ${COUNT} files, slowest ${Math.round(slowest)} ms, heap + ${Math.round(most / 1e6)} MB`,
      JSON.stringify(ends),
    );
    expect(faults).toEqual([]);
    expect(most).toBeLessThan(MOST_BYTES);
    expect(ends['decode: read'], 'some mutations do no harm').toBeGreaterThan(0);
    expect(ends['decode: damaged-image'], 'and some do').toBeGreaterThan(0);
  },
  60_000 + COUNT * 200,
);
