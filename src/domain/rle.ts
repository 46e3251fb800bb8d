/** Run lengths as COCO has them: column by column over a whole image, background first, packed into text. */
import type { Box } from './box';
import { CYTOPLASM, decodeMask, encodeMask, type Mask } from './mask';

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

/**
 * The mask (background and cytoplasm) that counts of an image of width x height px stand for, cut to its extent; null where
 * they do not cover the image, or nothing of it is set. Takes the time and memory of that extent, not of the image.
 */
export function fromCounts(counts: readonly number[], width: number, height: number): { box: Box; mask: Mask } | null {
  const box = extentOf(counts, width, height);
  if (!box) return null;
  const [w, h] = [box.x1 - box.x0, box.y1 - box.y0];
  const px = new Uint8Array(w * h);
  let at = 0;
  for (const [i, count] of counts.entries()) {
    // Column by column: what a run has of each lies within the extent.
    for (let from = at; i % 2 === 1 && from < at + count; ) {
      const x = Math.floor(from / height);
      const to = Math.min(at + count, (x + 1) * height);
      for (let k = from; k < to; k++) px[(k - x * height - box.y0) * w + x - box.x0] = CYTOPLASM;
      from = to;
    }
    at += count;
  }
  return { box, mask: encodeMask(px, w, h) };
}

function extentOf(counts: readonly number[], width: number, height: number): Box | null {
  const box = { x0: width, y0: height, x1: 0, y1: 0 };
  let at = 0;
  for (const [i, count] of counts.entries()) {
    if (!Number.isInteger(count) || count < 0 || at + count > width * height) return null;
    if (i % 2 === 1 && count > 0) {
      const [first, last] = [Math.floor(at / height), Math.floor((at + count - 1) / height)];
      // A run that goes on in the next column reaches the bottom of its own and begins at the top there.
      const [top, bottom] = first === last ? [at % height, ((at + count - 1) % height) + 1] : [0, height];
      box.x0 = Math.min(box.x0, first);
      box.y0 = Math.min(box.y0, top);
      box.x1 = Math.max(box.x1, last + 1);
      box.y1 = Math.max(box.y1, bottom);
    }
    at += count;
  }
  return at === width * height && box.x1 > box.x0 ? box : null;
}
