// Memory is flat over a run: after many images the engine holds no more tensors and no more bytes than after a few.
// Fewer on WebGPU, of which a software device takes minutes for as many: VITE_IMAGES=200 npx vitest run --project browser src/engine/flat.gpu.test.ts -t webgpu
import plain from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm.wasm?url';
import simd from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-simd.wasm?url';
import threaded from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-threaded-simd.wasm?url';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import fieldUrl from '../../e2e/fixtures/field-b.png?url';
import type { Pixels } from '../domain/pixels';
import { decodeFile } from './decode/decodeImage';
import { Engine } from './engine';

const IMAGES = { wasm: 100, webgpu: 7 };
/** By then everything that is made once has been made. */
const WARM = 5;

function cut({ data, width }: Pixels, left: number, top: number, side: number): Pixels {
  const out = new Uint8ClampedArray(side * side * 4);
  for (let y = 0; y < side; y++) {
    const from = ((top + y) * width + left) * 4;
    out.set(data.subarray(from, from + side * 4), y * side * 4);
  }
  return { data: out, width: side, height: side };
}

/** Bytes of all GPU buffers that were made and not destroyed, by whomever. */
function watchBuffers(): () => number {
  let bytes = 0;
  const { createBuffer } = GPUDevice.prototype;
  GPUDevice.prototype.createBuffer = function (descriptor) {
    const buffer = createBuffer.call(this, descriptor);
    const { destroy } = buffer;
    let alive = true;
    bytes += descriptor.size;
    buffer.destroy = () => {
      if (alive) bytes -= descriptor.size;
      alive = false;
      destroy.call(buffer);
    };
    return buffer;
  };
  return () => bytes;
}

const gpuBytes = watchBuffers();

test.each(['wasm', 'webgpu'] as const)(
  'tensors and bytes on %s',
  async (wanted) => {
    const images = Number(import.meta.env.VITE_IMAGES ?? IMAGES[wanted]);
    const engine = new Engine();
    const absolute = (url: string) => new URL(url, location.href).href;
    const { backend } = await engine.load({
      modelUrl: absolute('/models/sg-cldff-v5/'),
      wasmUrls: {
        'tfjs-backend-wasm.wasm': absolute(plain),
        'tfjs-backend-wasm-simd.wasm': absolute(simd),
        'tfjs-backend-wasm-threaded-simd.wasm': absolute(threaded),
      },
      backend: wanted,
    });
    expect(backend).toBe(wanted);
    const loaded = gpuBytes();
    const field = await decodeFile(await (await fetch(fieldUrl)).blob(), null);
    const held: { tensors: number; buffers: number; bytes: number; gpu: number; memory: number }[] = [];
    const atWork: number[] = [];
    let cells = 0;
    for (let i = 0; i < images; i++) {
      // A place of its own for every image, so that nothing that is kept by its content could help.
      const pixels = cut(field, (i * 7) % 128, (i * 5) % 64, 128);
      const watch = () => atWork.push(gpuBytes());
      const analysis = await engine.analyse(`${i}`, { name: '', pixels }, { crop: false }, watch);
      cells += analysis.cells.length;
      // On a graphics device drawn by tfjs, which has tensors and buffers of its own.
      for (const kind of ['saliency', 'masks'] as const) (await engine.overlay(`${i}`, kind)).bitmap.close();
      await engine.release(`${i}`);
      const { numTensors, numDataBuffers, numBytes } = tf.engine().state;
      // Of our own WebAssembly kernels, which have tensors of nobody.
      const memory = Number((await engine.status()).details.memory ?? 0);
      held.push({ tensors: numTensors, buffers: numDataBuffers, bytes: numBytes, gpu: gpuBytes(), memory });
    }
    console.log(`after ${WARM} images`, held[WARM - 1], `after ${images}`, held.at(-1), `${cells} cells`);
    expect(cells).toBeGreaterThan(images / 4);
    expect(held.at(-1)).toEqual(held[WARM - 1]);
    // What is nothing all the time is flat too: each has memory of its own kind, and none of the other's.
    if (wanted === 'webgpu') {
      expect(Math.min(...atWork)).toBeGreaterThan(0);
      expect(held.at(-1)?.gpu).toBeGreaterThan(loaded);
      expect(held.at(-1)?.memory).toBe(0);
    } else {
      expect(Math.max(...atWork)).toBe(0);
      expect(held.at(-1)?.memory).toBeGreaterThan(0);
    }
  },
  // A loaded machine without a GPU takes a second or two an image, and one that plays a GPU ten.
  Number(import.meta.env.VITE_IMAGES ?? 60) * 10_000,
);
