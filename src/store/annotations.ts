/** Annotations of others beside what the model found: read, compared, and taken over as decisions. */
import { LeukolensError } from '../domain/errors';
import { plural } from '../domain/plural';
import { isUnseen } from '../domain/review/cells';
import { type AnnotatedImage, type Compared, type Comparison, compare } from '../domain/review/compare';
import { signatureOf } from '../domain/review/history';
import { takeOver } from '../domain/review/takeOver';
import type { Annotations, NamedImage } from '../import/annotated';
import { happen, sayLocked } from './decide';
import type { ImageEntry } from './images';
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

/**
 * True while all that was taken over of the annotations stands: undone, or where another page took some of it, they can be taken
 * over again.
 */
export function isTaken({ comparison, history: { log, done } }: Pick<State, 'comparison' | 'history'>): boolean {
  const event = comparison?.taken ? log[comparison.taken - 1] : undefined;
  return done.some((edit) => edit === event);
}

/** What is said of annotations that lie on cells without being their outlines; `again`: on cells that another annotation is of. */
function overlaid(onCells: number, again: number): string[] {
  const of = (n: number) => (n === 1 ? 'One annotation lies' : `${n} annotations lie`);
  const lines = {
    [`${of(onCells)} on a cell that is there, with too little overlap to be its outline (of a nucleus, or a loose box): the type is taken over, the outline stays.`]:
      onCells,
    [`${of(again)} on a cell that another annotation is of: left out, or it would be counted twice.`]: again,
  };
  return Object.keys(lines).filter((line) => lines[line]);
}

/**
 * Makes the annotations what stands: types, outlines where they were drawn, and the cells that were missed; one event. They are
 * compared anew, since cells may have been decided about, or added, after they were opened.
 */
export function takeAnnotations(): void {
  const { comparison, history, images } = useStore.getState();
  if (!comparison) return;
  const locked = comparison.images.filter(({ imageId }) => signatureOf(history.state, imageId));
  // All are locked: what the log says to that is said.
  const open =
    locked.length < comparison.images.length
      ? comparison.images.filter((image) => !locked.includes(image))
      : comparison.images;
  const left = comparison.images.length - open.length;
  const taken = open.flatMap(({ imageId: id, annotations: truth }) => {
    const image = images.find((entry) => entry.id === id);
    if (!image?.analysis) return [];
    const [detected, cells, review] = [image.analysis.cells, cellsOn(image, history.state), history.state.images[id]];
    return [takeOver({ id, size: image.analysis, detected, review, cells, truth })];
  });
  const changes = taken.flatMap((each) => each.changes);
  const sum = (of: 'onCells' | 'again') => taken.reduce((total, each) => total + each[of], 0);
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
    const lines = overlaid(sum('onCells'), sum('again'));
    if (lines.length > 0) useStore.setState({ notes: { title: 'The annotations are taken over, but:', lines } });
    sayLocked(left, 'Their annotations were not taken over.');
  }
}
