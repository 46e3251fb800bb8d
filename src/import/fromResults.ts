/** results.json and label maps without a session (`npm run analyse`, exports of before there was one) -> a session, as far as it goes. */
import { decode } from 'fast-png';
import type { DetectedCell } from '../domain/cell';
import { CELL_TYPES } from '../domain/cellType';
import { encodeMask, maskAreas } from '../domain/mask';
import { plural } from '../domain/plural';
import { unseenView } from '../domain/review/cells';
import type { Change } from '../domain/review/events';
import { EMPTY_HISTORY, type History, record } from '../domain/review/history';
import type { SessionImage } from '../export/input';
import { type FoundCell, type FoundImage, type FoundResults, readResults } from './resultsFile';
import type { ReadSession } from './session';

/** The cell with the px that the maps give it, and what the model says of it; null where they give it none. */
function cellFrom(
  found: FoundCell,
  ids: ArrayLike<number>,
  classes: ArrayLike<number>,
  width: number,
): DetectedCell | null {
  const [x0, y0, x1, y1] = found.box;
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
  const [left, top, right, bottom] = found.crop ?? [cx - half, cy - half, cx + half, cy + half];
  const { probabilities, modelType, modelCall, confidence } = found;
  const unseen = unseenView();
  return {
    id: found.id,
    box: { x0, y0, x1, y1 },
    mask,
    probabilities: probabilities ? CELL_TYPES.map((type) => probabilities[type] ?? 0) : unseen.probabilities,
    modelType: modelType ?? unseen.modelType,
    // A person's type is no call of the model's.
    type: modelCall ?? (found.by === 'person' ? unseen.type : found.type),
    confidence: confidence ?? unseen.confidence,
    consistency: found.consistency ?? Number.NaN,
    novelty: found.novelty ?? Number.NaN,
    attributes: Object.entries(found.attributes).map(([name, word]) => ({ name, ...word, share: null })),
    ...(found.touchesBorder && { touchesBorder: true }),
    areas,
    crop: { x0: left, y0: top, x1: right, y1: bottom },
  };
}

/** What people decided about a cell, as changes of what the model says of it. */
function decided(image: string, found: FoundCell, cell: DetectedCell): Change[] {
  const place = { image, cell: found.id };
  const { origin, parents, redrawn, by, type, modelCall, secondType } = found;
  const changes: Change[] = [];
  if (origin !== 'model') changes.push({ ...place, field: 'made', old: null, new: { ...cell, origin, parents } });
  // The model's own outline is not in the file: that it was another one is.
  if (redrawn) changes.push({ ...place, field: 'shape', old: null, new: { box: cell.box, mask: cell.mask } });
  if (by === 'person')
    changes.push({ ...place, field: 'call', old: null, new: type, ...(modelCall && { model: modelCall }) });
  if (secondType) changes.push({ ...place, field: 'second', old: null, new: secondType });
  return changes;
}

/** Null where there is none that can be read. */
function labelMap(bytes: Uint8Array | undefined) {
  try {
    return bytes ? decode(bytes) : null;
  } catch {
    return null;
  }
}

interface Read {
  changes: Change[];
  leftOut: string[];
}

const common = (file: string) => ({
  ...{ id: crypto.randomUUID(), path: file, name: file.split('/').at(-1) ?? file, size: 0 },
});

/** An analysed image; what was decided about it goes to `changes`. */
function imageFrom(
  found: FoundImage,
  files: ReadonlyMap<string, Uint8Array>,
  { changes, leftOut }: Read,
): SessionImage {
  const { file, width, height, ms, backend, sha256, pages, model, scale, slide, colourless } = found;
  const entry = {
    ...common(file),
    ...{ error: null, ms, sha256, width, height, pages, page: found.page - 1, colourless },
  };
  const [cells, classes] = [found.cellsFile, found.classesFile].map((name) => labelMap(files.get(name)));
  const fits = [cells, classes].every((map) => map?.width === width && map.height === height && map.channels === 1);
  if (!cells || !classes || !fits) {
    leftOut.push(`${file}: its label maps are missing, damaged or of another size, so its cells are left out.`);
    return { ...entry, status: 'cancelled', analysis: null };
  }
  const { id } = entry;
  const kept: DetectedCell[] = [];
  let without = 0;
  for (const one of found.cells) {
    const cell = cellFrom(one, cells.data, classes.data, width);
    if (!cell) without++;
    // What people made is not the engine's.
    else if (one.origin === 'model') kept.push(cell);
    if (cell) changes.push(...decided(id, one, cell));
  }
  if (without > 0)
    leftOut.push(`${file}: ${plural(without, 'cell')} without px ${without === 1 ? 'is' : 'are'} left out.`);
  const isOwn = scale?.source === 'typed' || scale?.source === 'drawn';
  if (scale && isOwn) changes.push({ image: id, field: 'scale', old: null, new: scale });
  if (slide) changes.push({ image: id, field: 'slide', old: null, new: slide });
  const grey = colourless && { colourless };
  return {
    ...{ ...entry, status: 'done', scale: isOwn ? null : (scale ?? null) },
    analysis: { width, height, cells: kept, backend, ...(model && { model }), ...grey, timings: {} },
  };
}

/** The analyser's counts, of slides that have an image. */
function wbcChanges({ differentials, images }: FoundResults): Change[] {
  const slides = new Set(images.flatMap((image) => ('error' in image ? [] : [image.slide])));
  const counts = new Map(differentials.flatMap(({ slide, wbc }) => (slide !== null && wbc ? [[slide, wbc]] : [])));
  return [...counts].flatMap(([slide, wbc]): Change[] =>
    slides.has(slide) ? [{ slide, field: 'wbc', old: null, new: wbc }] : [],
  );
}

/** What is not in such a file, as far as there was any of it. */
function notThere({ images, notAnalysed }: FoundResults, changes: readonly Change[]): string[] {
  const signed = new Set(images.flatMap((image) => ('error' in image || !image.signed ? [] : [image.slide])));
  return [
    changes.length > 0
      ? 'It has no log: what people decided stands as one import, without who decided it, and when.'
      : 'It has no log of what people decided: undo begins here.',
    ...(signed.size > 0 ? [`${plural(signed.size, 'slide')} signed off: sign again what is open now.`] : []),
    ...(notAnalysed.length > 0 ? [`${plural(notAnalysed.length, 'file')} that had no result: open them again.`] : []),
  ];
}

/** What people decided (types of either reader, cells, slides, scales, analyser's counts) is one event of the log, which undo takes back. */
export function fromResults(data: unknown, files: ReadonlyMap<string, Uint8Array>): ReadSession {
  const found = readResults(data);
  const read: Read = { changes: [], leftOut: [] };
  const images = found.images.map((entry): SessionImage => {
    if (!('error' in entry)) return imageFrom(entry, files, read);
    const error = entry.error as SessionImage['error'];
    return { ...common(entry.file), status: 'failed', error, ms: 0, analysis: null };
  });
  const changes = [...read.changes, ...wbcChanges(found)];
  const history: History =
    changes.length > 0 ? record(EMPTY_HISTORY, { kind: 'import', changes }, '', new Date()) : EMPTY_HISTORY;
  return {
    model: found.model ?? null,
    images,
    history,
    settings: { widen: found.intervals.widened, countBorder: found.borderCounted },
    photographs: new Map(),
    crops: new Map(),
    leftOut: [...notThere(found, changes), ...read.leftOut],
  };
}
