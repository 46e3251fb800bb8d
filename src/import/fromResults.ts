/** An export of before sessions were saved (results.json and label maps) -> a session, as far as it goes. */
import { decode } from 'fast-png';
import * as v from 'valibot';
import type { DetectedCell } from '../domain/cell';
import { CALL_TYPES, CELL_TYPES } from '../domain/cellType';
import { LeukolensError } from '../domain/errors';
import { encodeMask, maskAreas } from '../domain/mask';
import { EMPTY_HISTORY } from '../domain/review/history';
import { issueText } from '../domain/review/serial';
import type { SessionImage } from '../export/input';
import type { ReadSession } from './session';

const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const cell = v.looseObject({
  id: v.pipe(v.number(), v.integer(), v.minValue(1)),
  box: v.pipe(v.array(v.pipe(v.number(), v.integer())), v.length(4)),
  type: v.picklist(CALL_TYPES),
  // Null where the model never looked at the cell.
  modelType: v.nullable(v.picklist(CELL_TYPES)),
  modelCall: v.nullish(v.picklist(CALL_TYPES)),
  probabilities: v.nullable(v.record(v.string(), share)),
  confidence: v.nullable(share),
  consistency: v.optional(share),
});
const results = v.looseObject({
  version: v.pipe(v.number(), v.integer()),
  model: v.nullable(v.looseObject({ name: v.string(), version: v.string(), hash: v.string() })),
  images: v.array(
    v.union([
      v.looseObject({
        file: v.string(),
        width: v.number(),
        height: v.number(),
        ms: v.number(),
        backend: v.picklist(['webgpu', 'wasm']),
        cellsFile: v.string(),
        classesFile: v.string(),
        cells: v.array(cell),
      }),
      v.looseObject({
        file: v.string(),
        error: v.looseObject({ code: v.string(), message: v.string(), remedy: v.string() }),
      }),
    ]),
  ),
});

type Found = v.InferOutput<typeof cell>;

/** The cell with the px that the maps give it; null where they give it none. */
function cellFrom(
  found: Found,
  ids: ArrayLike<number>,
  classes: ArrayLike<number>,
  width: number,
): DetectedCell | null {
  const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = found.box;
  const [w, h] = [x1 - x0, y1 - y0];
  if (!(w > 0 && h > 0 && x0 >= 0 && y0 >= 0 && x1 <= width && y1 * width <= ids.length)) return null;
  const px = Uint8Array.from({ length: w * h }, (_, i) => {
    const at = (y0 + Math.floor(i / w)) * width + x0 + (i % w);
    return ids[at] === found.id ? (classes[at] ?? 0) : 0;
  });
  const mask = encodeMask(px, w, h);
  const areas = maskAreas(mask);
  if (areas.cell === 0) return null;
  const half = 0.9 * Math.max(w, h);
  const [cx, cy] = [(x0 + x1) / 2, (y0 + y1) / 2];
  return {
    id: found.id,
    box: { x0, y0, x1, y1 },
    mask,
    probabilities: CELL_TYPES.map((type) =>
      found.probabilities ? (found.probabilities[type] ?? 0) : 1 / CELL_TYPES.length,
    ),
    modelType: found.modelType ?? 'platelet',
    type: found.modelCall ?? found.type,
    confidence: found.confidence ?? 1 / CELL_TYPES.length,
    consistency: found.consistency ?? Number.NaN,
    novelty: Number.NaN,
    attributes: [],
    ...(found.touchesBorder === true && { touchesBorder: true }),
    areas,
    crop: { x0: cx - half, y0: cy - half, x1: cx + half, y1: cy + half },
  };
}

/** Null where there is none that can be read. */
function labelMap(bytes: Uint8Array | undefined) {
  try {
    return bytes ? decode(bytes) : null;
  } catch {
    return null;
  }
}

/** Types that people gave are in the types; who gave them, when, and undo are not in such a file. */
export function fromResults(data: unknown, files: ReadonlyMap<string, Uint8Array>): ReadSession {
  const result = v.safeParse(results, data, { abortEarly: true });
  if (!result.success) {
    const message = `results.json does not fit at ${issueText(result.issues)}.`;
    throw new LeukolensError('damaged-session', message, 'Open a bundle that the app has saved.');
  }
  const leftOut = ['This export is of an older version: it has no log of changes, so undo begins here.'];
  const images = result.output.images.map((entry): SessionImage => {
    const common = {
      id: crypto.randomUUID(),
      name: entry.file.split('/').at(-1) ?? entry.file,
      path: entry.file,
      size: 0,
    };
    if ('error' in entry) {
      return { ...common, status: 'failed', error: entry.error as SessionImage['error'], ms: 0, analysis: null };
    }
    const { file, width, height, ms, backend, cellsFile, classesFile } = entry as Extract<
      typeof entry,
      { cells: unknown }
    >;
    const [cells, classes] = [cellsFile, classesFile].map((name) => labelMap(files.get(name)));
    const fits = [cells, classes].every((map) => map?.width === width && map.height === height && map.channels === 1);
    if (!cells || !classes || !fits) {
      leftOut.push(`${file}: its label maps are missing, damaged or of another size, so its cells are left out.`);
      return { ...common, status: 'cancelled', error: null, ms, analysis: null };
    }
    const found = (entry as { cells: Found[] }).cells;
    const kept = found.map((one) => cellFrom(one, cells.data, classes.data, width)).filter((one) => one !== null);
    if (kept.length < found.length)
      leftOut.push(`${file}: ${found.length - kept.length} cells without px are left out.`);
    return {
      ...common,
      status: 'done',
      error: null,
      ms,
      analysis: { width, height, cells: kept, backend, timings: {} },
    };
  });
  const { model } = result.output;
  return {
    model: model && { name: model.name, version: model.version, hash: model.hash },
    images,
    history: EMPTY_HISTORY,
    settings: { widen: false, countBorder: true },
    photographs: new Map(),
    crops: new Map(),
    leftOut,
  };
}
