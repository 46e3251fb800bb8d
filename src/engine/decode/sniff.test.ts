/** What each kind of bad file is told, before anything is decoded. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { LeukolensError } from '../../domain/errors';
import { formatOf, isTruncated, sniff } from './sniff';

const fixture = (name: string) =>
  new Uint8Array(readFileSync(new URL(`../../../e2e/fixtures/${name}`, import.meta.url)));

/** A PNG header of any size with an end chunk and nothing between: what a header bomb looks like. */
function pngHeader(width: number, height: number): Uint8Array {
  const bytes = new Uint8Array(45);
  bytes.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52]);
  const view = new DataView(bytes.buffer);
  view.setUint32(16, width);
  view.setUint32(20, height);
  bytes.set([8, 2], 24);
  bytes.set([0x49, 0x45, 0x4e, 0x44], 37);
  return bytes;
}

function codeOf(bytes: Uint8Array): string {
  try {
    sniff(bytes);
    return 'accepted';
  } catch (error) {
    expect(error).toBeInstanceOf(LeukolensError);
    expect((error as LeukolensError).remedy.length).toBeGreaterThan(10);
    return (error as LeukolensError).code;
  }
}

test('good files are accepted with their stored size', () => {
  expect(sniff(fixture('field-b.png'))).toEqual({ format: 'png', width: 256, height: 192, orientation: 1 });
  // Orientation 6: stored upright as 192 x 256, displayed turned.
  expect(sniff(fixture('exif6.jpg'))).toEqual({ format: 'jpeg', width: 192, height: 256, orientation: 6 });
});

test('bad files are told apart', () => {
  expect(codeOf(new Uint8Array(0))).toBe('empty-file');
  expect(codeOf(new TextEncoder().encode('not a picture, whatever the name says'))).toBe('not-an-image');
  expect(codeOf(new TextEncoder().encode('GIF89a\x10\x00\x10\x00\x00\x00\x00'))).toBe('unsupported-format');
  expect(codeOf(pngHeader(20_000, 20_000))).toBe('image-too-large');
  expect(codeOf(pngHeader(1, 1))).toBe('image-too-small');
  expect(codeOf(Uint8Array.from([0xff, 0xd8, 0xff, 0xe0, 0, 4]))).toBe('damaged-image');
});

test('files cut short are noticed in every format', () => {
  for (const name of ['field-b.png', 'exif6.jpg']) {
    const bytes = fixture(name);
    expect(codeOf(bytes)).toBe('accepted');
    expect(codeOf(bytes.slice(0, Math.floor(bytes.length * 0.6)))).toBe('damaged-image');
  }
  const webp = new Uint8Array(30);
  webp.set(new TextEncoder().encode('RIFF'));
  new DataView(webp.buffer).setUint32(4, 5000, true);
  webp.set(new TextEncoder().encode('WEBP'), 8);
  expect(formatOf(webp)).toBe('webp');
  expect(isTruncated(webp, 'webp')).toBe(true);
  const bmp = new Uint8Array(54);
  bmp.set(new TextEncoder().encode('BM'));
  const view = new DataView(bmp.buffer);
  view.setUint32(10, 54, true);
  view.setInt32(18, 100, true);
  view.setInt32(22, 100, true);
  view.setUint16(28, 24, true);
  expect(isTruncated(bmp, 'bmp')).toBe(true);
});

test('the film that phones put behind a photograph is none of its business, whatever bytes it holds', () => {
  const photograph = fixture('exif6.jpg');
  const film = [0, 0, 0, 24, ...new TextEncoder().encode('ftypmp42'), 0xff, 0xd9, 7, 0xff, 0xda, 9, 0xff, 0xc4, 1];
  expect(codeOf(Uint8Array.from([...photograph, ...film]))).toBe('accepted');
  const cut = photograph.slice(0, photograph.length - 40);
  expect(codeOf(cut)).toBe('damaged-image');
});

test('a thumbnail in EXIF ends before its picture does', () => {
  const photograph = fixture('exif6.jpg');
  const thumbnail = [0xff, 0xe1, 0, 10, 0xff, 0xd8, 0xff, 0xda, 5, 5, 0xff, 0xd9];
  const bytes = Uint8Array.from([...photograph.slice(0, 2), ...thumbnail, ...photograph.slice(2)]);
  expect(isTruncated(bytes, 'jpeg')).toBe(false);
  expect(isTruncated(bytes.slice(0, Math.floor(bytes.length * 0.6)), 'jpeg')).toBe(true);
});

test('bytes behind the end of a picture do no harm', () => {
  const bytes = fixture('field-b.png');
  const longer = new Uint8Array(bytes.length + 100);
  longer.set(bytes);
  expect(codeOf(longer)).toBe('accepted');
});
