// TIFFs that the matrix of formats does not hold: colours that would come out wrong are refused, and none is called damaged.
import { expect, test } from 'vitest';
import { decodeFile } from './decodeImage';
import { inspectFile } from './inspect';

const SIDE = 32;

/** A little-endian TIFF of one flat strip: `px` are a px's samples. `long`: bytes in a private tag, as Photoshop keeps its layers. */
function flat(photometric: number, bits: 8 | 16, px: number[], long = 0): Blob {
  const samples = new (bits === 16 ? Uint16Array : Uint8Array)(SIDE * SIDE * px.length);
  for (let i = 0; i < samples.length; i++) samples[i] = px[i % px.length] as number;
  const [SHORT, LONG, BYTE] = [3, 4, 1];
  const data = 256;
  const tags = [
    [256, LONG, 1, SIDE],
    [257, LONG, 1, SIDE],
    [258, SHORT, px.length, px.length === 1 ? bits : 240],
    [259, SHORT, 1, 1],
    [262, SHORT, 1, photometric],
    [273, LONG, 1, data],
    [277, SHORT, 1, px.length],
    [278, LONG, 1, SIDE],
    [279, LONG, 1, samples.byteLength],
    ...(long ? [[37724, BYTE, long, data + samples.byteLength]] : []),
  ] as [number, number, number, number][];
  const head = new DataView(new ArrayBuffer(data));
  head.setUint32(0, 0x2a_49_49, true);
  head.setUint32(4, 8, true);
  head.setUint16(8, tags.length, true);
  for (const [i, [tag, type, count, value]] of tags.entries()) {
    head.setUint16(10 + i * 12, tag, true);
    head.setUint16(12 + i * 12, type, true);
    head.setUint32(14 + i * 12, count, true);
    head.setUint32(18 + i * 12, value, true);
  }
  for (let i = 0; i < px.length; i++) head.setUint16(240 + i * 2, bits, true);
  return new Blob([head.buffer, samples.buffer, new Uint8Array(long)]);
}

const firstPx = async (file: Blob) => [...(await decodeFile(file, null)).data.subarray(0, 3)];

test.each([
  ['CMYK colours of 16 bits', flat(5, 16, [0, 13_000, 6500, 0])],
  ['YCbCr colours of 16 bits', flat(6, 16, [40_000, 32_768, 32_768])],
  ['CIELab colours', flat(8, 8, [153, 10, 246])],
  ['CIELab colours', flat(8, 16, [39_321, 2560, 63_000])],
  ['ICCLab colours', flat(9, 8, [153, 138, 118])],
  ['ITULab colours', flat(10, 8, [153, 138, 118])],
])('%s are refused before they are shown as others', async (what, file) => {
  const refusal = {
    code: 'unsupported-format',
    message: `TIFFs with ${what} cannot be read.`,
    remedy: expect.stringContaining('in RGB'),
  };
  await expect(inspectFile(file, null)).rejects.toMatchObject(refusal);
  await expect(decodeFile(file, null)).rejects.toMatchObject(refusal);
});

test('CMYK and YCbCr of 8 bits are read', async () => {
  const [r = 0, g = 0, b = 0] = await firstPx(flat(5, 8, [0, 51, 25, 0]));
  expect(Math.max(Math.abs(r - 255), Math.abs(g - 204), Math.abs(b - 230))).toBeLessThan(3);
  expect(await firstPx(flat(6, 8, [200, 128, 128]))).toEqual([200, 200, 200]);
});

test('layers that a program keeps behind the picture, however many, leave it readable', async () => {
  const file = flat(2, 8, [10, 120, 230], 20e6);
  expect(await inspectFile(file, null)).toMatchObject({ width: SIDE, height: SIDE, pages: 1 });
  expect(await firstPx(file)).toEqual([10, 120, 230]);
});
