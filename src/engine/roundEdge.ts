/** Whether the edge of an eyepiece's field cuts a cell, as the edge of an image does. */
import { BACKGROUND, decodeMask } from '../domain/mask';
import type { Field } from '../domain/surround';
import type { Find } from './finds';

/** Px between a mask and what is painted beyond a round field's edge, up to which that edge cuts it; and so many px of it must. */
const [NEAR, MET] = [2, 4];

/** True where a round field's edge cuts a find. */
export function meetsRoundEdge({ box, mask }: Pick<Find, 'box' | 'mask'>, { pixels, isPainted }: Field): boolean {
  if (!isPainted) return false;
  const classes = decodeMask(mask);
  const isOut = (x: number, y: number) => x >= 0 && y >= 0 && x < pixels.width && y < pixels.height && isPainted(x, y);
  let met = 0;
  classes.forEach((value, i) => {
    if (value === BACKGROUND) return;
    const [x, y] = [box.x0 + (i % mask.width), box.y0 + Math.floor(i / mask.width)];
    met += Number(isOut(x - NEAR, y) || isOut(x + NEAR, y) || isOut(x, y - NEAR) || isOut(x, y + NEAR));
  });
  return met >= MET;
}
