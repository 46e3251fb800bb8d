/** session.json, alone or in a bundle, back to a session. Checked whole: it is returned only if all of it fits. */
import { strFromU8 } from 'fflate';
import * as v from 'valibot';
import { type Box, boxArea } from '../domain/box';
import { LeukolensError } from '../domain/errors';
import { sha256 } from '../domain/hash';
import type { Change, ReviewEvent } from '../domain/review/events';
import type { History } from '../domain/review/history';
import { detectedSchema, issueText, pxBox, readLog } from '../domain/review/serial';
import type { ModelIdentity } from '../domain/smear';
import type { SessionImage } from '../export/input';
import { photographFile } from '../export/session';
import { hash, identity, ordinal, scale, side, text } from './fields';
import { fromResults } from './fromResults';
import { migrate } from './migrate';
import { isZip, unpack } from './zip';

export interface ReadSession {
  model: ModelIdentity | null;
  images: SessionImage[];
  history: History;
  /** What the count depends on beside the cells. */
  settings: { widen: boolean; countBorder: boolean };
  /** Bytes of photographs by image id. */
  photographs: Map<string, Uint8Array>;
  /** PNG of cells' windows by `<image id>/<cell id>`, for cells whose photograph is not there. */
  crops: Map<string, Uint8Array>;
  /** What could not be taken over, in sentences. */
  leftOut: string[];
}

const natural = v.pipe(v.number(), v.integer(), v.minValue(0));
/** It is also the name of a file in what is saved: nothing that leads out of its folder. */
const imageId = v.pipe(v.string(), v.regex(/^[\w-][\w.-]{0,99}$/, 'no identity of an image'));
/** Px of an image, and so of an outline: a few times those that are analysed, and no more than a decoded mask may take of memory. */
const MOST_PX = 500e6;

const analysis = v.pipe(
  v.looseObject({
    width: side,
    height: side,
    cells: v.array(detectedSchema),
    backend: v.picklist(['webgpu', 'wasm']),
    model: v.optional(identity),
    crop: v.optional(v.boolean()),
    colourless: v.optional(v.boolean()),
    field: v.optional(pxBox),
    timings: v.record(v.string(), v.number()),
  }),
  v.check(({ width, height }) => width * height <= MOST_PX, 'an image larger than any that is analysed'),
  v.check(
    ({ width, height, cells }) =>
      cells.every(({ box }) => box.x0 >= 0 && box.y0 >= 0 && box.x1 <= width && box.y1 <= height),
    'a cell beyond its image',
  ),
  v.check(({ cells }) => new Set(cells.map(({ id }) => id)).size === cells.length, 'two cells of one number'),
);

/** Fields that other parts of the app keep with an image pass through as they are. */
const image = v.looseObject({
  id: imageId,
  name: text,
  path: text,
  size: natural,
  status: v.picklist(['waiting', 'done', 'failed', 'cancelled', 'duplicate']),
  error: v.nullable(v.object({ code: text, message: text, remedy: text })),
  ms: v.number(),
  profile: v.nullish(text),
  scale: v.nullish(scale),
  // Sessions of before these were known have none.
  sha256: v.optional(hash),
  pages: v.optional(v.pipe(ordinal, v.minValue(1))),
  page: v.nullish(ordinal),
  colourless: v.optional(v.boolean()),
  width: v.optional(ordinal),
  height: v.optional(ordinal),
  order: v.optional(v.pipe(v.number(), v.finite())),
  duplicateOf: v.nullish(imageId),
  analysis: v.nullable(analysis),
});

const session = v.looseObject({
  model: v.nullable(identity),
  photographs: v.array(text),
  settings: v.optional(v.object({ widen: v.boolean(), countBorder: v.boolean() }), { widen: false, countBorder: true }),
  images: v.pipe(
    v.array(image),
    v.check((list) => new Set(list.map(({ id }) => id)).size === list.length, 'two images of one identity'),
  ),
  events: v.unknown(),
});

const listing = v.looseObject({ files: v.array(v.looseObject({ path: text, sha256: text })) });

function damaged(message: string, cause?: unknown): LeukolensError {
  return new LeukolensError(
    'damaged-session',
    message,
    'It was changed outside the app, or damaged: open another copy.',
    {
      cause,
    },
  );
}

function parse(bytes: Uint8Array, name: string): unknown {
  try {
    return JSON.parse(strFromU8(bytes));
  } catch (cause) {
    throw damaged(`${name} cannot be read: it is not the text it should be.`, cause);
  }
}

/** Number of the first event with an outline that leaves its image; of one that was removed, that no image could hold. */
function firstBeyond(log: readonly ReviewEvent[], list: readonly v.InferOutput<typeof image>[]): number | undefined {
  const sizes = new Map(list.map(({ id, analysis: found }) => [id, found]));
  const isBeyond = (change: Change) => {
    if (change.field !== 'shape' && change.field !== 'made') return false;
    const size = sizes.get(change.image);
    const shapes = [change.old, change.new] as ({ box: Box } | null)[];
    return shapes.some((shape) => {
      if (!shape) return false;
      const { x1, y1 } = shape.box;
      return size ? x1 > size.width || y1 > size.height : boxArea(shape.box) > MOST_PX;
    });
  };
  return log.find((event) => 'changes' in event && event.changes.some(isBeyond))?.id;
}

/** What a session's text says; throws LeukolensError. */
export function readSessionJson(
  data: unknown,
): Pick<ReadSession, 'model' | 'images' | 'history' | 'settings'> & { photographs: string[] } {
  const now = migrate(data);
  const result = v.safeParse(session, now, { abortEarly: true });
  if (!result.success) throw damaged(`The session does not fit at ${issueText(result.issues)}.`);
  const { model, images, photographs, events, settings } = result.output;
  const history = readLog(events);
  const beyond = firstBeyond(history.log, images);
  if (beyond !== undefined) throw damaged(`Event ${beyond} of the log has an outline beyond its image.`);
  return { model, images: images as unknown as SessionImage[], history, settings, photographs };
}

/** Files of a zip whose content is not what the manifest says. */
async function changedFiles(files: ReadonlyMap<string, Uint8Array>): Promise<{ changed: string[]; missing: string[] }> {
  const bytes = files.get('manifest.json');
  if (!bytes) return { changed: [], missing: [] };
  const read = v.safeParse(listing, parse(bytes, 'manifest.json'), { abortEarly: true });
  if (!read.success)
    throw damaged(`manifest.json does not list the files: it does not fit at ${issueText(read.issues)}.`);
  const changed: string[] = [];
  const missing: string[] = [];
  for (const { path, sha256: hash } of read.output.files) {
    const content = files.get(path);
    if (!content) missing.push(path);
    // A page without https, which early versions ran on, wrote no hashes.
    else if (hash && (await sha256(content)) !== hash) changed.push(path);
  }
  return { changed, missing };
}

const USED = /^(manifest|session|results)\.json$|^(photographs|crops)\/|\.(cells|classes)\.png$/;

/** Reads a .leukolens file, a bundle, an export of an older version, or a bare session.json. */
export async function readSession(bytes: Uint8Array): Promise<ReadSession> {
  if (!isZip(bytes)) {
    const read = readSessionJson(parse(bytes, 'The session'));
    return { ...read, photographs: new Map(), crops: new Map(), leftOut: [] };
  }
  const files = await unpack(bytes, (name) => USED.test(name));
  const json = files.get('session.json');
  if (!json) {
    const results = files.get('results.json');
    if (results) return fromResults(parse(results, 'results.json'), files);
    throw new LeukolensError(
      'not-a-session',
      'There is no session in this zip.',
      'Open a .leukolens file or a bundle that the app has saved. Photographs in a zip must be unpacked first.',
    );
  }
  const { changed, missing } = await changedFiles(files);
  if (changed.includes('session.json')) throw damaged('The session in this file is not the one that the app saved.');
  const { photographs: listed, ...read } = readSessionJson(parse(json, 'session.json'));
  const leftOut: string[] = [];
  const photographs = new Map<string, Uint8Array>();
  for (const id of listed) {
    const path = photographFile(id);
    const content = files.get(path);
    const name = read.images.find((entry) => entry.id === id)?.name ?? id;
    if (!content || changed.includes(path)) leftOut.push(`The photograph of ${name} is missing or was changed.`);
    else photographs.set(id, content);
  }
  const crops = cropsOf(files, read.images, changed);
  const lost = missing.filter((path) => USED.test(path) && !path.startsWith('photographs/')).length;
  if (lost > 0) leftOut.push(`${lost} files that the bundle lists are not in it; the session itself is whole.`);
  const other = changed.filter((path) => !path.startsWith('photographs/')).length;
  if (other > 0) leftOut.push(`${other} other files of the bundle were changed since it was saved; they are not used.`);
  return { ...read, photographs, crops, leftOut };
}

/** Crops are named after their image as every other file of a bundle is: results.json says which name is whose. */
function cropsOf(
  files: ReadonlyMap<string, Uint8Array>,
  images: readonly SessionImage[],
  changed: readonly string[],
): Map<string, Uint8Array> {
  const crops = new Map<string, Uint8Array>();
  const results = files.get('results.json');
  if (!results || changed.includes('results.json')) return crops;
  const list = (parse(results, 'results.json') as { images?: { cellsFile?: unknown; cells?: { id: number }[] }[] })
    .images;
  const analysed = images.filter((entry) => entry.analysis);
  const named = (list ?? []).filter(({ cellsFile }) => typeof cellsFile === 'string');
  if (named.length !== analysed.length) return crops;
  named.forEach(({ cellsFile, cells }, i) => {
    const name = String(cellsFile).replace(/\.cells\.png$/, '');
    for (const { id } of cells ?? []) {
      const path = `crops/${name}/${id}.png`;
      const content = files.get(path);
      if (content && !changed.includes(path)) crops.set(`${analysed[i]?.id}/${id}`, content);
    }
  });
  return crops;
}
