/** The benchmark's page: every runtime in turn, round after round, so that a busy machine is unfair to all of them alike. */
import * as tf from '@tensorflow/tfjs-core';
import { findCandidates } from '../../../src/engine/candidates/find';
import { gridOf } from '../../../src/engine/candidates/grid';
import { decodeFile } from '../../../src/engine/decode/decodeImage';
import { openGpu } from '../../../src/engine/fused/gpu';
import { resampleWindow } from '../../../src/engine/kernels/resampleWindow';
import { estimateWhite } from '../../../src/engine/network/estimateWhite';
import { loadModel } from '../../../src/engine/network/weights';
import { analyse } from '../../../src/engine/pipeline';
import { networkPlan } from '../../../src/engine/plan/layers';
import { whitePoint, whiteRows } from '../../../src/engine/saliency/whitePoint';
import { aroundMs, median } from './around';
import { ceilings } from './ceilings';
import { startCounting, takeCounts } from './counts';
import { measuredReductions } from './reductions';
import { timeRounds } from './rounds';
import { KINDS, type Kind, makeRunner } from './runners';
import { workOf } from './work';

export interface Options {
  kinds: Kind[];
  batches: number[];
  rounds: number;
  folder: string;
  fieldUrl: string;
}

startCounting();

/** A field of 1440 x 900 px made of copies of the fixture. */
async function largeField(url: string) {
  const bitmap = await createImageBitmap(await (await fetch(url)).blob());
  const canvas = new OffscreenCanvas(1440, 900);
  const context = canvas.getContext('2d') as OffscreenCanvasRenderingContext2D;
  for (let y = 0; y < 900; y += bitmap.height) {
    for (let x = 0; x < 1440; x += bitmap.width) context.drawImage(bitmap, x, y);
  }
  return context.getImageData(0, 0, 1440, 900);
}

export interface Preparation {
  /** ms, medians: the white point of the decoded field, its reduction to the grid, both on the processor … */
  whitePoint: number;
  reduction: number;
  /** … and what it would take to have the field's px on the device instead, before any kernel of it ran. */
  upload: number;
}

/** What is made of a field before the first kernel, against sending all its px to the device to make it there. */
async function preparation({ folder, fieldUrl }: Options): Promise<Preparation> {
  const { manifest } = await loadModel(folder);
  const { data, width, height } = await largeField(fieldUrl);
  const pixels = { data: data as Uint8ClampedArray, width, height };
  const grid = gridOf(width, height, manifest.detector);
  const box = { x0: 0, y0: 0, x1: grid.width * grid.factor, y1: grid.height * grid.factor };
  const gpu = await openGpu(navigator.gpu);
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST;
  const buffer = gpu.device.createBuffer({ size: data.byteLength, usage });
  const times: Record<keyof Preparation, number[]> = { whitePoint: [], reduction: [], upload: [] };
  for (let k = 0; k < 11; k++) {
    const start = performance.now();
    const white = whitePoint(pixels, true, manifest.whitePoint);
    times.whitePoint.push(performance.now() - start);
    const middle = performance.now();
    resampleWindow(pixels, whiteRows(white, width, height), box, grid.width, grid.height);
    times.reduction.push(performance.now() - middle);
    const last = performance.now();
    gpu.device.queue.writeBuffer(buffer, 0, data as Uint8ClampedArray<ArrayBuffer>);
    await gpu.device.queue.onSubmittedWorkDone();
    times.upload.push(performance.now() - last);
  }
  gpu.destroy();
  const { whitePoint: white, reduction, upload } = times;
  return { whitePoint: median(white), reduction: median(reduction), upload: median(upload) };
}

export interface FieldRow {
  kind: Kind;
  cells: number;
  seconds: number;
  whiteMs: number;
  saliencyMs: number;
  saliencyDispatches: number;
  candidates: number;
  /** Of a cell of the large field, all that is not the network; measured where that answers fast. */
  aroundMs: number | null;
}

/** The whole pipeline on one field, and saliency and candidates alone; each after a first run. */
async function field({ kinds, folder, fieldUrl }: Options): Promise<FieldRow[]> {
  const model = await loadModel(folder);
  const file = await (await fetch(fieldUrl)).blob();
  const { data, width, height } = await largeField(fieldUrl);
  const pixels = { data: data as Uint8ClampedArray, width, height };
  const rows: FieldRow[] = [];
  for (const kind of kinds) {
    const runner = await makeRunner(kind, folder, kind === 'tfjs-wasm' || kind === 'simd' ? 2 : 1);
    const { network: net } = runner;
    if (net) {
      const all = async () => analyse(model, net, await decodeFile(file, null), { crop: false }, () => {});
      await all();
      const started = performance.now();
      const { cells } = await all();
      const seconds = (performance.now() - started) / 1000;
      const estimate = () => estimateWhite(net, pixels, true, model.manifest.whitePoint);
      await estimate();
      const before = performance.now();
      const white = await estimate();
      const whiteMs = performance.now() - before;
      const grid = gridOf(width, height, model.manifest.detector);
      const box = { x0: 0, y0: 0, x1: grid.width * grid.factor, y1: grid.height * grid.factor };
      const look = async () => {
        const maps = await net.saliency({ pixels, white, box }, grid.height, grid.width);
        return findCandidates(
          { ...maps, width: grid.width, height: grid.height },
          grid.factor,
          model.manifest.detector,
        );
      };
      await look();
      takeCounts();
      const from = performance.now();
      const found = await look();
      const saliencyMs = performance.now() - from;
      const saliencyDispatches = takeCounts().dispatches;
      rows.push({
        kind,
        cells: cells.length,
        seconds,
        whiteMs,
        saliencyMs,
        saliencyDispatches,
        candidates: found.length,
        aroundMs: kind === 'simd' ? await aroundMs({ model, network: net, pixels, white, crop: false }, found) : null,
      });
    }
    await runner.dispose();
  }
  return rows;
}

async function run(options: Options) {
  const gpu = await openGpu(navigator.gpu);
  const device = { name: gpu.name, software: gpu.software };
  const ceiling = await ceilings(gpu.device, gpu.software);
  gpu.destroy();
  const model = await loadModel(options.folder);
  const work = workOf(networkPlan(model.manifest), (name) => model.weights.array(name));
  const rows = await timeRounds(options, (kind, folder, batch) => makeRunner(kind as Kind, folder, batch));
  const fields = await field(options);
  const prepared = await preparation(options);
  const threads = tf.findBackendFactory('wasm') ? await tfjsThreads() : 0;
  return { device, ceiling, work, rows, fields, prepared, threads, userAgent: navigator.userAgent, model: model.hash };
}

async function tfjsThreads(): Promise<number> {
  const { getThreadsCount } = await import('@tensorflow/tfjs-backend-wasm');
  try {
    return getThreadsCount();
  } catch {
    return 1;
  }
}

declare global {
  interface Window {
    bench: { kinds: readonly Kind[]; run: typeof run; sums: typeof measuredReductions };
  }
}
window.bench = { kinds: KINDS, run, sums: measuredReductions };
