/** Windows of an image as the network sees them, by our WebAssembly kernels; what kernels/resampleWindow.ts does by plain loops. */
import type { Window } from '../../domain/pixels';
import { placeOf, whiteAlong } from '../../domain/white';
import { range, rowsBySource, tapsOf } from '../kernels/resampleWindow';
import { type Kernels, openKernels, PAGE } from './kernels';
import { FLOAT } from './program';

const PX = 4 * FLOAT;
/** Numbers that say how white goes along a row. */
const WHITE = 5;

/** Addresses of what a window takes, each a multiple of 16 bytes. */
function laidOut<Name extends string>(sizes: Record<Name, number>): { at: Record<Name, number>; end: number } {
  const at = {} as Record<Name, number>;
  let end = 0;
  for (const [name, bytes] of Object.entries(sizes) as [Name, number][]) {
    at[name] = end;
    end += Math.ceil(bytes / PX) * PX;
  }
  return { at, end };
}

export class Windows {
  private readonly memory: WebAssembly.Memory;
  private readonly kernels: Kernels;

  private constructor(memory: WebAssembly.Memory, kernels: Kernels) {
    this.memory = memory;
    this.kernels = kernels;
  }

  /** Throws where this browser's WebAssembly lacks SIMD. */
  static async open(relaxed: boolean): Promise<Windows> {
    const memory = new WebAssembly.Memory({ initial: 1 });
    return new Windows(memory, await openKernels(memory, relaxed));
  }

  /** Bytes of its memory. */
  get bytes(): number {
    return this.memory.buffer.byteLength;
  }

  /** [height, width, 3] white-pointed, in [0, 1]; what lies outside the image is white. */
  shown({ pixels, white, box }: Window, width: number, height: number): Float32Array {
    const across = tapsOf(box.x0, box.x1, width, pixels.width);
    const down = tapsOf(box.y0, box.y1, height, pixels.height);
    const [x0, x1, y0, y1] = [range(across, 0), range(across, 1), range(down, 0), range(down, 1)];
    const count = Math.max(0, x1 - x0);
    const taps = Math.max(...across.weights.map(({ length }) => length));
    const { at, end } = laidOut({
      ...{ white: WHITE * PX, first: width * FLOAT, weights: width * taps * FLOAT },
      ...{ bytes: count * 4, row: (count + taps) * PX, line: (width * 3 + 1) * FLOAT, out: height * width * 3 * FLOAT },
    });
    const missing = Math.ceil((end - this.memory.buffer.byteLength) / PAGE);
    if (missing > 0) this.memory.grow(missing);
    const floats = (from: number, length: number) => new Float32Array(this.memory.buffer, from, length);
    const limits = floats(at.white, WHITE * 4);
    // Where a line of taps is shorter than the longest, zeros fill it up, and px that are zeros too lie behind the row.
    floats(at.row, (count + taps) * 4).fill(0);
    const weights = floats(at.weights, width * taps).fill(0);
    across.weights.forEach((values, i) => {
      weights.set(values, i * taps);
    });
    new Int32Array(this.memory.buffer, at.first, width).set(across.first.map((px) => Math.max(0, px - x0)));
    const out = floats(at.out, height * width * 3).fill(1);
    const bytes = new Uint8Array(this.memory.buffer, at.bytes, count * 4);
    const targets = rowsBySource(down, y0, y1);
    const [start, step] = [placeOf(x0, pixels.width), 2 / pixels.width];
    for (let y = y0; y < y1 && count > 0; y++) {
      const from = (y * pixels.width + x0) * 4;
      bytes.set(pixels.data.subarray(from, from + count * 4));
      limits.set(limitsOf(whiteAlong(white, y, pixels.height)));
      this.kernels.darkness(at.bytes, count, at.white, start, step, at.row);
      this.kernels.across(at.row, at.first, at.weights, taps, at.line, width);
      for (const [target, weight] of targets[y - y0] ?? []) {
        this.kernels.subtract(at.line, at.out + target * width * 3 * FLOAT, width * 3, weight);
      }
    }
    return out.slice();
  }
}

/** As the kernel reads them, in bytes; the fourth channel is white. */
function limitsOf(white: ReturnType<typeof whiteAlong>): number[] {
  const names = ['a', 'b', 'd', 'low', 'high'] as const;
  return names.flatMap((name) => [
    ...white.map((channel) => channel[name] * 255),
    name === 'b' || name === 'd' ? 0 : 255,
  ]);
}
