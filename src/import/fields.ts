/** Fields that several files have in common, as they are checked when one is read. */
import * as v from 'valibot';
import { SCALE_SOURCES } from '../domain/scale';

export const text = v.pipe(v.string(), v.maxLength(10_000));
export const identity = v.object({ name: text, version: text, hash: text });
/** A side of an image, px. */
export const side = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(200_000));
/** Which of a file's images, and how many it has. */
export const ordinal = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1e6));
/** Of bytes, in hexadecimal; empty where it is not known. */
export const hash = v.pipe(v.string(), v.regex(/^([0-9a-f]{64})?$/, 'no SHA-256 in hexadecimal'));
export const scale = v.object({
  umPerPx: v.pipe(v.number(), v.gtValue(0), v.finite()),
  source: v.picklist(SCALE_SOURCES),
});
