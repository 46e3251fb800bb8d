/** The white of an uneven background. */
import type { WhitePoint } from './pixels';

/** White of a channel along a row: a + (b + d x) x, no less than low and no more than high; x from -1 to 1 over the image. */
export interface Parabola {
  a: number;
  b: number;
  d: number;
  low: number;
  high: number;
}

/** Each channel's along row py of an image: there a quadratic surface is a parabola, clamped to 0.5 to 1.3 times its constant. */
export function whiteAlong({ constant, surface }: WhitePoint, py: number, height: number): Parabola[] {
  const y = ((py + 0.5) / height) * 2 - 1;
  return constant.map((base, c) => {
    const k = surface?.[c] ?? [base, 0, 0, 0, 0, 0];
    return {
      ...{ a: k[0]! + k[2]! * y + k[5]! * y * y, b: k[1]! + k[4]! * y, d: k[3]! },
      ...{ low: 0.5 * base, high: 1.3 * base },
    };
  });
}

/** Where the centre of px lies along a row or column of `size` px, from -1 to 1. */
export const placeOf = (px: number, size: number) => ((px + 0.5) / size) * 2 - 1;
