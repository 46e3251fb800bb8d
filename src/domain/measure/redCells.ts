/** How large the red cells of a field are, in px: the ruler that every smear brings along. */
import type { Box } from '../box';
import { components } from '../components';
import { regionProps } from './regionProps';

/** Fewer red cells than this say nothing. */
const LEAST = 5;

/** Threshold that parts a histogram best in two (Otsu 1979); the first value of the upper class. */
function otsu(histogram: readonly number[]): number {
  const total = histogram.reduce((a, b) => a + b, 0);
  const sum = histogram.reduce((a, n, value) => a + n * value, 0);
  let [below, sumBelow, best, at] = [0, 0, -1, 0];
  histogram.forEach((n, value) => {
    below += n;
    sumBelow += n * value;
    if (below === 0 || below === total) return;
    const between = below * (total - below) * (sumBelow / below - (sum - sumBelow) / (total - below)) ** 2;
    if (between > best) [best, at] = [between, value + 1];
  });
  return at;
}

/**
 * Median equivalent diameter of round bodies that are darker in green than the background, leaving out the boxes of
 * white cells; null where fewer than five stand free. `rgba` may be a reduced image: the diameter is in its px.
 */
export function redCellDiameter(
  rgba: ArrayLike<number>,
  width: number,
  height: number,
  whiteCells: readonly Box[],
): number | null {
  const histogram = Array<number>(256).fill(0);
  for (let i = 0; i < width * height; i++) histogram[Math.round(rgba[4 * i + 1] ?? 0)]!++;
  const threshold = otsu(histogram);
  const inside = Uint8Array.from({ length: width * height }, (_, i) => ((rgba[4 * i + 1] ?? 255) < threshold ? 1 : 0));
  for (const { x0, y0, x1, y1 } of whiteCells) {
    for (let y = Math.max(0, Math.floor(y0)); y < Math.min(height, y1); y++) {
      inside.fill(0, y * width + Math.max(0, Math.floor(x0)), y * width + Math.min(width, Math.ceil(x1)));
    }
  }
  const { labels, count } = components(inside, width, height);
  const boxes = Array.from({ length: count }, () => ({ x0: width, y0: height, x1: 0, y1: 0, n: 0 }));
  labels.forEach((label, i) => {
    const box = boxes[label - 1];
    if (!box) return;
    const x = i % width;
    const y = (i - x) / width;
    box.n++;
    [box.x0, box.x1] = [Math.min(box.x0, x), Math.max(box.x1, x + 1)];
    [box.y0, box.y1] = [Math.min(box.y0, y), Math.max(box.y1, y + 1)];
  });
  const diameters = boxes.flatMap(({ x0, y0, x1, y1, n }, k) => {
    const [w, h] = [x1 - x0, y1 - y0];
    // Cut by the border, specks and clumps are no measure.
    if (x0 === 0 || y0 === 0 || x1 === width || y1 === height || n < 30 || Math.max(w, h) > 1.4 * Math.min(w, h)) {
      return [];
    }
    const region = Uint8Array.from({ length: w * h }, (_, i) =>
      labels[(y0 + Math.floor(i / w)) * width + x0 + (i % w)] === k + 1 ? 1 : 0,
    );
    const props = regionProps({ inside: region, width: w, height: h });
    // The pale middle of a red cell may be background: its outer size is what counts.
    return props && props.solidity > 0.6 ? [(w + h) / 2] : [];
  });
  // Platelets are round too, and smaller: they must not be most of what is left.
  diameters.sort((a, b) => a - b);
  const large = diameters.filter((d) => d >= 0.5 * (diameters.at(-1) ?? 0));
  return large.length < LEAST ? null : (large[Math.floor(large.length / 2)] as number);
}
