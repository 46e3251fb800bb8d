// Windows of large images: what is drawn for a picture is bounded by the picture, whatever part of the image it shows.
import { beforeEach, expect, test, vi } from 'vitest';
import type { Decoded } from '../bridge/protocol';
import { type Level, TILE } from '../domain/pyramid';

vi.mock('../bridge/decoderClient', () => ({ DecoderClient: { start: () => ({}) } }));
vi.stubGlobal('location', new URL('http://localhost/?keep=0'));

interface Drawn {
  tile: string;
  x: number;
  y: number;
}
const canvases: { width: number; height: number; drawn: Drawn[] }[] = [];

/** Notes what is drawn; there is nothing to see. */
class Canvas {
  readonly drawn: Drawn[] = [];
  readonly width: number;
  readonly height: number;
  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    canvases.push(this);
  }
  getContext() {
    return { drawImage: ({ name }: { name: string }, x: number, y: number) => this.drawn.push({ tile: name, x, y }) };
  }
}
vi.stubGlobal('OffscreenCanvas', Canvas);
vi.stubGlobal('createImageBitmap', async (source: Blob & { name?: string }, options?: { resizeWidth?: number }) => {
  const side = options?.resizeWidth ?? TILE;
  return { width: side, height: side, name: source.name, close() {} };
});

const { newEntry } = await import('./images');
const { ensureField, region, renewPictures, takePictures, renewalOf } = await import('./pictures');
const { releasePixels } = await import('./pixels');
const { initialState, useStore } = await import('./store');

const [WIDTH, HEIGHT] = [8000, 6000];

/** As pictures.ts of the decoder makes it; a tile says level, column and row. */
function levels(): Level[] {
  return [1, 2, 4, 8, 16].map((factor) => {
    const [columns, rows] = [Math.ceil(WIDTH / factor / TILE), Math.ceil(HEIGHT / factor / TILE)];
    const tiles = Array.from({ length: columns * rows }, (_, i) => {
      return Object.assign(new Blob(), { name: `${factor}:${i % columns},${Math.floor(i / columns)}` });
    });
    return { factor, columns, rows, tiles };
  });
}

beforeEach(async () => {
  useStore.setState({ ...initialState, images: [newEntry({ id: 'a', name: 'a', path: 'a', size: 1 })] }, true);
  const thumb = await createImageBitmap(new Blob());
  const decoded: Decoded = {
    ...{ width: WIDTH, height: HEIGHT, pixels: null, field: null, thumb },
    pyramid: { width: WIDTH, height: HEIGHT, levels: levels() },
  };
  await takePictures('a', decoded, renewalOf('a'));
  canvases.length = 0;
});

test('a window as large as the image is drawn from a level that the picture has room for', async () => {
  const picture = await region('a', { x0: 0, y0: 0, x1: WIDTH, y1: WIDTH }, 480);
  expect(picture?.width).toBe(480);
  expect(canvases).toMatchObject([
    {
      ...{ width: 500, height: 500 },
      drawn: [{ tile: '16:0,0', x: 0, y: 0 }],
    },
  ]);
});

test('whatever the window, the canvas is less than twice the picture', async () => {
  for (const length of [300, 480, 959, 960, 3000, 7999]) {
    await region('a', { x0: 100, y0: 100, x1: 100 + length, y1: 100 + length }, 480);
  }
  for (const { width } of canvases) expect(width).toBeLessThan(960);
  expect(canvases.map(({ width }) => width)).toEqual([300, 480, 959, 480, 750, 500]);
});

test('a window at the image\u2019s own size is put together from the finest tiles, px by px', async () => {
  await region('a', { x0: 500, y0: 1000, x1: 600, y1: 1100 }, 100);
  expect(canvases[0]).toMatchObject({
    width: 100,
    drawn: [
      { tile: '1:0,1', x: -500, y: -488 },
      { tile: '1:1,1', x: 12, y: -488 },
      { tile: '1:0,2', x: -500, y: 24 },
      { tile: '1:1,2', x: 12, y: 24 },
    ],
  });
});

test('a window that begins before the image has its px where they are, at a coarser level too', async () => {
  await region('a', { x0: -100, y0: 4000, x1: 1100, y1: 5200 }, 500);
  expect(canvases[0]).toMatchObject({ width: 600, drawn: expect.arrayContaining([{ tile: '2:0,4', x: 50, y: 48 }]) });
});

test('the overview of a large image that was freed for others\u2019 sake is made again when it is asked for', async () => {
  expect(await ensureField('a')).not.toBeNull();
  releasePixels('a/field');
  expect(await ensureField('a')).toMatchObject({ name: '16:0,0' });
  expect(await region('a', { x0: 0, y0: 0, x1: 400, y1: 400 }, 100)).not.toBeNull();
});

test('a picture that is made while another page is chosen is not kept for that one', async () => {
  const closed = vi.fn();
  const made = createImageBitmap;
  vi.stubGlobal('createImageBitmap', async (...args: Parameters<typeof made>) => {
    const bitmap = await made(...args);
    renewPictures('a');
    return Object.assign(bitmap, { close: closed });
  });
  renewPictures('a');
  const thumb = { close() {} } as ImageBitmap;
  const pyramid = { width: WIDTH, height: HEIGHT, levels: levels() };
  const decoded = { width: WIDTH, height: HEIGHT, pixels: null, field: null, thumb, pyramid };
  await takePictures('a', decoded, renewalOf('a'));
  vi.stubGlobal('createImageBitmap', made);
  expect(closed).toHaveBeenCalledOnce();
  expect(await ensureField('a')).toBeNull();
});

test('a window that reaches beyond a small image keeps its size: the browser is not asked for px that are not there', async () => {
  renewPictures('a');
  const field = { ...(await createImageBitmap(new Blob())), width: 400, height: 300, name: 'field' };
  const thumb = await createImageBitmap(new Blob());
  await takePictures('a', { width: 400, height: 300, pixels: null, field, thumb, pyramid: null }, renewalOf('a'));
  await region('a', { x0: 350, y0: -20, x1: 450, y1: 80 }, 224);
  expect(canvases[0]).toMatchObject({ width: 100, height: 100, drawn: [{ tile: 'field', x: -350, y: 20 }] });
  canvases.length = 0;
  await region('a', { x0: 300, y0: 200, x1: 400, y1: 300 }, 224);
  expect(canvases).toEqual([]);
});
