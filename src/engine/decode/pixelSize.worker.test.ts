// The px size of every page of a TIFF: a page that is a smaller copy of the first has larger px.
import { expect, test } from 'vitest';
import { inspectFile } from './inspect';

interface Page {
  width: number;
  height: number;
  /** A smaller copy of another page, as it says. */
  reduced?: boolean;
  /** Px a centimetre. */
  perCm?: number;
  description?: string;
}

const [SHORT, LONG, ASCII, RATIONAL] = [3, 4, 2, 5];

/** A little-endian TIFF of grey pages. */
function tiff(...pages: Page[]): Blob {
  const view = new DataView(new ArrayBuffer(256 * 1024));
  view.setUint32(0, 0x2a_49_49, true);
  let link = 4;
  let end = 8;
  for (const { width, height, reduced, perCm, description } of pages) {
    const take = (bytes: number) => {
      const at = end;
      end += bytes + (bytes % 2);
      return at;
    };
    const text = new TextEncoder().encode(`${description ?? ''}\0`);
    const tags: [number, number, number, number][] = [
      [254, LONG, 1, reduced ? 1 : 0],
      [256, LONG, 1, width],
      [257, LONG, 1, height],
      [258, SHORT, 1, 8],
      [259, SHORT, 1, 1],
      [262, SHORT, 1, 1],
    ];
    if (description) {
      const at = take(text.length);
      new Uint8Array(view.buffer).set(text, at);
      tags.push([270, ASCII, text.length, at]);
    }
    tags.push([273, LONG, 1, take(width * height)], [277, SHORT, 1, 1], [278, LONG, 1, height]);
    tags.push([279, LONG, 1, width * height]);
    if (perCm) {
      const at = take(8);
      view.setUint32(at, perCm, true);
      view.setUint32(at + 4, 1, true);
      tags.push([282, RATIONAL, 1, at], [283, RATIONAL, 1, at], [296, SHORT, 1, 3]);
    }
    const directory = take(2 + tags.length * 12 + 4);
    view.setUint32(link, directory, true);
    view.setUint16(directory, tags.length, true);
    for (const [i, [tag, type, count, value]] of tags.entries()) {
      const at = directory + 2 + i * 12;
      view.setUint16(at, tag, true);
      view.setUint16(at + 2, type, true);
      view.setUint32(at + 4, count, true);
      view.setUint32(at + 8, value, true);
    }
    link = directory + 2 + tags.length * 12;
  }
  return new Blob([view.buffer.slice(0, end)]);
}

const ome = (...pixels: string[]) =>
  `<OME>${pixels.map((attributes) => `<Image><Pixels ${attributes}/></Image>`).join('')}</OME>`;
const full = { width: 200, height: 150 };
const half = { width: 100, height: 75, reduced: true };
/** As an odd side is rounded. */
const third = { width: 66, height: 50, reduced: true };
/** A slide's label: of another shape than the image. */
const label = { width: 120, height: 150, reduced: true };
const [OME, TAG] = ['OME metadata', 'TIFF resolution'];

test.each<[string, Page[], (number | null)[], string]>([
  [
    'OME of the first page, of its size',
    [{ ...full, description: ome('SizeX="200" SizeY="150" PhysicalSizeX="0.1"') }, half, third, full, label],
    [0.1, 0.2, (0.1 * 200) / 66, 0.1, null],
    OME,
  ],
  ['OME that names no size', [{ ...full, description: ome('PhysicalSizeX="0.1"') }, half], [0.1, 0.2], OME],
  [
    'OME of the full image, behind a thumbnail',
    [{ ...half, description: ome('SizeX="200" SizeY="150" PhysicalSizeX="100" PhysicalSizeXUnit="nm"') }, full],
    [0.2, 0.1],
    OME,
  ],
  [
    'OME of several images',
    [
      {
        ...full,
        description: ome(
          'SizeX="200" SizeY="150" PhysicalSizeX="0.1"',
          'SizeX="100" SizeY="75" PhysicalSizeX="0.5" PhysicalSizeY="0.5"',
        ),
      },
      { ...half, reduced: false },
    ],
    [0.1, 0.5],
    OME,
  ],
  ['the resolution of the first page', [{ ...full, perCm: 100_000 }, half, full, label], [0.1, 0.2, 0.1, null], TAG],
  [
    'the resolution of each page',
    [
      { ...full, perCm: 100_000 },
      { ...half, perCm: 50_000 },
      { ...label, perCm: 20_000 },
    ],
    [0.1, 0.2, 0.5],
    TAG,
  ],
  [
    'the resolution of the first page, repeated on its smaller copy',
    [
      { ...full, perCm: 100_000 },
      { ...half, perCm: 100_000 },
    ],
    [0.1, 0.2],
    TAG,
  ],
  [
    'a smaller field under the same microscope',
    [
      { ...full, perCm: 100_000 },
      { ...half, reduced: false, perCm: 100_000 },
    ],
    [0.1, 0.1],
    TAG,
  ],
  [
    "ImageJ's",
    [{ ...full, perCm: 10, description: 'ImageJ=1.54f\nimages=2\nunit=micron\n' }, full, half],
    [0.1, 0.1, 0.2],
    'ImageJ metadata',
  ],
])('%s', async (_, pages, umPerPx, source) => {
  const file = tiff(...pages);
  const found = await Promise.all(pages.map((_, page) => inspectFile(file, page)));
  expect(found).toMatchObject(pages.map(({ width, height }, page) => ({ width, height, page, pages: pages.length })));
  expect(found.map(({ scale }) => scale)).toEqual(
    umPerPx.map((value) => value && { umPerPx: expect.closeTo(value, 9), source }),
  );
});
