// A transparent picture has the same colours whether it is decoded to be shown alone, or with the px for the engine.
import { afterAll, expect, test } from 'vitest';
import { DecoderClient } from '../../bridge/decoderClient';

const decoder = DecoderClient.start();
afterAll(() => decoder.terminate('the tests are done'));

const SIDE = 40;

/** Half transparent, with a fully transparent corner. */
async function transparent(type: string): Promise<Blob> {
  const canvas = new OffscreenCanvas(SIDE, SIDE);
  const context = canvas.getContext('2d') as OffscreenCanvasRenderingContext2D;
  context.fillStyle = 'rgba(100, 40, 120, 0.5)';
  context.fillRect(0, 0, SIDE, SIDE);
  context.clearRect(0, 0, 4, 4);
  const file = await canvas.convertToBlob({ type });
  expect(file.type).toBe(type);
  return file;
}

/** As a page reads a cell's colours: over nothing. */
function rgba(bitmap: ImageBitmap, x: number, y: number): number[] {
  const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext(
    '2d',
  ) as OffscreenCanvasRenderingContext2D;
  context.drawImage(bitmap, 0, 0);
  return [...context.getImageData(x, y, 1, 1).data];
}

test.each(['image/png', 'image/webp'])('of %s', async (type) => {
  const file = await transparent(type);
  const wants = { id: 'a', page: null, field: true, keep: false };
  const shown = await decoder.decode(file, { ...wants, pixels: false });
  const analysed = await decoder.decode(file, { ...wants, pixels: true });
  const at = (20 * SIDE + 20) * 4;
  const truth = [...(analysed.pixels?.data.slice(at, at + 4) ?? [])];
  for (const [i, value] of [177, 147, 187, 255].entries()) expect(Math.abs((truth[i] ?? 0) - value)).toBeLessThan(3);
  for (const { field, thumb } of [shown, analysed]) {
    for (const picture of [field, thumb] as ImageBitmap[]) {
      expect(rgba(picture, 20, 20)).toEqual(truth);
      expect(rgba(picture, 1, 1)).toEqual([255, 255, 255, 255]);
    }
  }
  const alone = await decoder.decode(file, { ...wants, field: false, pixels: false });
  expect(alone.field).toBeNull();
  expect(rgba(alone.thumb, 20, 20)).toEqual(truth);
});
