// Every format that microscopes write, made by tifffile, imagecodecs and Pillow (models/training, sgcldff.synth.formats):
// each file must decode to the picture it was made of, with its pages and its px size, or be refused in words.
import { expect, test } from 'vitest';
import entries from '../../../e2e/fixtures/formats/formats.json';
import type { Pixels } from '../../domain/pixels';
import { decodeFile } from './decodeImage';
import { inspectFile } from './inspect';
import { decodeLarge } from './large';
import { sniff } from './sniff';

interface Entry {
  file: string;
  refused?: string;
  picture: string;
  tolerance: number;
  pages: number;
  page?: number;
  pagePictures?: string[];
  scale: { umPerPx: number; source: string } | null;
  /** Of colours that are not applied. */
  profile?: string;
}

const urls = import.meta.glob<string>('../../../e2e/fixtures/formats/*', {
  query: '?url',
  import: 'default',
  eager: true,
});

async function fileNamed(name: string): Promise<Blob> {
  const url = urls[`../../../e2e/fixtures/formats/${name}`];
  if (!url) throw new Error(`${name} is not among the fixtures`);
  return (await fetch(url)).blob();
}

const references = new Map<string, Promise<Pixels>>();
function reference(key: string): Promise<Pixels> {
  const known = references.get(key) ?? fileNamed(`reference-${key}.png`).then((file) => decodeFile(file, null));
  references.set(key, known);
  return known;
}

/** Mean absolute difference of red, green and blue. */
function difference(a: Pixels, b: Pixels): number {
  expect([a.width, a.height]).toEqual([b.width, b.height]);
  let sum = 0;
  for (let i = 0; i < a.data.length; i++) if (i % 4 < 3) sum += Math.abs((a.data[i] ?? 0) - (b.data[i] ?? 0));
  return sum / (a.width * a.height * 3);
}

const list = entries as unknown as Entry[];

test('the matrix is there', () => {
  expect(list.length).toBeGreaterThan(50);
});

test.each(list.filter(({ refused }) => !refused).map((entry) => [entry.file, entry] as const))(
  '%s',
  async (_, entry) => {
    const file = await fileNamed(entry.file);
    const truth = await reference(entry.picture);
    const facts = await inspectFile(file, null);
    expect(facts).toMatchObject({
      width: truth.width,
      height: truth.height,
      pages: entry.pages,
      page: entry.page ?? 0,
      profile: entry.profile ?? null,
    });
    expect(facts.sha256).toMatch(/^[0-9a-f]{64}$/);
    if (entry.scale) {
      expect(facts.scale?.source).toBe(entry.scale.source);
      expect(facts.scale?.umPerPx).toBeCloseTo(entry.scale.umPerPx, 6);
    } else expect(facts.scale).toBeNull();
    const pixels = await decodeFile(file, null);
    expect(difference(pixels, truth)).toBeLessThanOrEqual(entry.tolerance);
    for (const [page, picture] of (entry.pagePictures ?? []).entries()) {
      expect(difference(await decodeFile(file, page), await reference(picture))).toBeLessThanOrEqual(entry.tolerance);
    }
  },
);

test.each(list.filter(({ refused }) => refused).map((entry) => [entry.file, entry.refused] as const))(
  '%s is refused: %s',
  async (name, code) => {
    const file = await fileNamed(name);
    await expect(inspectFile(file, null)).rejects.toMatchObject({ code, remedy: expect.stringMatching(/.{10}/) });
    await expect(decodeFile(file, null)).rejects.toMatchObject({ code });
  },
);

test.each(['baseline.jpg', 'progressive.jpg', 'gray.jpg', 'exif.jpg', 'icc.jpg'])(
  '%s read as large images are is the same picture',
  async (name) => {
    const file = await fileNamed(name);
    const large = await decodeLarge(file, sniff(new Uint8Array(await file.arrayBuffer())));
    expect(large, 'this browser has an ImageDecoder').not.toBeNull();
    expect(difference(large as Pixels, await decodeFile(file, null))).toBeLessThan(1);
  },
);
