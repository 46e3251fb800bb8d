/** What the picture takes of devices that no test machine has. */
import { afterEach, expect, test, vi } from 'vitest';
import { Picture } from './picture';

afterEach(() => vi.unstubAllGlobals());

/** A device that only says what it allows, and remembers the sizes of what is made on it. */
function allowing(bytes: number): { device: GPUDevice; made: number[] } {
  vi.stubGlobal('GPUBufferUsage', { STORAGE: 128, COPY_DST: 8 });
  const made: number[] = [];
  const device = {
    limits: { maxStorageBufferBindingSize: bytes, maxBufferSize: bytes },
    createBuffer: ({ size }: GPUBufferDescriptor) => made.push(size) && { size, destroy: () => {} },
    createBindGroup: () => ({}),
    pushErrorScope: () => {},
    popErrorScope: async () => null,
    queue: { writeBuffer: () => {} },
  } as unknown as GPUDevice;
  return { device, made };
}

const image = (width: number, height: number) => {
  const pixels = { data: new Uint8ClampedArray(width * height * 4), width, height };
  return [{ pixels, box: { x0: 1, y0: 2, x1: width, y1: height } }];
};

test.each([2 ** 27, 2 ** 31, 2 ** 32 - 4, 2 ** 33])('a card that allows %d bytes holds the image', async (bytes) => {
  const { device, made } = allowing(bytes);
  const picture = new Picture(device, {} as GPUBindGroupLayout);
  expect(await picture.hold(image(1440, 900))).toEqual([{ first: 2 * 1440 + 1, stride: 1440 }]);
  expect(made).toEqual([16, 2 ** 23]);
});

test('one that allows less than an image takes holds none of it', async () => {
  const { device } = allowing(1e6);
  expect(await new Picture(device, {} as GPUBindGroupLayout).hold(image(1440, 900))).toBeNull();
});
