/** The overlay kernels on the GPU against plain loops: overlapping boxes, boxes past the edge, odd sizes. */
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test, vi } from 'vitest';
import { noise, requireWebGpu } from './agree.fixture';
import { overlayHeat } from './overlayHeat';
import { overlayHeatReference } from './overlayHeat.reference';
import { overlayLabels } from './overlayLabels';
import { overlayLabelsReference } from './overlayLabels.reference';

beforeAll(requireWebGpu);

const grey = Int32Array.from({ length: 256 }, (_, i) => i | (i << 8) | (i << 16));

/** Largest difference of any channel of two packed pictures. */
function worstChannel(a: Int32Array, b: Int32Array): number {
  const [x, y] = [new Uint8Array(a.buffer), new Uint8Array(b.buffer)];
  return x.reduce((worst, v, i) => Math.max(worst, Math.abs(v - (y[i] ?? 999))), a.length === b.length ? 0 : 999);
}

test('heat maps agree within rounding', async () => {
  const maps = { values: noise(3 * 4 * 5, 1, 0, 1), count: 3, height: 4, width: 5 };
  const boxes = [
    { x0: -6, y0: -3, x1: 20, y1: 19 },
    { x0: 10.5, y0: 7.25, x1: 30, y1: 40 },
    { x0: 25, y0: 2, x1: 26, y1: 3 },
  ];
  const got = await overlayHeat(maps, boxes, grey, 23, 37);
  expect(worstChannel(got, overlayHeatReference(maps, boxes, grey, 23, 37))).toBeLessThanOrEqual(1);
});

test('no boxes draw nothing', async () => {
  const got = await overlayHeat({ values: new Float32Array(0), count: 0, height: 1, width: 1 }, [], grey, 3, 5);
  expect([...got]).toEqual(new Array(15).fill(0));
});

test('more questions than a dispatch should be asked are answered by plain loops', async () => {
  const run = vi.spyOn(tf.backend() as WebGPUBackend, 'runWebGPUProgram');
  const draw = async (count: number) => {
    run.mockClear();
    const maps = { values: noise(count * 4 * 4, 3, 0, 1), count, height: 4, width: 4 };
    const boxes = Array.from({ length: count }, (_, k) => ({ x0: k, y0: k, x1: k + 30.5, y1: k + 20 }));
    const got = await overlayHeat(maps, boxes, grey, 500, 800);
    expect(worstChannel(got, overlayHeatReference(maps, boxes, grey, 500, 800))).toBeLessThanOrEqual(1);
    return run.mock.calls.length;
  };
  // 500 x 800 px and 50 boxes are 2e7 questions.
  expect([await draw(50), await draw(51)]).toEqual([1, 0]);
  run.mockRestore();
});

test('label maps agree exactly', async () => {
  const labels = noise(19 * 33, 5, 0, 3.99).map(Math.floor);
  const palette = Int32Array.from([0x0000ff, 0x00ff00, 0xff8040]);
  const got = await overlayLabels(labels, palette, 19, 33);
  expect([...got]).toEqual([...overlayLabelsReference(labels, palette, 19, 33)]);
});
