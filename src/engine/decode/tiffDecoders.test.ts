// Our LZW against literal streams; the matrix of formats holds it against libtiff's and imagecodecs' files.
import { expect, test } from 'vitest';
import { unLzw } from './tiffDecoders';

/** Packs codes of 9 bits, most significant bit first. */
function packed(...codes: number[]): Uint8Array {
  const bits = codes.map((code) => code.toString(2).padStart(9, '0')).join('');
  return Uint8Array.from(bits.match(/.{1,8}/g) ?? [], (byte) => Number.parseInt(byte.padEnd(8, '0'), 2));
}

test('literals, repeats, and an entry that is used while it is being made', () => {
  // TIFF 6.0, section 13: 7 7 7 8 8 7 7 6 6 is coded as 256 7 258 8 8 258 6 6 257.
  const stream = packed(256, 7, 258, 8, 8, 258, 6, 6, 257);
  expect([...unLzw(stream, 9)]).toEqual([7, 7, 7, 8, 8, 7, 7, 6, 6]);
});

test('no more is written than there is room for, and what is missing is zero', () => {
  const stream = packed(256, 7, 258, 259, 260, 257);
  expect([...unLzw(stream, 4)]).toEqual([7, 7, 7, 7]);
  expect([...unLzw(packed(256, 1, 2, 257), 4)]).toEqual([1, 2, 0, 0]);
});

test('codes that cannot be are refused', () => {
  expect(() => unLzw(packed(256, 300), 10)).toThrow('LZW code 300');
  expect(() => unLzw(packed(256, 7, 400), 10)).toThrow('LZW code 400');
  expect(() => unLzw(packed(258), 10)).toThrow();
});
