/** results.json as far as it is read again; its fields are told in docs/results-format.md. */
import * as v from 'valibot';
import { LAST_CELL } from '../domain/cell';
import { CALL_TYPES, CELL_TYPES } from '../domain/cellType';
import { LeukolensError } from '../domain/errors';
import { issueText } from '../domain/review/serial';
import { FORMAT_VERSION } from '../export/results';
import { hash, identity, ordinal, scale, side, text } from './fields';

const natural = v.pipe(v.number(), v.integer(), v.minValue(1));
const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const corners = <Value extends v.GenericSchema<number>>(value: Value) => v.tuple([value, value, value, value]);

const cell = v.object({
  id: v.pipe(natural, v.maxValue(LAST_CELL)),
  box: corners(v.pipe(v.number(), v.integer())),
  crop: v.optional(corners(v.pipe(v.number(), v.finite()))),
  type: v.picklist(CALL_TYPES),
  // Version 1 has no types but the model's.
  by: v.optional(v.picklist(['person', 'model'])),
  // Null where the model never looked at the cell.
  modelType: v.nullable(v.picklist(CELL_TYPES)),
  modelCall: v.nullish(v.picklist(CALL_TYPES)),
  secondType: v.optional(v.picklist(CALL_TYPES)),
  origin: v.optional(v.picklist(['model', 'added', 'split', 'merge', 'imported']), 'model'),
  parents: v.optional(v.array(natural), []),
  redrawn: v.optional(v.boolean(), false),
  touchesBorder: v.optional(v.boolean(), false),
  probabilities: v.nullable(v.record(v.string(), share)),
  confidence: v.nullable(share),
  consistency: v.optional(share),
  novelty: v.optional(v.pipe(v.number(), v.minValue(0), v.finite())),
  attributes: v.optional(v.record(text, v.object({ value: text, probability: share })), {}),
});

const analysed = v.object({
  file: text,
  sha256: v.optional(hash, ''),
  page: v.optional(v.pipe(ordinal, v.minValue(1)), 1),
  pages: v.optional(v.pipe(ordinal, v.minValue(1)), 1),
  slide: v.optional(text, ''),
  signed: v.optional(v.boolean(), false),
  colourless: v.optional(v.boolean(), false),
  scale: v.nullish(scale),
  width: side,
  height: side,
  ms: v.pipe(v.number(), v.minValue(0), v.finite()),
  backend: v.picklist(['webgpu', 'wasm']),
  model: v.optional(identity),
  cellsFile: text,
  classesFile: text,
  cells: v.pipe(
    v.array(cell),
    v.check((list) => new Set(list.map(({ id }) => id)).size === list.length, 'two cells of one number'),
  ),
});
const failed = v.object({ file: text, error: v.object({ code: text, message: text, remedy: text }) });

const isFailed = (entry: unknown) => typeof entry === 'object' && entry !== null && 'error' in entry;
// Not a union: what is wrong with one of the two is told with its place.
const image = v.lazy((entry): typeof analysed | typeof failed => (isFailed(entry) ? failed : analysed));

const results = v.object({
  version: natural,
  model: v.nullish(identity),
  intervals: v.optional(v.object({ widened: v.optional(v.boolean(), false) }), {}),
  borderCounted: v.optional(v.boolean(), true),
  differentials: v.optional(
    v.array(v.object({ slide: v.nullable(text), wbc: v.nullish(v.pipe(v.number(), v.minValue(0), v.finite())) })),
    [],
  ),
  images: v.array(image),
  notAnalysed: v.optional(v.array(v.unknown()), []),
});

export type FoundCell = v.InferOutput<typeof cell>;
export type FoundImage = v.InferOutput<typeof analysed>;
export type FoundResults = v.InferOutput<typeof results>;

/** Throws LeukolensError that names the first place that does not fit. */
export function readResults(data: unknown): FoundResults {
  const { version } = (data ?? {}) as { version?: unknown };
  if (typeof version === 'number' && version > FORMAT_VERSION) {
    throw new LeukolensError(
      'newer-session',
      `results.json was written by a newer version of the app (format ${version}; this app reads up to ${FORMAT_VERSION}).`,
      'Reload the page while online to get the newer version, then open it again.',
    );
  }
  const result = v.safeParse(results, data, { abortEarly: true });
  if (result.success) return result.output;
  throw new LeukolensError(
    'damaged-session',
    `results.json does not fit at ${issueText(result.issues)}.`,
    'Open a bundle that the app has saved.',
  );
}
