/** The data flow of one image, top to bottom: px -> saliency -> candidates -> crops -> network -> cells. */
import { type Box, reachesEdge } from '../domain/box';
import type { DetectedCell } from '../domain/cell';
import { CELL_TYPES } from '../domain/cellType';
import { isColourless } from '../domain/colourless';
import { maskAreas } from '../domain/mask';
import type { Pixels } from '../domain/pixels';
import type { FloatMap, Progress, Stage } from '../domain/smear';
import { type Field, fieldOf, whole } from '../domain/surround';
import { turn } from '../domain/turn';
import type { Grid } from './candidates/grid';
import { cellSheet } from './decode/cellSheet';
import { detect } from './detect';
import type { Find, LookOptions } from './finds';
import { lookAtAll } from './look';
import { lookAtOne } from './lookAtOne';
import { CAM_STRIDE, SALIENCY_STRIDE } from './manifest';
import { estimateWhite } from './network/estimateWhite';
import type { Network } from './network/network';
import type { Model } from './network/weights';
import { consistency, poolMap } from './results/consistency';
import { describe } from './results/words';
import { meetsRoundEdge } from './roundEdge';
import { callOf, settled } from './settle';

/** Grad-CAMs of one cell, all types: bytes scaled by each type's peak. */
export interface CellEvidence {
  crop: Box;
  /** Side of each map, px. */
  side: number;
  cams: Uint8Array[];
  peaks: number[];
}

export interface PipelineResult {
  width: number;
  height: number;
  /** Where the field of view lies in the image, where that is not all of it. */
  field: Box | undefined;
  /** It has no colours. */
  colourless: boolean;
  cells: DetectedCell[];
  /** By cell id. */
  evidence: Map<number, CellEvidence>;
  saliency: FloatMap;
  /** Thumbnails of the cells, in their order. */
  sheet: Blob | undefined;
  timings: Record<string, number>;
}

/** Measures stages and reports them; throws AbortError between them once the signal aborts. */
class Clock {
  readonly timings: Record<string, number> = {};
  private started = performance.now();
  private total = 0;
  private readonly onProgress: (progress: Progress) => void;
  private readonly signal: AbortSignal | undefined;

  constructor(onProgress: (progress: Progress) => void, signal: AbortSignal | undefined) {
    this.onProgress = onProgress;
    this.signal = signal;
  }

  async enter(stage: Stage, cellsDone = 0, cellsTotal = 0, tilesDone = 0, tilesTotal = 0): Promise<void> {
    this.onProgress({ stage, cellsDone, cellsTotal, ...(tilesTotal > 1 && { tilesDone, tilesTotal }) });
    // On wasm no await leaves the microtask queue by itself: without this no message, an abort least of all, gets in.
    await turn();
    this.signal?.throwIfAborted();
  }

  leave(stage: string): void {
    const now = performance.now();
    this.timings[stage] = (this.timings[stage] ?? 0) + now - this.started;
    this.total += now - this.started;
    this.started = now;
    this.timings.total = this.total;
  }
}

/** Finds, segments and types the white cells of one image, in the field of view that it shows; its px are of no use afterwards. Errors are LeukolensError or AbortError. */
export async function analyse(
  model: Model,
  network: Network,
  image: Pixels,
  options: LookOptions,
  onProgress: (progress: Progress) => void,
  signal?: AbortSignal,
): Promise<PipelineResult> {
  const { crop } = options;
  const clock = new Clock(onProgress, signal);
  await clock.enter('white point');
  const field = crop ? whole(image) : fieldOf(image);
  const { pixels } = field;
  const white = await estimateWhite(network, pixels, !crop, model.manifest.whitePoint);
  clock.leave('white point');

  await clock.enter('saliency');
  const { candidates, maps } = await detect(model, network, pixels, white, options, (done, total) =>
    clock.enter('saliency', 0, 0, done, total),
  );
  clock.leave('saliency');

  const expected = crop ? 1 : candidates.length;
  await clock.enter('cells', 0, expected);
  const look = crop ? lookAtOne : lookAtAll;
  const scene = { model, network, pixels, white, ...options };
  const finds = await look(scene, candidates, (done, total) => clock.enter('cells', done, total));
  const kept = crop ? finds : await settled(scene, finds, () => clock.enter('cells', expected, expected));
  const evidence = new Map<number, CellEvidence>();
  const isWhole = pixels.width === image.width && pixels.height === image.height;
  const ordered = inReadingOrder(kept);
  const cells = ordered.map((find, i) => {
    const made = cellAndEvidence(model, find, i + 1, field);
    evidence.set(i + 1, made.evidence);
    return made.cell;
  });
  const sheet = await cellSheet(pixels, ordered);
  clock.leave('cells');
  onProgress({ stage: 'done', cellsDone: expected, cellsTotal: expected });
  return {
    width: image.width,
    height: image.height,
    field: isWhole ? undefined : movedBy({ x0: 0, y0: 0, x1: pixels.width, y1: pixels.height }, field.x, field.y),
    colourless: isColourless(pixels),
    cells,
    evidence,
    saliency: laidInto(image, field, cutToImage(maps.cell, maps.grid, pixels)),
    sheet,
    timings: clock.timings,
  };
}

/** The part of the padded grid that the image covers. */
function cutToImage(values: Float32Array, grid: Grid, pixels: Pixels): FloatMap {
  const width = Math.min(grid.width, Math.ceil(pixels.width / grid.factor));
  const height = Math.min(grid.height, Math.ceil(pixels.height / grid.factor));
  const cut = new Float32Array(width * height);
  for (let y = 0; y < height; y++) cut.set(values.subarray(y * grid.width, y * grid.width + width), y * width);
  return { width, height, values: cut };
}

/** A map of the field as one of the image that shows it, to within half a px of the map; nothing is salient around the field. */
function laidInto(image: Pixels, { pixels, x, y }: Field, map: FloatMap): FloatMap {
  if (pixels.width === image.width && pixels.height === image.height) return map;
  const [across, down] = [map.width / pixels.width, map.height / pixels.height];
  const [left, top] = [Math.round(x * across), Math.round(y * down)];
  const width = Math.max(left + map.width, Math.round(image.width * across));
  const height = Math.max(top + map.height, Math.round(image.height * down));
  const values = new Float32Array(width * height);
  for (let row = 0; row < map.height; row++) {
    values.set(map.values.subarray(row * map.width, (row + 1) * map.width), (top + row) * width + left);
  }
  return { width, height, values };
}

/** Top to bottom in bands of a cell's height, left to right: the order in which people number them. */
function inReadingOrder(finds: Find[]): Find[] {
  const heights = finds.map((f) => f.box.y1 - f.box.y0).sort((a, b) => a - b);
  const band = Math.max(1, heights[Math.floor(heights.length / 2)] ?? 1);
  const row = (f: Find) => Math.floor((f.box.y0 + f.box.y1) / 2 / band);
  return [...finds].sort((a, b) => row(a) - row(b) || a.box.x0 - b.box.x0);
}

function cellOf(model: Model, find: Find, id: number): DetectedCell {
  const call = callOf(model, find);
  const { output } = find;
  const kind = CELL_TYPES.indexOf(call.modelType);
  const size = model.manifest.cropSize;
  const n = (size / CAM_STRIDE) ** 2;
  const cam = output.cams.subarray(kind * n, (kind + 1) * n);
  const inside = poolMap(find.region, size, CAM_STRIDE);
  const salient = poolMap(output.saliency, size / SALIENCY_STRIDE, CAM_STRIDE / SALIENCY_STRIDE);
  return {
    id,
    box: find.box,
    mask: find.mask,
    ...call,
    attributes: describe(
      output.features,
      model.reading.describe,
      model.manifest.attributes,
      model.manifest.calibration.attributeTemperature,
      kind,
    ),
    consistency: consistency(cam, inside, salient),
    areas: maskAreas(find.mask),
    crop: find.crop,
  };
}

/** A find in a field as the cell it is of the image, and what its heatmaps are made of. */
export function cellAndEvidence(
  model: Model,
  found: Find,
  id: number,
  field: Field,
): { cell: DetectedCell; evidence: CellEvidence } {
  const { pixels, x, y } = field;
  const find = { ...found, box: movedBy(found.box, x, y), crop: movedBy(found.crop, x, y) };
  const cell = cellOf(model, find, id);
  return {
    cell: reachesEdge(found.box, pixels) || meetsRoundEdge(found, field) ? { ...cell, touchesBorder: true } : cell,
    evidence: evidenceOf(find, model.manifest.cropSize / CAM_STRIDE),
  };
}

const movedBy = (box: Box, x: number, y: number): Box => ({
  x0: box.x0 + x,
  y0: box.y0 + y,
  x1: box.x1 + x,
  y1: box.y1 + y,
});

function evidenceOf(find: Find, side: number): CellEvidence {
  const n = side * side;
  const maps = CELL_TYPES.map((_, k) => find.output.cams.subarray(k * n, (k + 1) * n));
  const peaks = maps.map((map) => map.reduce((a, b) => Math.max(a, b), 0));
  const cams = maps.map((map, k) =>
    Uint8Array.from(map, (v) => (peaks[k] ? Math.round((255 * v) / (peaks[k] as number)) : 0)),
  );
  return { crop: find.crop, side, cams, peaks };
}
