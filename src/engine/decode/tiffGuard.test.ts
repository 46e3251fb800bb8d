// Which values of a TIFF's tags are bounded, held against what the library does with them.
import { globals } from 'geotiff';
import { expect, test } from 'vitest';
import { checkDirectories, isRead } from './tiffGuard';

type Tag = [tag: number, type: number, count: number];

/** A little-endian TIFF of one page with these tags, whose values, all zero, lie behind the directory. */
function tiffOf(...tags: Tag[]): Blob {
  const bytesOf = ([, type, count]: Tag) => count * (type === 3 ? 2 : 1);
  const start = 8 + 2 + tags.length * 12 + 4;
  const view = new DataView(new ArrayBuffer(start));
  view.setUint32(0, 0x2a_49_49, true);
  view.setUint32(4, 8, true);
  view.setUint16(8, tags.length, true);
  let end = start;
  for (const [i, tag] of tags.entries()) {
    const at = 10 + i * 12;
    view.setUint16(at, tag[0], true);
    view.setUint16(at + 2, tag[1], true);
    view.setUint32(at + 4, tag[2], true);
    view.setUint32(at + 8, end, true);
    end += bytesOf(tag);
  }
  return new Blob([view.buffer, new Uint8Array(end - start)]);
}

const [BYTE, ASCII, SHORT] = [1, 2, 3];
const TOO_LONG = 17 * 2 ** 20;

test.each<[string, Tag]>([
  ["Photoshop's layers", [37724, BYTE, TOO_LONG]],
  ["Photoshop's resources", [34377, BYTE, TOO_LONG]],
  ["ImageJ's labels", [50839, BYTE, TOO_LONG]],
  ['XMP', [700, BYTE, TOO_LONG]],
  ['a private list', [65000, SHORT, 300_000]],
])('%s may be as long as the file', async (_, tag) => {
  await expect(checkDirectories(tiffOf(tag), 10)).resolves.toBe(1);
});

test.each<[string, Tag]>([
  ['a description', [270, ASCII, TOO_LONG]],
  ['bits of a sample', [258, SHORT, 300_000]],
  ['GDAL', [42113, ASCII, TOO_LONG]],
  ['a colour profile', [34675, BYTE, TOO_LONG]],
])('%s that would cost memory when it is read may not', async (_, tag) => {
  await expect(checkDirectories(tiffOf(tag), 10)).rejects.toMatchObject({ code: 'damaged-image' });
});

test('a private tag must still lie inside the file', async () => {
  const file = tiffOf([37724, BYTE, 5000]);
  await expect(checkDirectories(file.slice(0, file.size - 1), 10)).rejects.toThrow(/more values|past the end/);
});

test('every tag that the library reads or makes an array of unasked is bounded', () => {
  const known = Object.values(
    globals.tagDefinitions as Record<number, { tag: number; eager: boolean; isArray: boolean }>,
  );
  const unasked = known.filter(({ eager, isArray }) => eager || isArray);
  expect(unasked.length).toBeGreaterThan(40);
  expect(unasked.filter(({ tag }) => !isRead(tag))).toEqual([]);
});
