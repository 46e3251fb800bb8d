/** Axis-aligned boxes in image px, half-open: [x0, x1) x [y0, y1). */
export interface Box {
  x0: number;
  y0: number;
  x1: number;
  y1: number;
}

/** Area in px^2; zero for an empty or inverted box. */
export function boxArea(box: Box): number {
  return Math.max(0, box.x1 - box.x0) * Math.max(0, box.y1 - box.y0);
}

/** Px of an image, and the field of view in it where that is not all of it. */
export interface Extent {
  width: number;
  height: number;
  field?: Box;
}

/** True where a box reaches the edge of an image, or of the field that it shows (within a px: masks end where that does). */
export function reachesEdge(box: Box, { width, height, field }: Extent): boolean {
  const { x0, y0, x1, y1 } = field ?? { x0: 0, y0: 0, x1: width, y1: height };
  return box.x0 <= x0 + 1 || box.y0 <= y0 + 1 || box.x1 >= x1 - 1 || box.y1 >= y1 - 1;
}

/** Intersection over union, 0 to 1. */
export function boxIou(a: Box, b: Box): number {
  const overlap = boxArea({
    x0: Math.max(a.x0, b.x0),
    y0: Math.max(a.y0, b.y0),
    x1: Math.min(a.x1, b.x1),
    y1: Math.min(a.y1, b.y1),
  });
  const union = boxArea(a) + boxArea(b) - overlap;
  return union > 0 ? overlap / union : 0;
}
