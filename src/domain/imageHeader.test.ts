// Tests of the header reader: a few bytes of each format, and what is none of them.
import { expect, test } from 'vitest';
import { headerSize } from './imageHeader';

/** Bytes from hex and from "text", padded to 64. */
const bytes = (...parts: string[]) => {
  const joined = parts.flatMap((part) =>
    part.startsWith('"')
      ? [...part.slice(1)].map((letter) => letter.charCodeAt(0))
      : (part.match(/../g) ?? []).map((hex) => Number.parseInt(hex, 16)),
  );
  return Uint8Array.from({ length: 64 }, (_, i) => joined[i] ?? 0);
};

test('PNG, also one that claims too much', () => {
  const png = bytes('89504e470d0a1a0a0000000d', '"IHDR', '00004e20', '00004e20');
  expect(headerSize(png)).toEqual({ width: 20000, height: 20000 });
});

test('JPEG: the size comes after other segments and padding', () => {
  const jpeg = bytes('ffd8', 'ffe000041234', 'ffc400030a', 'ffffc2', '0011', '08', '01e0', '0280');
  expect(headerSize(jpeg)).toEqual({ width: 640, height: 480 });
});

test('BMP with rows from the top', () => {
  const bmp = bytes('"BM', '00000000000000000000000000000000', '80020000', '20feffff');
  expect(headerSize(bmp)).toEqual({ width: 640, height: 480 });
});

test('GIF', () => {
  expect(headerSize(bytes('"GIF89a', '8002', 'e001'))).toEqual({ width: 640, height: 480 });
});

test('WebP: extended, lossy and lossless', () => {
  const riff = ['"RIFF', '00000000', '"WEBP'];
  expect(headerSize(bytes(...riff, '"VP8X', '0000000000000000', '7f0200', 'df0100'))).toEqual({
    width: 640,
    height: 480,
  });
  expect(headerSize(bytes(...riff, '"VP8 ', '00000000', '0000009d012a', '8002e001'))).toEqual({
    width: 640,
    height: 480,
  });
  const bits = 639 | (479 << 14);
  const packed = [0, 8, 16, 24].map((shift) => ((bits >>> shift) & 255).toString(16).padStart(2, '0')).join('');
  expect(headerSize(bytes(...riff, '"VP8L', '00000000', '2f', packed))).toEqual({ width: 640, height: 480 });
});

test('anything else has no size', () => {
  expect(headerSize(bytes('"not an image at all'))).toBeNull();
  expect(headerSize(new Uint8Array(3))).toBeNull();
  expect(headerSize(bytes('ffd8', '"truncated'))).toBeNull();
});
