/** The decoded image in graphics memory, as bytes: sent once, and read by all windows and fields that are made of it. */
import type { Box } from '../../domain/box';
import type { Pixels } from '../../domain/pixels';

/** px it holds at most: 64 MB, and the last px whose number a float32 holds exactly. */
const MOST_PX = 2 ** 24;
/** Bytes of the smallest that is made for an image: crops of golden cells and small fields share it. */
const LEAST = 2 ** 20;

/** A part of an image: `box` in whole px of it, half-open. */
export interface Part {
  pixels: Pixels;
  box: Box;
}

/** Where a part's first px lies, and how many px further its next row begins. */
export interface Place {
  first: number;
  stride: number;
}

export class Picture {
  private readonly device: GPUDevice;
  private readonly layout: GPUBindGroupLayout;
  private readonly mostPx: number;
  private buffer: GPUBuffer;
  private bound: GPUBindGroup;
  /** The image that it holds whole; weakly, for it may be large and is over when its cells are found. */
  private whole: WeakRef<Uint8ClampedArray> | undefined;

  /** layout: of one read-only storage buffer. */
  constructor(device: GPUDevice, layout: GPUBindGroupLayout, mostPx = MOST_PX) {
    this.device = device;
    this.layout = layout;
    const { maxStorageBufferBindingSize, maxBufferSize } = device.limits;
    // Not shifted: a card may allow 4 GB, which is no 32-bit integer.
    this.mostPx = Math.min(mostPx, Math.floor(maxStorageBufferBindingSize / 4), Math.floor(maxBufferSize / 4));
    // Something has to be bound where nothing of it is read.
    this.buffer = this.make(16);
    this.bound = this.bind();
  }

  /** For the passes that read it, until the next `hold`. */
  get bindings(): GPUBindGroup {
    return this.bound;
  }

  /**
   * Sees to it that the parts' px are there: the whole image where they are of one that fits, else the parts alone. Resolves to
   * where they lie, or to null where there is no room for them.
   */
  async hold(parts: Part[]): Promise<Place[] | null> {
    const [first] = parts;
    if (!first) return [];
    const { pixels } = first;
    const { width, height } = pixels;
    if (width * height <= this.mostPx && parts.every((part) => part.pixels.data === pixels.data)) {
      if (this.whole?.deref() !== pixels.data) {
        if (!(await this.room(width * height))) return null;
        this.write(pixels.data);
        this.whole = new WeakRef(pixels.data);
      }
      return parts.map(({ box }) => ({ first: box.y0 * width + box.x0, stride: width }));
    }
    const sizes = parts.map(({ box }) => (box.x1 - box.x0) * (box.y1 - box.y0));
    const total = sizes.reduce((a, b) => a + b, 0);
    if (total > this.mostPx || !(await this.room(total))) return null;
    this.whole = undefined;
    const packed = new Uint8ClampedArray(total * 4);
    let at = 0;
    const places = parts.map((part, i) => {
      copy(part, packed, at);
      at += sizes[i] as number;
      return { first: at - (sizes[i] as number), stride: part.box.x1 - part.box.x0 };
    });
    this.write(packed);
    return places;
  }

  private write(data: Uint8ClampedArray): void {
    this.device.queue.writeBuffer(this.buffer, 0, data as Uint8ClampedArray<ArrayBuffer>);
  }

  private make(size: number): GPUBuffer {
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST;
    return this.device.createBuffer({ label: 'picture', size, usage });
  }

  private bind(): GPUBindGroup {
    return this.device.createBindGroup({
      layout: this.layout,
      entries: [{ binding: 0, resource: { buffer: this.buffer } }],
    });
  }

  /** Makes it large enough; false where the device has no memory for that, which is no fault: it goes without. */
  private async room(px: number): Promise<boolean> {
    if (px * 4 <= this.buffer.size) return true;
    // To powers of two: images of about one size share one.
    const size = Math.min(Math.max(LEAST, 2 ** Math.ceil(Math.log2(px * 4))), this.mostPx * 4);
    this.device.pushErrorScope('out-of-memory');
    const larger = this.make(size);
    const error = await this.device.popErrorScope();
    if (error) {
      larger.destroy();
      return false;
    }
    this.buffer.destroy();
    this.buffer = larger;
    this.bound = this.bind();
    this.whole = undefined;
    return true;
  }
}

function copy({ pixels: { data, width }, box: { x0, y0, x1, y1 } }: Part, to: Uint8ClampedArray, px: number): void {
  for (let y = y0, at = px * 4; y < y1; y++, at += (x1 - x0) * 4) {
    to.set(data.subarray((y * width + x0) * 4, (y * width + x1) * 4), at);
  }
}
