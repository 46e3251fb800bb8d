/** A session -> session.json: everything that is needed to go on with it elsewhere. Read back by import/session.ts. */
import { plain } from '../domain/review/plain';
import type { ExportSession } from './input';

export const SESSION_FORMAT = 'leukolens-session';
/** Rises when an older app could not read what is written; import/session.ts takes each older version along. */
export const SESSION_VERSION = 2;

/** Where an image's photograph is in the zip. */
export const photographFile = (imageId: string) => `photographs/${imageId}`;

export function sessionJson({ app, model, saved, state, photographs, widen, countBorder }: ExportSession): string {
  return JSON.stringify({
    format: SESSION_FORMAT,
    version: SESSION_VERSION,
    app,
    model,
    saved,
    settings: { widen, countBorder },
    photographs: Object.keys(photographs),
    images: plain(state.images),
    events: plain(state.events),
  });
}
