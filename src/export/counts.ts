/** Counts of what is exported: of the session and of each slide. */
import { isCounted } from '../domain/differential';
import { type Count, count } from '../domain/review/count';
import type { Signature } from '../domain/review/events';
import { type SinceSigned, sinceSigned } from '../domain/review/signed';
import { analysedOf, type ExportSession } from './input';

/** The count of the session (slide null) or of one slide. */
export function countOf(session: ExportSession, slide: string | null): Count {
  const all = analysedOf(session).flatMap((image) => (slide === null || image.slide === slide ? image.cells : []));
  const cells = all.filter((cell) => isCounted(cell, session.countBorder));
  return count(cells, { widen: session.widen, wbc: wbcOf(session, slide) });
}

/** The analyser's count of a slide, or of the session where that is one slide; null where there is none. */
export function wbcOf(session: ExportSession, slide: string | null): number | null {
  const slides = slidesOf(session);
  const only = slide ?? (slides.length === 1 ? (slides[0] as string) : null);
  // A slide may have any name, also that of something every object has.
  return only !== null && Object.hasOwn(session.wbc, only) ? (session.wbc[only] ?? null) : null;
}

export function slidesOf(session: ExportSession): string[] {
  return [...new Set(analysedOf(session).map(({ slide }) => slide))];
}

/** How what is exported of a signed slide differs from what was signed; null where it does not. */
export function changedSince(session: ExportSession, signature: Signature): SinceSigned | null {
  const own = analysedOf(session).filter(({ slide }) => slide === signature.slide);
  return sinceSigned(signature, own, session.countBorder);
}
