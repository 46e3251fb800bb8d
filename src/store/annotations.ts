/** Annotations of others beside what the model found: read, compared, and taken over as decisions. */
import { LeukolensError } from '../domain/errors';
import { decodeMask, encodeMask, NUCLEUS } from '../domain/mask';
import { plural } from '../domain/plural';
import { isUnseen } from '../domain/review/cells';
import {
  type AnnotatedImage,
  type Annotation,
  type Compared,
  type Comparison,
  compare,
} from '../domain/review/compare';
import { handMade } from '../domain/review/edits';
import type { Change, Shape } from '../domain/review/events';
import { signatureOf } from '../domain/review/history';
import { same } from '../domain/review/same';
import type { Annotations, NamedImage } from '../import/annotated';
import { happen, sayLocked } from './decide';
import type { ImageEntry } from './images';
import { freshId } from './reshape';
import { cellsOn } from './review';
import { type State, useStore } from './store';

/** Lines on what was left out that are said where nothing is left. */
const SAID = 3;

/** Annotations and the file that they are from, or the files. */
export type Found = Annotations & { name: string };

/** A file of annotations, read against the images that are open whenever that is asked for. */
export interface Opened {
  name: string;
  /** An image that they are about is still to be analysed. */
  isEarly(): boolean;
  /** Throws LeukolensError. */
  read(): Annotations;
}

/** Whether an image is on its way to a result. */
export const isToCome = ({ status }: ImageEntry) => status === 'waiting' || status === 'working';

/** An image as annotations may name it. */
const namedImage = ({ id, name, path, pages, page }: ImageEntry): NamedImage => ({
  ...{ id, name, path },
  ...(pages > 1 && { page: (page ?? 0) + 1 }),
});

/** Annotations in a file; null where it is a packed session, or holds none. */
export async function annotationsIn({ name }: File, path: string, bytes: Uint8Array): Promise<Opened | null> {
  if (bytes[0] === 0x50) return null;
  const { imagesOf, isAnnotations, readAnnotations } = await import('../import/annotations');
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
  if (!isAnnotations(data)) return null;
  const open = () => {
    const { images } = useStore.getState();
    return { images, named: images.map(namedImage), only: images.length === 1 ? (images[0]?.id ?? null) : null };
  };
  return {
    name,
    isEarly() {
      const { images, named, only } = open();
      if (!images.some(isToCome)) return false;
      const about = new Set(imagesOf(data, path, named, only));
      return images.some((image) => about.has(image.id) && isToCome(image));
    },
    read() {
      const { images, only } = open();
      const known = images.flatMap((image) => {
        const { width, height } = image.analysis ?? {};
        return width && height ? [{ ...namedImage(image), width, height }] : [];
      });
      return readAnnotations(data, path, known, only) ?? { images: [], leftOut: [] };
    },
  };
}

/** Annotations of several files as one. An image has those of one file: taken twice, each cell would be missed once. */
export function together(found: readonly Found[]): Found {
  const images = new Map<string, AnnotatedImage & { from: string }>();
  const leftOut: string[] = [];
  for (const { name, ...own } of found) {
    leftOut.push(...own.leftOut.map((line) => (found.length > 1 ? `${name}: ${line}` : line)));
    for (const { imageId, annotations } of own.images) {
      const there = images.get(imageId);
      if (!there?.annotations.length) images.set(imageId, { imageId, annotations, from: name });
      else if (annotations.length > 0) leftOut.push(`${name} is left out where ${there.from} is of the same image.`);
    }
  }
  const others = found.length - 1;
  const more = others > 0 ? ` and ${plural(others, 'other file')}` : '';
  return { name: `${found[0]?.name}${more}`, images: [...images.values()], leftOut: [...new Set(leftOut)] };
}

const isEmpty = ({ images }: Found) => images.every(({ annotations }) => annotations.length === 0);

/** Compares annotations with the model. */
export function showComparison(found: Found): void {
  if (found.images.length > 0 && found.leftOut.length === 0 && isEmpty(found)) {
    throw new LeukolensError(
      'not-annotations',
      `There is not one annotation in ${found.name}.`,
      'Open a file that has outlines or boxes of cells.',
    );
  }
  if (isEmpty(found)) {
    throw new LeukolensError(
      'not-annotations',
      `None of its annotations could be taken over. ${found.leftOut.slice(0, SAID).join(' ')}`,
      'Open and analyse the images they are of first.',
    );
  }
  const result = compareNow(found.images, modelsOwn);
  useStore.setState({ comparison: { ...found, result, taken: null }, panel: 'compare' });
}

/** What the model found by itself, in its own outlines: what people added, redrew or deleted is no work of its. */
const modelsOwn = (image: ImageEntry): Compared[] =>
  (image.analysis?.cells ?? [])
    // Exports of before sessions were saved have cells from annotations among them, which would agree with themselves.
    .filter(({ probabilities }) => !isUnseen({ origin: 'model', probabilities }))
    .map(({ id, box, mask, type }) => ({ id, box, mask, modelCall: type }));

/** Annotations against cells of the images that are still open. */
function compareNow(annotated: readonly AnnotatedImage[], cellsOf: (image: ImageEntry) => Compared[]): Comparison {
  const { images } = useStore.getState();
  return compare(
    annotated.flatMap(({ imageId, annotations }) => {
      const image = images.find(({ id }) => id === imageId);
      return image?.analysis ? [{ id: imageId, cells: cellsOf(image), truth: annotations }] : [];
    }),
  );
}

/** The annotation's outline; where it says nothing of a nucleus, with the one the engine saw inside it. */
function withNucleus({ shape: { box, mask }, nucleusKnown }: Annotation, cell: Compared): Shape {
  if (nucleusKnown) return { box, mask };
  const classes = decodeMask(mask);
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
  const { comparison, history, images } = useStore.getState();
  if (!comparison) return;
  const sizes = new Map(images.map(({ id, analysis }) => [id, analysis]));
  const locked = comparison.images.filter(({ imageId }) => signatureOf(history.state, imageId));
  // All are locked: what the log says to that is said.
  const open =
    locked.length < comparison.images.length
      ? comparison.images.filter((image) => !locked.includes(image))
      : comparison.images;
  const { matches, missed } = compareNow(open, (image) => cellsOn(image, history.state));
  const left = comparison.images.length - open.length;
  const reviewOf = (image: string, id: number) => history.state.images[image]?.cells?.[id];
  const changes = matches.flatMap(({ image, cell, truth }): Change[] => {
    const place = { image, cell: cell.id };
    const review = reviewOf(image, cell.id);
    const call = review?.call ?? null;
    const typed: Change[] =
      call === truth.type ? [] : [{ ...place, field: 'call', old: call, new: truth.type, model: cell.modelCall }];
    const shape = withNucleus(truth, cell);
    if (truth.boxOnly || same({ box: cell.box, mask: cell.mask }, shape)) return typed;
    return [...typed, { ...place, field: 'shape', old: review?.shape ?? null, new: shape }];
  });
  const next = new Map<string, number>();
  for (const { image, truth } of missed) {
    const id = next.get(image) ?? freshId(image);
    next.set(image, id + 1);
    const place = { image, cell: id };
    const size = sizes.get(image);
    if (!size) continue;
    const made = handMade(id, truth.shape, { origin: 'imported', parents: [] }, size);
    changes.push({ ...place, field: 'made', old: null, new: made });
    changes.push({ ...place, field: 'call', old: null, new: truth.type });
  }
  if (changes.length === 0) {
    const message = `There is nothing ${left > 0 ? 'more ' : ''}to take over: what stands is what the annotations say.`;
    const remedy =
      left > 0
        ? `Reopen the signed ${left === 1 ? 'slide to take over those of its image' : 'slides to take over those of their images'}.`
        : 'Go on with the review, or open other annotations.';
    useStore.setState({ problem: { code: 'review-conflict', message, remedy } });
  } else if (happen({ kind: 'import', changes })) {
    // Those of signed slides can be taken over once these are reopened.
    if (left === 0) useStore.setState({ comparison: { ...comparison, taken: useStore.getState().history.log.length } });
    sayLocked(left, 'Their annotations were not taken over.');
  }
}
