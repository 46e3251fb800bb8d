// The decoder's worker as the page talks to it: what it reads of a file that only has to be shown.
import { expect, test, vi } from 'vitest';

const pixels = { data: new Uint8ClampedArray(4), width: 1, height: 1 };
vi.mock('./decode/decodeImage', () => ({ decodeFile: async () => pixels, toBitmap: async () => pixels }));
vi.mock('./decode/pictures', () => ({
  MAX_BITMAP_PIXELS: 24e6,
  thumbOf: async () => 'thumb',
  bitmapOf: async () => null,
}));

type Listener = (event: { data: unknown }) => void;
let ask: Listener = () => {};
const answered = vi.fn();
vi.stubGlobal('self', {
  addEventListener: (_: string, listener: Listener) => {
    ask = listener;
  },
  postMessage: answered,
});
await import('./decoder');

/** Bytes that were read of a file that begins so and goes on for a megabyte. */
async function bytesReadOf(start: number[]): Promise<number> {
  let read = 0;
  const counted = (blob: Blob): Blob =>
    Object.assign(blob, {
      slice: (from?: number, to?: number) => counted(Blob.prototype.slice.call(blob, from, to)),
      arrayBuffer: () => {
        read += blob.size;
        return Blob.prototype.arrayBuffer.call(blob);
      },
    });
  const file = counted(new Blob([Uint8Array.from(start), new Uint8Array(1e6)]));
  answered.mockClear();
  const options = { id: 'a', page: null, pixels: false, field: false, keep: false };
  ask({ data: { id: 1, method: 'decode', args: [file, options] } });
  await vi.waitFor(() => expect(answered).toHaveBeenCalled());
  expect(answered.mock.lastCall?.[0]).toMatchObject({ kind: 'result', value: { thumb: 'thumb' } });
  return read;
}

test.each([
  ['TIFF', [0x49, 0x49, 42, 0]],
  ['BigTIFF', [0x4d, 0x4d, 0, 43]],
  ['16-bit PNG', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, ...new Array(16).fill(0), 16]],
])('only the first bytes of a %s are read to learn that the browser cannot decode it', async (_, start) => {
  expect(await bytesReadOf(start)).toBeLessThan(100);
});
