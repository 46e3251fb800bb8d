// The decoder's worker as the page talks to it: what it reads of a file that only has to be shown.
import { expect, test, vi } from 'vitest';

const pixels = { data: new Uint8ClampedArray(4), width: 1, height: 1 };
/** A picture of one colour, its opacity last. */
const picture = (...rgba: number[]) => ({ width: 40, height: 40, rgba, close: vi.fn() });
const shown = picture(100, 40, 120, 0.5);
vi.mock('./decode/decodeImage', () => ({ decodeFile: async () => pixels, toBitmap: async () => shown }));
vi.mock('./decode/pictures', () => ({
  MAX_BITMAP_PIXELS: 24e6,
  thumbOf: async (of: object) => ('rgba' in of ? picture(...shown.rgba) : 'thumb'),
  bitmapOf: async () => null,
}));
/** Canvases that lay one colour over another. */
vi.stubGlobal(
  'OffscreenCanvas',
  class {
    rgba = [0, 0, 0, 0];
    getContext(_: string, { alpha = true } = {}) {
      if (!alpha) this.rgba = [0, 0, 0, 1];
      return {
        canvas: this,
        fillStyle: '',
        fillRect: () => {
          this.rgba = [255, 255, 255, 1];
        },
        drawImage: ({ rgba: [r = 0, g = 0, b = 0, a = 0] }: typeof shown) => {
          const over = [r, g, b].map((value, i) => value * a + (this.rgba[i] ?? 0) * (1 - a));
          this.rgba = [...over, a + (this.rgba[3] ?? 0) * (1 - a)];
        },
      };
    }
    transferToImageBitmap = () => picture(...this.rgba);
  },
);

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

test.each([true, false])(
  'what is only shown is laid over white, as what is analysed; the whole of it: %s',
  async (field) => {
    const size = [0, 0, 0, 40];
    const header = [
      0x89,
      0x50,
      0x4e,
      0x47,
      0x0d,
      0x0a,
      0x1a,
      0x0a,
      0,
      0,
      0,
      13,
      0x49,
      0x48,
      0x44,
      0x52,
      ...size,
      ...size,
    ];
    const end = [0, 0, 0, 0, 0x49, 0x45, 0x4e, 0x44];
    const file = new Blob([Uint8Array.from([...header, 8, 6, 0, 0, 0, ...end])]);
    answered.mockClear();
    shown.close.mockClear();
    const options = { id: 'a', page: null, pixels: false, field, keep: false };
    ask({ data: { id: 1, method: 'decode', args: [file, options] } });
    await vi.waitFor(() => expect(answered).toHaveBeenCalled());
    const white = { rgba: [177.5, 147.5, 187.5, 1] };
    const value = { width: 40, height: 40, field: field ? white : null, thumb: white };
    expect(answered.mock.lastCall?.[0]).toMatchObject({ kind: 'result', value });
    expect(shown.close).toHaveBeenCalledOnce();
  },
);
