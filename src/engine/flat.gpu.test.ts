// Memory is flat over a run: after 200 images the engine holds no more tensors and no more bytes than after a few.
// On WebAssembly; a software GPU takes minutes for as many: VITE_BACKEND=webgpu npx vitest run --project browser src/engine/flat.gpu.test.ts
import plain from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm.wasm?url';
import simd from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-simd.wasm?url';
import threaded from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-threaded-simd.wasm?url';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import fieldUrl from '../../e2e/fixtures/field-b.png?url';
import type { Pixels } from '../domain/pixels';
import { decodeFile } from './decode/decodeImage';
import { Engine } from './engine';

const IMAGES = 200;
const BACKEND = import.meta.env.VITE_BACKEND === 'webgpu' ? 'webgpu' : 'wasm';
/** By then everything that is made once has been made. */
const WARM = 10;

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

test(
  `tensors and bytes after ${IMAGES} images`,
  async () => {
    const gpuBytes = watchBuffers();
    const engine = new Engine();
    const absolute = (url: string) => new URL(url, location.href).href;
    const { backend } = await engine.load({
      modelUrl: absolute('/models/sg-cldff-v5/'),
      wasmUrls: {
        'tfjs-backend-wasm.wasm': absolute(plain),
        'tfjs-backend-wasm-simd.wasm': absolute(simd),
        'tfjs-backend-wasm-threaded-simd.wasm': absolute(threaded),
      },
      backend: BACKEND,
    });
    expect(backend).toBe(BACKEND);
    const field = await decodeFile(await (await fetch(fieldUrl)).blob(), null);
    const held: { tensors: number; buffers: number; bytes: number; gpu: number; memory: number }[] = [];
    let cells = 0;
    for (let i = 0; i < IMAGES; i++) {
      // A place of its own for every image, so that nothing that is kept by its content could help.
      const pixels = cut(field, (i * 7) % 128, (i * 5) % 64, 128);
      const analysis = await engine.analyse(`${i}`, { name: '', pixels }, { crop: false }, () => {});
      cells += analysis.cells.length;
      await engine.release(`${i}`);
      const { numTensors, numDataBuffers, numBytes } = tf.engine().state;
      // Of our own WebAssembly kernels, which have tensors of nobody.
      const memory = Number((await engine.status()).details.memory ?? 0);
      held.push({ tensors: numTensors, buffers: numDataBuffers, bytes: numBytes, gpu: gpuBytes(), memory });
    }
    console.log(`after ${WARM} images`, held[WARM - 1], `after ${IMAGES}`, held.at(-1), `${cells} cells`);
    expect(cells).toBeGreaterThan(IMAGES / 4);
    expect(held.at(-1)).toEqual(held[WARM - 1]);
    expect(held.at(-1)?.memory === 0).toBe(BACKEND === 'webgpu');
  },
  // A loaded machine without a GPU takes a second or two an image, and one that plays a GPU ten.
  IMAGES * (BACKEND === 'webgpu' ? 10_000 : 3000),
);
