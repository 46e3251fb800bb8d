/** The model on disk: its manifest, checked, and its weights, decoded to tensors. */
import * as tf from '@tensorflow/tfjs-core';
import { CELL_TYPES } from '../../domain/cellType';
import { LeukolensError } from '../../domain/errors';
import { sha256 } from '../../domain/hash';
import type { Manifest, ModelFile } from '../manifest';
import type { ModelArray } from '../plan/arrays';
import { decodeWeights } from './decodeWeights';

const FORMAT = 2;

export interface Model {
  manifest: Manifest;
  /** First twelve hex digits over all shards' hashes: names the weights in results. */
  hash: string;
  weights: Weights;
  reading: Reading;
  /** The gate's file, where the model comes with one. */
  gate: ArrayBuffer | null;
}

/** What is read from a crop's pooled features outside the network, row-major. */
export interface Reading {
  /** Features a crop. */
  channels: number;
  /** Attributes: one linear layer, w [channels, values], b [values]. */
  describe: { w: Float32Array; b: Float32Array };
  /** Novelty: whiten [channels, channels], means [types, channels]. */
  whiten: Float32Array;
  means: Float32Array;
}

/** The network's arrays by name: as plain values, and as tensors of the backend that tfjs runs on. */
export class Weights {
  private readonly arrays: Map<string, ModelArray>;
  private readonly tensors = new Map<string, tf.Tensor>();
  private backend = '';

  constructor(arrays: Map<string, ModelArray>) {
    this.arrays = arrays;
  }

  /** All arrays, as another thread is sent them. */
  get all(): ReadonlyMap<string, ModelArray> {
    return this.arrays;
  }

  array(name: string): ModelArray {
    const array = this.arrays.get(name);
    if (!array) throw damaged(`the array ${name} is missing`);
    return array;
  }

  /** Made when first asked for: the fused path needs no tensors. */
  get<T extends tf.Tensor = tf.Tensor>(name: string): T {
    return this.once(name, () => {
      const { shape, values } = this.array(name);
      return tf.tensor(values, shape, 'float32');
    });
  }

  /** A range of an array along one axis. The same tensor every time: on wasm, convolutions are prepared once a filter. */
  range<T extends tf.Tensor = tf.Tensor>(name: string, axis: number, from: number, to: number): T {
    return this.once(`${name} ${axis} ${from}-${to}`, () => {
      const whole = this.get(name);
      const begin = whole.shape.map((_, i) => (i === axis ? from : 0));
      return tf.slice(
        whole,
        begin,
        whole.shape.map((n, i) => (i === axis ? to - from : n)),
      );
    });
  }

  zeros(length: number): tf.Tensor1D {
    return this.once(`zeros ${length}`, () => tf.zeros([length]));
  }

  /** A filter that is none of the model's. */
  constant<T extends tf.Tensor>(values: number[], shape: number[]): T {
    return this.once(`${values} ${shape}`, () => tf.tensor(values, shape));
  }

  private once<T extends tf.Tensor>(key: string, make: () => tf.Tensor): T {
    if (this.backend !== tf.getBackend()) this.dispose();
    this.backend = tf.getBackend();
    let tensor = this.tensors.get(key);
    if (!tensor || tensor.isDisposed) {
      // Kept: it outlives the tidy in which it is first asked for.
      tensor = tf.keep(make());
      this.tensors.set(key, tensor);
    }
    return tensor as T;
  }

  /** Frees the tensors; the values stay. */
  dispose(): void {
    for (const tensor of this.tensors.values()) tensor.dispose();
    this.tensors.clear();
  }
}

function damaged(what: string, cause?: unknown): LeukolensError {
  return new LeukolensError(
    'model-damaged',
    `The model cannot be used: ${what}.`,
    'Reload the page while online to fetch it again.',
    { cause },
  );
}

async function fetchBytes(url: string, signal?: AbortSignal, onBytes?: (count: number) => void): Promise<ArrayBuffer> {
  let response: Response;
  let bytes: ArrayBuffer;
  try {
    response = await fetch(url, { signal: signal ?? null });
    // The connection may be lost in the middle as well.
    bytes = await response.arrayBuffer();
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new LeukolensError(
      'model-missing',
      'The model could not be fetched.',
      'Go online once and reload the page; after that it works offline.',
      { cause },
    );
  }
  if (!response.ok) {
    throw new LeukolensError(
      'model-missing',
      `The model could not be fetched (status ${response.status}).`,
      'Reload the page; if it stays, the installation lacks its models folder.',
    );
  }
  onBytes?.(bytes.byteLength);
  return bytes;
}

function readManifest(bytes: ArrayBuffer): Manifest {
  let manifest: Manifest | null;
  try {
    manifest = JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw damaged('its manifest is not JSON', cause);
  }
  if (manifest?.format !== FORMAT) {
    throw damaged(`its format is ${manifest?.format ?? 'not said'}, this app reads ${FORMAT}`);
  }
  if (!Array.isArray(manifest.types) || !Array.isArray(manifest.weights) || !Array.isArray(manifest.shards)) {
    throw damaged('its manifest is cut short');
  }
  if (manifest.types.join() !== CELL_TYPES.join()) throw damaged('its cell types are not the ones this app knows');
  return manifest;
}

function readReading(weights: Weights): Reading {
  const values = (name: string) => weights.array(name).values;
  const channels = weights.array('novelty.w').shape[0] as number;
  const describe = { w: values('describe.w'), b: values('describe.b') };
  return { channels, describe, whiten: values('novelty.w'), means: values('novelty.means') };
}

function decode(bytes: ArrayBuffer, manifest: Manifest): Map<string, ModelArray> {
  try {
    return decodeWeights(bytes, manifest.weights);
  } catch (cause) {
    throw damaged('its arrays are not those of its shards', cause);
  }
}

/** A file of the model, as the manifest says it is. */
async function fetchPart(folder: string, part: ModelFile, signal?: AbortSignal, onBytes?: (count: number) => void) {
  const bytes = await fetchBytes(new URL(part.path, folder).href, signal, onBytes);
  if (bytes.byteLength !== part.bytes) {
    throw damaged(`${part.path} has ${bytes.byteLength} bytes instead of ${part.bytes}`);
  }
  if ((await sha256(bytes)) !== part.sha256) throw damaged(`${part.path} does not match its SHA-256`);
  return bytes;
}

/**
 * Fetches and checks a model folder (URL with a trailing slash); every shard and the gate must match their SHA-256.
 * onBytes: bytes of weights fetched so far, of all.
 */
export async function loadModel(
  folder: string,
  signal?: AbortSignal,
  onBytes?: (done: number, total: number) => void,
): Promise<Model> {
  const manifest = readManifest(await fetchBytes(new URL('manifest.json', folder).href, signal));
  const total = manifest.shards.reduce((sum, shard) => sum + shard.bytes, 0);
  let done = 0;
  const count = (bytes: number) => {
    done += bytes;
    onBytes?.(done, total);
  };
  const [gate, ...parts] = await Promise.all([
    manifest.gate ? fetchPart(folder, manifest.gate, signal) : null,
    ...manifest.shards.map((shard) => fetchPart(folder, shard, signal, count)),
  ]);
  const all = new Uint8Array(total);
  let at = 0;
  for (const part of parts) {
    all.set(new Uint8Array(part as ArrayBuffer), at);
    at += (part as ArrayBuffer).byteLength;
  }
  const digests = new TextEncoder().encode(manifest.shards.map((s) => s.sha256).join());
  const hash = (await sha256(digests.buffer as ArrayBuffer)).slice(0, 12);
  const weights = new Weights(decode(all.buffer, manifest));
  return { manifest, hash, weights, reading: readReading(weights), gate };
}
