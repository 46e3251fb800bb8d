/** A signature beside what stands on its slide now: it is for certain images and their counts, and says nothing of others. */
import { CALL_TYPES, type CallType } from '../cellType';
import { differential, isCounted } from '../differential';
import type { ReviewCell } from './cells';
import type { ReviewState, Signature } from './events';
import { signatureOf } from './history';

/** An image of the slide that has a result, with its cells as they stand. */
interface SlideImage {
  id: string;
  cells: readonly Pick<ReviewCell, 'type' | 'touchesBorder'>[];
}

/** How what stands on a slide differs from what was signed. */
export interface SinceSigned {
  /** Images on the slide that the signature is not for. */
  added: string[];
  /** Signed images that are no longer there, or have no result any more. */
  gone: string[];
  /** The signed images themselves give other counts: the setting for cells cut by the border is another one, say. */
  recounted: boolean;
  /** Both counts, of the types that occur in either. */
  counts: { type: CallType; signed: number; now: number }[];
}

/** Null where what stands on the slide is what was signed. */
export function sinceSigned(
  signature: Pick<Signature, 'images' | 'counts'>,
  images: readonly SlideImage[],
  countBorder: boolean,
): SinceSigned | null {
  const countsOf = (some: readonly SlideImage[]) =>
    differential(some.flatMap(({ cells }) => cells.filter((cell) => isCounted(cell, countBorder)))).counts;
  const own = images.filter(({ id }) => signature.images.includes(id));
  const added = images.filter(({ id }) => !signature.images.includes(id)).map(({ id }) => id);
  const gone = signature.images.filter((id) => !own.some((image) => image.id === id));
  const signed = (type: CallType) => signature.counts[type] ?? 0;
  const ownCounts = countsOf(own);
  const recounted = gone.length === 0 && CALL_TYPES.some((type) => ownCounts[type] !== signed(type));
  if (added.length === 0 && gone.length === 0 && !recounted) return null;
  const now = countsOf(images);
  const counts = CALL_TYPES.filter((type) => signed(type) > 0 || now[type] > 0).map((type) => ({
    ...{ type, signed: signed(type), now: now[type] },
  }));
  return { added, gone, recounted, counts };
}

/** Why the count is not the signed one, as a sentence. */
export function sinceSignedText({ added, gone, recounted }: SinceSigned): string {
  const reasons = [
    added.length > 0 &&
      (added.length === 1
        ? '1 image of the slide was added since and is not part of it'
        : `${added.length} images of the slide were added since and are not part of it`),
    gone.length > 0 &&
      (gone.length === 1 ? '1 image that was signed is missing' : `${gone.length} images that were signed are missing`),
    recounted && 'the signed images are counted otherwise now (see whether cells cut by the border are left out)',
  ];
  return `The slide\u2019s count is not the one that was signed: ${reasons.filter(Boolean).join('; ')}.`;
}

/** True where an image is on a signed slide and the signature is not for it. */
export function isApart(state: ReviewState, image: string): boolean {
  if (signatureOf(state, image)) return false;
  const slide = state.images[image]?.slide ?? '';
  return state.signatures.some((signature) => signature.slide === slide);
}
