/** The log as plain JSON and back. What is read is checked whole: a value of a wrong kind is an error with its place. */
import * as v from 'valibot';
import type { Box } from '../box';
import { LAST_CELL } from '../cell';
import { CALL_TYPES, CELL_TYPES } from '../cellType';
import { LeukolensError } from '../errors';
import type { Mask } from '../mask';
import { SCALE_SOURCES } from '../scale';
import { EDIT_KINDS, type ReviewEvent } from './events';
import { type History, limitLength, replay } from './history';
import { plain } from './plain';

/** Longest names and reasons that are read. */
const text = v.pipe(v.string(), v.maxLength(10_000));
const natural = v.pipe(v.number(), v.integer(), v.minValue(1));
const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const box = v.strictObject({ x0: v.number(), y0: v.number(), x1: v.number(), y1: v.number() });
const px = v.pipe(v.number(), v.integer(), v.minValue(0));
/** Of a mask, which lies on whole px of its image. */
export const pxBox = v.strictObject({ x0: px, y0: px, x1: px, y1: px });
const callType = v.picklist(CALL_TYPES);

/** Runs cover the box exactly, with classes 0 to 2. */
export const maskSchema = v.pipe(
  v.strictObject({
    width: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100_000)),
    height: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100_000)),
    runs: v.array(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(2 ** 32 - 1))),
  }),
  v.check(({ width, height, runs }) => {
    let sum = 0;
    for (let i = 0; i < runs.length; i += 2) {
      if ((runs[i + 1] ?? 3) > 2) return false;
      sum += runs[i] as number;
    }
    return runs.length % 2 === 0 && sum === width * height;
  }, 'a mask whose runs do not cover its box'),
  v.transform(({ width, height, runs }): Mask => ({ width, height, runs: Uint32Array.from(runs) })),
);

/** A check that a mask is as large as its box. */
const fitting = <Value extends { box: Box; mask: Mask }>() =>
  v.check<Value, string>(
    ({ box: b, mask }) => b.x1 - b.x0 === mask.width && b.y1 - b.y0 === mask.height,
    'a mask of another size than its box',
  );

const shapeFields = { box: pxBox, mask: maskSchema };
const shape = v.pipe(
  v.object({ ...shapeFields }),
  v.transform(({ box, mask }) => ({ box, mask })),
  fitting(),
);

const detectedFields = {
  id: v.pipe(natural, v.maxValue(LAST_CELL)),
  ...shapeFields,
  probabilities: v.pipe(v.array(share), v.length(CELL_TYPES.length)),
  modelType: v.picklist(CELL_TYPES),
  type: callType,
  confidence: share,
  // JSON has no NaN: unknown is null there.
  consistency: v.pipe(
    v.nullable(share),
    v.transform((value) => value ?? Number.NaN),
  ),
  // Sessions of before these were known have neither.
  novelty: v.optional(
    v.pipe(
      v.nullable(v.number()),
      v.transform((value) => value ?? Number.NaN),
    ),
    null,
  ),
  attributes: v.optional(
    v.array(v.looseObject({ name: text, value: text, probability: share, share: v.nullable(share) })),
    [],
  ),
  areas: v.strictObject({ cell: v.number(), nucleus: v.number() }),
  crop: box,
};

/** Fields that later versions of the engine add pass through as they are. */
export const detectedSchema = v.pipe(v.looseObject(detectedFields), fitting());

const made = v.pipe(
  v.looseObject({
    ...detectedFields,
    origin: v.picklist(['added', 'split', 'merge', 'imported']),
    parents: v.array(v.pipe(v.number(), v.integer())),
  }),
  fitting(),
);

const scale = v.strictObject({
  umPerPx: v.pipe(v.number(), v.gtValue(0), v.finite()),
  source: v.picklist(SCALE_SOURCES),
});

const changed = <Field extends string, Value extends v.GenericSchema>(field: Field, value: Value) => ({
  field: v.literal(field),
  old: v.nullable(value),
  new: v.nullable(value),
});
const onCell = { image: text, cell: natural, model: v.optional(callType) };
const change = v.variant('field', [
  v.strictObject({ ...onCell, ...changed('call', callType) }),
  v.strictObject({ ...onCell, ...changed('second', callType) }),
  v.strictObject({ ...onCell, ...changed('shape', shape) }),
  v.strictObject({ ...onCell, ...changed('made', made) }),
  v.strictObject({ ...onCell, ...changed('deleted', v.literal(true)) }),
  v.strictObject({ image: text, ...changed('slide', text) }),
  v.strictObject({ image: text, ...changed('scale', scale) }),
  v.strictObject({ slide: text, ...changed('wbc', v.pipe(v.number(), v.minValue(0), v.finite())) }),
]);

const base = { id: natural, at: v.pipe(text, v.isoTimestamp()), who: text };
const images = v.array(text);
const event = v.variant('kind', [
  ...EDIT_KINDS.map((kind) => v.strictObject({ ...base, kind: v.literal(kind), changes: v.array(change) })),
  v.strictObject({ ...base, kind: v.literal('undo'), of: natural }),
  v.strictObject({ ...base, kind: v.literal('redo'), of: natural }),
  v.strictObject({
    ...base,
    kind: v.literal('sign'),
    slide: text,
    images,
    counts: v.record(callType, v.pipe(v.number(), v.integer(), v.minValue(0))),
    unreviewed: v.pipe(v.number(), v.integer(), v.minValue(0)),
  }),
  v.strictObject({ ...base, kind: v.literal('reopen'), slide: text, images, reason: text }),
  v.strictObject({ ...base, kind: v.literal('remove'), image: text, file: text, emptied: v.optional(text) }),
]);

export function writeLog(log: readonly ReviewEvent[]): unknown {
  return plain(log);
}

/** What valibot found, as 'images.3.cells.0.box: ...'. */
export function issueText(issues: readonly v.BaseIssue<unknown>[]): string {
  const [first] = issues;
  const place = first?.path?.map(({ key }) => String(key)).join('.') ?? '';
  return `${place || 'its top'}: ${first?.message ?? 'unknown'}`;
}

/** One event, checked; throws LeukolensError that names it by its number from 1. */
export function readEvent(value: unknown, number: number): ReviewEvent {
  const result = v.safeParse(event, value, { abortEarly: true });
  if (result.success) return result.output as ReviewEvent;
  throw new LeukolensError(
    'damaged-session',
    `Event ${number} of the log cannot be read: ${issueText(result.issues)}`,
    'It was changed outside the app, or is of another program: open an earlier copy.',
  );
}

/** The history that a written log holds. Throws LeukolensError; the length is checked first. */
export function readLog(value: unknown): History {
  if (!Array.isArray(value))
    throw new LeukolensError('damaged-session', 'The session has no log.', 'Open another copy.');
  limitLength(value.length);
  return replay(value.map((entry, i) => readEvent(entry, i + 1)));
}
