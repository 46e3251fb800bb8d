/** Measures of a region of px, defined as in scikit-image's regionprops and checked against it. */

/** Row-major, non-zero inside. */
export interface Region {
  inside: ArrayLike<number>;
  width: number;
  height: number;
}

/** The ellipse with a region's second moments. */
export interface Ellipse {
  /** Px of the region. */
  area: number;
  centroid: { x: number; y: number };
  /** Lengths in px. */
  majorAxis: number;
  minorAxis: number;
  eccentricity: number;
  /** Direction of the major axis, rad from the x axis towards the y axis. */
  angle: number;
}

/** Lengths in px, areas in px². */
export interface RegionProps extends Ellipse {
  /** Diameter of the circle of the same area. */
  equivalentDiameter: number;
  /** Length of the line through the centres of border px (4-neighbourhood), as `perimeter` of scikit-image. */
  perimeter: number;
  /** 4 pi area / perimeter²: 1 for a circle, and above it for regions of a few px. */
  circularity: number;
  /** Area over the area of the convex hull, 0 to 1. */
  solidity: number;
}

/** Null for an empty region. */
export function ellipseOf({ inside, width, height }: Region): Ellipse | null {
  let [area, sx, sy] = [0, 0, 0];
  for (let i = 0; i < width * height; i++) {
    if (!inside[i]) continue;
    const x = i % width;
    [area, sx, sy] = [area + 1, sx + x, sy + (i - x) / width];
  }
  if (area === 0) return null;
  const [mx, my] = [sx / area, sy / area];
  let [xx, yy, xy] = [0, 0, 0];
  for (let i = 0; i < width * height; i++) {
    if (!inside[i]) continue;
    const x = i % width;
    const [dx, dy] = [x - mx, (i - x) / width - my];
    [xx, yy, xy] = [xx + dx * dx, yy + dy * dy, xy + dx * dy];
  }
  const middle = (xx + yy) / area / 2;
  const spread = Math.sqrt(((xx - yy) / area / 2) ** 2 + (xy / area) ** 2);
  const [long, short] = [middle + spread, Math.max(0, middle - spread)];
  return {
    area,
    centroid: { x: mx, y: my },
    majorAxis: 4 * Math.sqrt(long),
    minorAxis: 4 * Math.sqrt(short),
    eccentricity: long > 0 ? Math.sqrt(1 - short / long) : 0,
    angle: Math.atan2(2 * xy, xx - yy) / 2,
  };
}

/** Null for an empty region. */
export function regionProps(region: Region): RegionProps | null {
  const ellipse = ellipseOf(region);
  if (!ellipse) return null;
  const { inside, width, height } = region;
  const { area } = ellipse;
  const perimeter = perimeterOf(inside, width, height);
  return {
    ...ellipse,
    equivalentDiameter: Math.sqrt((4 * area) / Math.PI),
    perimeter,
    circularity: perimeter > 0 ? (4 * Math.PI * area) / perimeter ** 2 : Number.POSITIVE_INFINITY,
    solidity: area / convexArea(inside, width, height),
  };
}

/** Length a border px stands for, by how many of its neighbours are border too (Benkrid and Crookes 2000). */
const WEIGHTS = new Map([
  ...[5, 7, 15, 17, 25, 27].map((code) => [code, 1] as const),
  ...[21, 33].map((code) => [code, Math.SQRT2] as const),
  ...[13, 23].map((code) => [code, (1 + Math.SQRT2) / 2] as const),
]);

function perimeterOf(inside: ArrayLike<number>, width: number, height: number): number {
  const is = (x: number, y: number) => x >= 0 && y >= 0 && x < width && y < height && Boolean(inside[y * width + x]);
  const border = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const inner = is(x - 1, y) && is(x + 1, y) && is(x, y - 1) && is(x, y + 1);
      border[y * width + x] = is(x, y) && !inner ? 1 : 0;
    }
  }
  const at = (x: number, y: number) =>
    x >= 0 && y >= 0 && x < width && y < height ? (border[y * width + x] as number) : 0;
  let sum = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const straight = at(x - 1, y) + at(x + 1, y) + at(x, y - 1) + at(x, y + 1);
      const diagonal = at(x - 1, y - 1) + at(x + 1, y - 1) + at(x - 1, y + 1) + at(x + 1, y + 1);
      sum += WEIGHTS.get(at(x, y) + 2 * straight + 10 * diagonal) ?? 0;
    }
  }
  return sum;
}

type Point = readonly [number, number];

/** Px whose centres are inside or on the hull of the middles of all px edges, as convex_hull_image has it. */
function convexArea(inside: ArrayLike<number>, width: number, height: number): number {
  const points: Point[] = [];
  for (let y = 0; y < height; y++) {
    // Only a row's ends can be corners of the hull.
    let [first, last] = [-1, -1];
    for (let x = 0; x < width; x++) {
      if (!inside[y * width + x]) continue;
      if (first < 0) first = x;
      last = x;
    }
    if (first < 0) continue;
    points.push(
      [first - 0.5, y],
      [last + 0.5, y],
      [first, y - 0.5],
      [first, y + 0.5],
      [last, y - 0.5],
      [last, y + 0.5],
    );
  }
  const hull = convexHull(points);
  let area = 0;
  for (let y = 0; y < height; y++) {
    const [low, high] = span(hull, y);
    area += Math.max(0, Math.floor(high + 1e-9) - Math.ceil(low - 1e-9) + 1);
  }
  return area;
}

/** Corners of the convex hull in order (Andrew's monotone chain). */
function convexHull(points: readonly Point[]): Point[] {
  const sorted = [...points].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const half = (list: readonly Point[]) => {
    const chain: Point[] = [];
    for (const p of list) {
      for (let [a, b] = chain.slice(-2); a && b; [a, b] = chain.slice(-2)) {
        if ((b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0]) > 0) break;
        chain.pop();
      }
      chain.push(p);
    }
    return chain.slice(0, -1);
  };
  return [...half(sorted), ...half(sorted.reverse())];
}

/** Where the horizontal line at y enters and leaves a convex polygon. */
function span(hull: readonly Point[], y: number): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  hull.forEach((a, i) => {
    const b = hull[(i + 1) % hull.length] ?? a;
    if (Math.min(a[1], b[1]) > y || Math.max(a[1], b[1]) < y) return;
    const xs = a[1] === b[1] ? [a[0], b[0]] : [a[0] + ((y - a[1]) / (b[1] - a[1])) * (b[0] - a[0])];
    low = Math.min(low, ...xs);
    high = Math.max(high, ...xs);
  });
  return [low, high];
}
