/** Whether a device draws layers as plain loops do: those kernels are tfjs programs, which no golden asks about. */
import { overlayHeat } from '../kernels/overlayHeat';
import { overlayHeatReference } from '../kernels/overlayHeat.reference';
import { overlayLabels } from '../kernels/overlayLabels';
import { overlayLabelsReference } from '../kernels/overlayLabels.reference';

/** Overlapping boxes, one past the edge; sides that no workgroup divides. */
const SIZE = { height: 19, width: 37 };
const BOXES = [
  { x0: -6, y0: -3, x1: 20, y1: 15 },
  { x0: 10.5, y0: 7.25, x1: 30, y1: 18 },
];
const GREYS = Int32Array.from({ length: 256 }, (_, i) => i | (i << 8) | (i << 16));
/** Heat is rounded to one of 256 levels: the next one is no mistake. */
const LEVEL = 1;

/** Values 0 to below n that repeat late. */
const spread = (length: number, n: number) => Float32Array.from({ length }, (_, i) => ((i * 7919) % 101) * (n / 101));

/** Largest difference of any channel. */
function worstChannel(a: Int32Array, b: Int32Array): number {
  if (a.length !== b.length) return 255;
  const [x, y] = [new Uint8Array(a.buffer, a.byteOffset, a.byteLength), new Uint8Array(b.buffer)];
  return x.reduce((worst, v, i) => Math.max(worst, Math.abs(v - (y[i] as number))), 0);
}

/** Draws a heat map and labels with tfjs's present backend; resolves to what is wrong, or to nothing. */
export async function drawsWrong(): Promise<string> {
  const { height, width } = SIZE;
  const maps = { values: spread(2 * 4 * 5, 1), count: 2, height: 4, width: 5 };
  const heat = await overlayHeat(maps, BOXES, GREYS, height, width);
  if (worstChannel(heat, overlayHeatReference(maps, BOXES, GREYS, height, width)) > LEVEL) return 'wrong heat maps';
  const labels = spread(height * width, 4).map(Math.floor);
  const palette = Int32Array.from([0x0000ff, 0x00ff00, 0xff8040]);
  const drawn = await overlayLabels(labels, palette, height, width);
  if (worstChannel(drawn, overlayLabelsReference(labels, palette, height, width)) > 0) return 'wrong layers of masks';
  return '';
}
