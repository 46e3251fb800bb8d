/** A model that is not exactly the one that was shipped is refused with a sentence, never run. */
import { readFileSync } from 'node:fs';
// Brings the plain processor backend, which decodes weights in Node.
import '@tensorflow/tfjs';
import { afterEach, expect, test, vi } from 'vitest';
import type { LeukolensError } from '../../domain/errors';
import type { Manifest } from '../manifest';
import { loadModel } from './weights';

const folder = new URL('../../../models/sg-cldff-v5/', import.meta.url);
const manifest = (): Manifest => JSON.parse(readFileSync(new URL('manifest.json', folder), 'utf8'));

afterEach(() => vi.unstubAllGlobals());

/** Serves the shipped model with some files changed. */
function serve(changed: Record<string, Uint8Array | string | null>): void {
  vi.stubGlobal('fetch', async (url: string) => {
    const name = url.slice(url.lastIndexOf('/') + 1);
    const body = name in changed ? changed[name] : readFileSync(new URL(name, folder));
    if (body === null || body === undefined) return new Response('', { status: 404 });
    return new Response(typeof body === 'string' ? body : new Uint8Array(body));
  });
}

const load = () => loadModel('http://app.test/models/sg-cldff-v5/');
const refused = (code: string, message: RegExp) =>
  expect(load()).rejects.toMatchObject({
    code,
    message: expect.stringMatching(message),
    remedy: expect.stringMatching(/\w/),
  } satisfies Partial<Record<keyof LeukolensError, unknown>>);

test('the shipped model loads, and says how far it is', async () => {
  serve({});
  const bytes: number[] = [];
  const model = await loadModel('http://app.test/models/sg-cldff-v5/', undefined, (done, total) =>
    bytes.push(done, total),
  );
  expect(model.weights.get('stem.w').shape).toEqual([3, 3, 4, 24]);
  expect(model.manifest.parameters).toBeLessThanOrEqual(2_000_000);
  expect(bytes.at(-2)).toBe(bytes.at(-1));
  expect(() => model.weights.get('nothing')).toThrow(/nothing is missing/);
});

test('a flipped byte, a truncated shard, a missing shard', async () => {
  const [shard] = manifest().shards;
  const name = shard?.path ?? '';
  const bytes = new Uint8Array(readFileSync(new URL(name, folder)));
  const flipped = bytes.slice();
  flipped[1000]! ^= 1;
  serve({ [name]: flipped });
  await refused('model-damaged', /SHA-256/);
  serve({ [name]: bytes.slice(0, -10) });
  await refused('model-damaged', /bytes instead of/);
  serve({ [name]: null });
  await refused('model-missing', /404/);
});

test('a manifest of a newer format, with other types, or that is no JSON', async () => {
  serve({ 'manifest.json': JSON.stringify({ ...manifest(), format: 99 }) });
  await refused('model-damaged', /format is 99/);
  serve({ 'manifest.json': JSON.stringify({ ...manifest(), types: ['neutrophil'] }) });
  await refused('model-damaged', /cell types/);
  serve({ 'manifest.json': '<html>' });
  await refused('model-damaged', /not JSON/);
  serve({ 'manifest.json': 'null' });
  await refused('model-damaged', /format is not said/);
  serve({ 'manifest.json': JSON.stringify({ format: manifest().format }) });
  await refused('model-damaged', /cut short/);
});

test('a manifest whose arrays are not those of the shards', async () => {
  const { weights, ...rest } = manifest();
  serve({ 'manifest.json': JSON.stringify({ ...rest, weights: weights.filter(({ name }) => name !== 'fusion.b') }) });
  await refused('model-damaged', /arrays are not those/);
  serve({ 'manifest.json': JSON.stringify({ ...rest, weights: [...weights, ...weights.slice(0, 1)] }) });
  await refused('model-damaged', /arrays are not those/);
});

test('a connection that is lost in the middle of a file', async () => {
  const [shard] = manifest().shards;
  serve({});
  const whole = globalThis.fetch;
  vi.stubGlobal('fetch', async (url: string) => {
    if (!url.endsWith(shard?.path ?? '')) return whole(url);
    const start = (controller: ReadableStreamDefaultController) => {
      controller.enqueue(new Uint8Array(1000));
      controller.error(new TypeError('network error'));
    };
    return new Response(new ReadableStream({ start }));
  });
  await refused('model-missing', /could not be fetched/);
});

test('without a network it says what to do', async () => {
  vi.stubGlobal('fetch', async () => {
    throw new TypeError('Failed to fetch');
  });
  await refused('model-missing', /could not be fetched/);
});
