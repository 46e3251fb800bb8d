/** Run lengths as COCO has them: column by column over a whole image, background first, packed into text. */
import type { Box } from './box';
import { decodeMask, type Mask } from './mask';

/** Counts of a mask (class at least `atLeast`) in an image of width x height px; px beyond the image are left out. */
export function cocoCounts(box: Box, mask: Mask, width: number, height: number, atLeast = 1): number[] {
  const classes = decodeMask(mask);
  const counts: number[] = [];
  let [run, value] = [0, 0];
  const take = (next: number, length: number) => {
    if (length <= 0) return;
    if (next === value) run += length;
    else {
      counts.push(run);
      [run, value] = [length, next];
    }
  };
  const [x0, x1] = [Math.max(0, box.x0), Math.min(width, box.x0 + mask.width)];
  const [y0, y1] = [Math.max(0, box.y0), Math.min(height, box.y0 + mask.height)];
  take(0, x0 * height);
  for (let x = x0; x < x1; x++) {
    take(0, y0);
    for (let y = y0; y < y1; y++) {
      take((classes[(y - box.y0) * mask.width + x - box.x0] as number) >= atLeast ? 1 : 0, 1);
    }
    take(0, height - y1);
  }
  take(0, (width - Math.max(x0, x1)) * height);
  counts.push(run);
  return counts;
}

/** The text form of counts: differences to the count before last, in groups of five bits from '0' on. */
export function packCounts(counts: readonly number[]): string {
  let text = '';
  counts.forEach((count, i) => {
    let left = i > 2 ? count - (counts[i - 2] as number) : count;
    for (let more = true; more; ) {
      let bits = left & 31;
      left >>= 5;
      more = bits & 16 ? left !== -1 : left !== 0;
      if (more) bits |= 32;
      text += String.fromCharCode(bits + 48);
    }
  });
  return text;
}

/** Counts of a text; throws RangeError where it is none. */
export function unpackCounts(text: string): number[] {
  const counts: number[] = [];
  for (let at = 0; at < text.length; ) {
    let [value, shift] = [0, 0];
    for (let more = true; more; ) {
      const bits = text.charCodeAt(at++) - 48;
      if (!(bits >= 0 && bits < 64) || shift > 30) throw new RangeError('no run lengths');
      value |= (bits & 31) << shift;
      more = (bits & 32) !== 0;
      shift += 5;
      if (!more && bits & 16 && shift < 32) value |= -1 << shift;
    }
    if (counts.length > 2) value += counts[counts.length - 2] as number;
    counts.push(value);
  }
  return counts;
}

/** Row-major px (0 or 1) of counts; null where they do not cover width x height px. */
export function fromCounts(counts: readonly number[], width: number, height: number): Uint8Array | null {
  const out = new Uint8Array(width * height);
  let at = 0;
  for (const [i, count] of counts.entries()) {
    if (!Number.isInteger(count) || count < 0 || at + count > out.length) return null;
    if (i % 2 === 1) for (let k = at; k < at + count; k++) out[(k % height) * width + Math.floor(k / height)] = 1;
    at += count;
  }
  return at === out.length ? out : null;
}
