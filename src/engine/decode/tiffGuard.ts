/**
 * Walks a TIFF's directories before the library does, reading nothing but them: an entry that claims more values than the
 * file has bytes, a directory past the end or a chain in a circle would cost gigabytes or never end.
 */
import { LeukolensError } from '../../domain/errors';

/** Bytes of a value by its TIFF type; types that are not there are no types. */
const TYPE_BYTES: Record<number, number> = {
  ...{ 1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8 },
};
/** Directories with more entries than this are none. */
const MAX_ENTRIES = 4096;
/** Tags that may come in any number a file can hold: offsets and lengths of strips and tiles. */
const LONG_TAGS = new Set([273, 279, 324, 325]);
/**
 * TIFF's own tags are below this; of any of them the library may make an array as soon as it meets it. What programs keep
 * behind in tags of theirs, layers or the labels of a stack, is never read and may be as long as it likes.
 */
const FIRST_PRIVATE = 700;
/** Private tags that are read all the same: GeoTIFF's, GDAL's value for no data, parameters of LERC, the colour profile. */
const PRIVATE_BUT_READ = new Set([33550, 33922, 34264, 34675, 34735, 34736, 34737, 42113, 50674]);
/** Of any other tag that is read, values: colour maps of 16 bits have three times 65 536. */
const MAX_VALUES = 200_000;
/** Bytes of a description: OME-XML of large stacks is long. */
const MAX_TEXT = 16 * 2 ** 20;
const TEXT_TYPES = new Set([1, 2, 7]);

const damaged = (what: string) =>
  new LeukolensError(
    'damaged-image',
    `The TIFF is damaged: ${what}.`,
    'Copy it again from its source, or export it anew.',
  );

/** Whether the library, or this folder through it, ever reads a tag's values. */
export const isRead = (tag: number) => tag < FIRST_PRIVATE || PRIVATE_BUT_READ.has(tag);

/** How many directories (pages) there are, at most `most`; throws LeukolensError. */
export async function checkDirectories(file: Blob, most: number): Promise<number> {
  const read = async (from: number, length: number) => {
    if (!(from >= 0) || from + length > file.size) throw damaged('it points past the end of the file');
    return new DataView(await file.slice(from, from + length).arrayBuffer());
  };
  const start = await read(0, 8);
  const little = start.getUint8(0) === 0x49;
  const big = start.getUint16(2, little) === 43;
  const word = (view: DataView, at: number) =>
    big ? Number(view.getBigUint64(at, little)) : view.getUint32(at, little);
  const seen = new Set<number>();
  let next = big ? word(await read(0, 16), 8) : start.getUint32(4, little);
  while (next !== 0 && seen.size < most) {
    if (seen.has(next)) throw damaged('its list of pages runs in a circle');
    seen.add(next);
    const countBytes = big ? 8 : 2;
    const head = await read(next, countBytes);
    const count = big ? word(head, 0) : head.getUint16(0, little);
    if (count === 0 || count > MAX_ENTRIES) throw damaged('a page of it has no readable directory');
    const size = big ? 20 : 12;
    const directory = await read(next + countBytes, count * size + (big ? 8 : 4));
    for (let i = 0; i < count; i++) checkEntry(directory, i * size, { little, big, fileBytes: file.size, word });
    next = word(directory, count * size);
  }
  if (seen.size === 0) throw damaged('it has no page');
  return seen.size;
}

interface Reading {
  little: boolean;
  big: boolean;
  fileBytes: number;
  word(view: DataView, at: number): number;
}

function checkEntry(view: DataView, at: number, { little, big, fileBytes, word }: Reading): void {
  const [tag, type] = [view.getUint16(at, little), view.getUint16(at + 2, little)];
  const count = word(view, at + 4);
  const each = TYPE_BYTES[type];
  if (each === undefined) throw damaged(`it has a value of an unknown kind (${type})`);
  const most = LONG_TAGS.has(tag) || !isRead(tag) ? fileBytes : TEXT_TYPES.has(type) ? MAX_TEXT : MAX_VALUES;
  if (count > most || count * each > fileBytes) throw damaged('it claims more values than it can hold');
  if (count * each <= (big ? 8 : 4)) return;
  if (word(view, at + (big ? 12 : 8)) + count * each > fileBytes) throw damaged('it points past the end of the file');
}
