/** Opens what was saved before, and annotations of others: checked whole before anything of the current state is touched. */
import type { DetectedCell } from '../domain/cell';
import { errorData, LeukolensError } from '../domain/errors';
import { decodeMask, encodeMask, maskAreas, NUCLEUS } from '../domain/mask';
import { isUnseen, type ReviewCell } from '../domain/review/cells';
import { type AnnotatedImage, type Comparison, compare } from '../domain/review/compare';
import { type Change, isBare, type MadeCell, type Shape } from '../domain/review/events';
import { same } from '../domain/review/same';
import type { ReadSession } from '../import/session';
import { selectImage } from './actions';
import { cancelAll, goOn } from './analyse';
import { takeHistory } from './autosave';
import { freshId, happen } from './decide';
import { forgetInEngine } from './engineClient';
import type { PickedFile } from './files';
import { type ImageEntry, newEntry } from './images';
import { keepWithImage, openJournal, replaceKept } from './persist';
import { forgetPictures, keepCrop, keepFile } from './pictures';
import { cellsOn, parseRef } from './review';
import { type State, useStore } from './store';

const SESSIONS = /\.(leukolens|zip|json|geojson)$/i;

/** Read and checked, waiting for a person to agree that it replaces what is open. */
let waiting: ReadSession | null = null;

/** Takes sessions and annotations out of what was opened; the rest are images. */
export async function withoutSessions(files: PickedFile[]): Promise<PickedFile[]> {
  const own = files.filter(({ file }) => SESSIONS.test(file.name));
  for (const { file, path } of own) await openSaved(file, path);
  return files.filter((entry) => !own.includes(entry));
}

/** Opens a session, a bundle, or annotations; what is wrong with it is said on screen, and nothing has changed then. */
export async function openSaved(file: File, path = file.name): Promise<void> {
  try {
    const bytes = new Uint8Array(await file.arrayBuffer());
    if (bytes.length === 0) throw new LeukolensError('not-a-session', 'The file is empty.', 'Open another copy of it.');
    if (await openAnnotations(file.name, path, bytes)) return;
    const { readSession } = await import('../import/session');
    const read = await readSession(bytes);
    // Only then is it known what an earlier visit left.
    await openJournal();
    const { images, history, earlier } = useStore.getState();
    waiting = read;
    if (images.length === 0 && isBare(history.log) && !earlier) return await agreeToSession();
    const cells = read.images.reduce((sum, { analysis }) => sum + (analysis?.cells.length ?? 0), 0);
    useStore.setState({
      pendingSession: {
        ...{ name: file.name, images: read.images.length, cells, events: read.history.log.length },
        leftOut: read.leftOut,
      },
    });
  } catch (thrown) {
    const error = errorData(thrown);
    useStore.setState({ problem: { ...error, message: `${file.name}: ${error.message}` } });
  }
}

export function declineSession(): void {
  waiting = null;
  useStore.setState({ pendingSession: null });
}

/** Puts the session that was read in place of what is open, and of what an earlier visit left. */
export async function agreeToSession(): Promise<void> {
  const read = waiting;
  if (!read) return;
  waiting = null;
  useStore.setState({ pendingSession: null });
  await replaceKept(async () => {
    closeSession();
    // Shown closed for a moment: what the views hold of an image is not taken for that of the same one in the next session.
    await new Promise((resolve) => setTimeout(resolve));
    bringIn(read);
  });
  if (useStore.getState().images.some(({ status }) => status === 'waiting')) void goOn();
}

function bringIn(read: ReadSession): void {
  const images = read.images.map((image): ImageEntry => {
    const { id, name, path, size } = image;
    // Sessions of before each analysis said so name the model once for all.
    const analysis = image.analysis && { ...(read.model && { model: read.model }), ...image.analysis };
    return { ...newEntry({ id, name, path, size }), ...image, analysis } as unknown as ImageEntry;
  });
  for (const [id, bytes] of read.photographs) {
    const name = images.find((image) => image.id === id)?.name ?? id;
    const file = new File([bytes as Uint8Array<ArrayBuffer>], name);
    keepFile(id, file);
    keepWithImage(id, file);
  }
  // For the gallery, where the photographs are not there.
  for (const [ref, bytes] of read.crops) {
    const { image, cell } = parseRef(ref);
    keepCrop(image, cell, new Blob([bytes as Uint8Array<ArrayBuffer>], { type: 'image/png' }));
  }
  useStore.setState({ images, ...read.settings });
  takeHistory(read.history);
  selectImage(images.find(({ analysis }) => analysis)?.id ?? images[0]?.id ?? null);
  if (read.leftOut.length > 0) {
    useStore.setState({ notes: { title: 'The session is open. Not taken over:', lines: read.leftOut } });
  }
}

/** Closes everything: images, log, pictures; also what is kept on disk. */
export function clearSession(): Promise<void> {
  return replaceKept(closeSession);
}

/** The same in memory alone. */
function closeSession(): void {
  cancelAll();
  const ids = useStore.getState().images.map(({ id }) => id);
  for (const id of ids) forgetInEngine(id);
  useStore.setState({
    ...{ images: [], heatmaps: {}, selectedImage: null, selectedCell: null, typeFilter: null },
    ...{ comparison: null, notes: null, problem: null, reader: 'first', panel: null },
  });
  takeHistory();
  for (const id of ids) forgetPictures(id);
}

/** True where the file holds annotations, which are then compared with the model. */
async function openAnnotations(name: string, path: string, bytes: Uint8Array): Promise<boolean> {
  if (bytes[0] === 0x50) return false;
  const { readAnnotations } = await import('../import/annotations');
  let data: unknown;
  try {
    data = JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw new LeukolensError(
      'not-a-session',
      'It is neither a session nor annotations.',
      'Open a .leukolens file, a bundle, or COCO or GeoJSON annotations.',
      { cause },
    );
  }
  const { images } = useStore.getState();
  const known = images.flatMap(({ id, name: own, path: at, analysis }) =>
    analysis ? [{ id, name: own, path: at, width: analysis.width, height: analysis.height }] : [],
  );
  const only = images.length === 1 ? (images[0]?.id ?? null) : null;
  const annotations = readAnnotations(data, path, known, only);
  if (!annotations) return false;
  const number = annotations.images.reduce((sum, image) => sum + image.annotations.length, 0);
  if (number === 0) {
    throw new LeukolensError(
      'not-annotations',
      `None of its annotations could be taken over. ${annotations.leftOut.slice(0, 3).join(' ')}`,
      'Open and analyse the images they are of first.',
    );
  }
  // Of what the model found: cells that came from annotations would agree with them.
  const result = compareNow(annotations.images, (cell) => !isUnseen(cell));
  useStore.setState({ comparison: { name, ...annotations, result, taken: null }, panel: 'compare' });
  return true;
}

/** Annotations against the cells as they stand now, of the images that are still open. */
function compareNow(annotated: readonly AnnotatedImage[], wanted: (cell: ReviewCell) => boolean): Comparison {
  const { images, history } = useStore.getState();
  return compare(
    annotated.flatMap(({ imageId, annotations }) => {
      const image = images.find(({ id }) => id === imageId);
      const cells = cellsOn(image, history.state).filter(wanted);
      return image?.analysis ? [{ id: imageId, cells, truth: annotations }] : [];
    }),
  );
}

/** The annotation's outline; where it has no nucleus, the one the engine saw inside it. */
function withNucleus({ box, mask }: Shape, cell: ReviewCell): Shape {
  const classes = decodeMask(mask);
  if (classes.includes(NUCLEUS)) return { box, mask };
  const own = decodeMask(cell.mask);
  for (let y = 0; y < mask.height; y++) {
    for (let x = 0; x < mask.width; x++) {
      const [cx, cy] = [box.x0 + x - cell.box.x0, box.y0 + y - cell.box.y0];
      if (cx < 0 || cy < 0 || cx >= cell.mask.width || cy >= cell.mask.height) continue;
      if (classes[y * mask.width + x] && own[cy * cell.mask.width + cx] === NUCLEUS)
        classes[y * mask.width + x] = NUCLEUS;
    }
  }
  return { box, mask: encodeMask(classes, mask.width, mask.height) };
}

/** A cell that only the annotations have: the model has said nothing of it, which is what a view this even means (isUnseen). */
function unseen(id: number, { box, mask }: Shape): MadeCell {
  const side = 0.9 * Math.max(box.x1 - box.x0, box.y1 - box.y0);
  const [x, y] = [(box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2];
  const nothing: Omit<DetectedCell, 'id' | 'box' | 'mask' | 'areas' | 'crop'> = {
    probabilities: Array<number>(8).fill(1 / 8),
    modelType: 'platelet',
    type: 'unidentified',
    confidence: 1 / 8,
    consistency: Number.NaN,
    novelty: Number.NaN,
    attributes: [],
  };
  const crop = { x0: x - side, y0: y - side, x1: x + side, y1: y + side };
  return { ...nothing, id, box, mask, areas: maskAreas(mask), crop, origin: 'imported', parents: [] };
}

/**
 * True while all that was taken over of the annotations stands: undone, or where another page took some of it, they can be taken
 * over again.
 */
export function isTaken({ comparison, history: { log, done } }: Pick<State, 'comparison' | 'history'>): boolean {
  const event = comparison?.taken ? log[comparison.taken - 1] : undefined;
  return done.some((edit) => edit === event);
}

/**
 * Makes the annotations what stands: types, outlines where they were drawn, and the cells that were missed; one event. They are
 * compared anew, since cells may have been decided about, or added, after they were opened.
 */
export function takeAnnotations(): void {
  const { comparison, history } = useStore.getState();
  if (!comparison) return;
  const { matches, missed } = compareNow(comparison.images, () => true);
  const reviewOf = (image: string, id: number) => history.state.images[image]?.cells?.[id];
  const changes = matches.flatMap(({ image, cell, truth }): Change[] => {
    const place = { image, cell: cell.id };
    const review = reviewOf(image, cell.id);
    const call = review?.call ?? null;
    const typed: Change[] =
      call === truth.type ? [] : [{ ...place, field: 'call', old: call, new: truth.type, model: cell.modelCall }];
    const shape = withNucleus(truth.shape, cell);
    if (truth.boxOnly || same({ box: cell.box, mask: cell.mask }, shape)) return typed;
    return [...typed, { ...place, field: 'shape', old: review?.shape ?? null, new: shape }];
  });
  const next = new Map<string, number>();
  for (const { image, truth } of missed) {
    const id = next.get(image) ?? freshId(image);
    next.set(image, id + 1);
    const place = { image, cell: id };
    changes.push({ ...place, field: 'made', old: null, new: unseen(id, truth.shape) });
    changes.push({ ...place, field: 'call', old: null, new: truth.type });
  }
  if (changes.length === 0) {
    const message = 'There is nothing to take over: what stands is what the annotations say.';
    const remedy = 'Go on with the review, or open other annotations.';
    useStore.setState({ problem: { code: 'review-conflict', message, remedy } });
  } else if (happen({ kind: 'import', changes })) {
    useStore.setState({ comparison: { ...comparison, taken: useStore.getState().history.log.length } });
  }
}
