/** Signing a slide off, and reopening it. */
import { CALL_TYPES, type CallType } from '../domain/cellType';
import { differential, isCounted } from '../domain/differential';
import { signatureOf } from '../domain/review/history';
import { type SinceSigned, sinceSigned } from '../domain/review/signed';
import { happen } from './decide';
import type { ImageEntry } from './images';
import { cellsOn, slideOf } from './review';
import { type State, useStore } from './store';

/** What is left to do before a slide can be signed. */
export interface Left {
  /** Analysed images that no signature locks: what would be signed. */
  images: string[];
  /** Cells that the model could not tell and nobody has said anything about: someone must. */
  unidentified: number;
  /** Cells of which a person said that they cannot be told: they are signed as that. */
  untold: number;
  /** White cells with a type: what the shares would be of. */
  base: number;
  /** Cells with the model's type that nobody looked at: signing accepts them. */
  unreviewed: number;
  /** Files of the slide that wait, are being worked on, or failed. */
  unfinished: ImageEntry[];
  /** Signed already. */
  signed: number;
}

export function leftOn(
  slide: string,
  { images, history, countBorder }: Pick<State, 'images' | 'history' | 'countBorder'>,
): Left {
  const own = images.filter(({ id }) => slideOf(history.state, id) === slide);
  const open = own.filter(({ id, analysis }) => analysis && !signatureOf(history.state, id));
  const cells = open.flatMap((image) => cellsOn(image, history.state)).filter((cell) => isCounted(cell, countBorder));
  return {
    images: open.map(({ id }) => id),
    unidentified: cells.filter(({ by, type }) => by === 'model' && type === 'unidentified').length,
    untold: cells.filter(({ by, type }) => by === 'person' && type === 'unidentified').length,
    base: differential(cells).base,
    unreviewed: cells.filter(({ by, type }) => by === 'model' && type !== 'unidentified').length,
    unfinished: own.filter(({ analysis }) => !analysis),
    signed: own.filter(({ id }) => signatureOf(history.state, id)).length,
  };
}

/** How what stands on a slide differs from what was signed; null where it does not, or where no signature stands. */
export function changedOn(
  slide: string,
  { images, history, countBorder }: Pick<State, 'images' | 'history' | 'countBorder'>,
): SinceSigned | null {
  const signature = history.state.signatures.find((entry) => entry.slide === slide);
  if (!signature) return null;
  const own = images.filter(({ id, analysis }) => analysis && slideOf(history.state, id) === slide);
  const standing = own.map((image) => ({ id: image.id, cells: cellsOn(image, history.state) }));
  return sinceSigned(signature, standing, countBorder);
}

/** True for a name or a reason that says nothing. */
export const isBlank = (text: string): boolean => text.trim() === '';

/** Signs what leftOn names; false where nobody has said what the model could not tell, where there is nothing to sign, or nobody's name to sign with. */
export function signOff(slide: string): boolean {
  const now = useStore.getState();
  const { images, unidentified, unreviewed } = leftOn(slide, now);
  if (unidentified > 0 || images.length === 0 || isBlank(now.who)) return false;
  const cells = now.images
    .filter(({ id }) => images.includes(id))
    .flatMap((image) => cellsOn(image, now.history.state))
    .filter((cell) => isCounted(cell, now.countBorder));
  const { counts } = differential(cells);
  const seen = CALL_TYPES.filter((type) => counts[type] > 0).map((type) => [type, counts[type]]);
  const kept = Object.fromEntries(seen) as Partial<Record<CallType, number>>;
  return happen({ kind: 'sign', slide, images, counts: kept, unreviewed });
}

/** Unlocks a signed slide; false without a reason, since the log is to say why. */
export function reopen(slide: string, reason: string): boolean {
  if (isBlank(reason)) return false;
  const { signatures } = useStore.getState().history.state;
  const images = signatures.filter((signature) => signature.slide === slide).flatMap((signature) => signature.images);
  return happen({ kind: 'reopen', slide, images, reason: reason.trim() });
}
