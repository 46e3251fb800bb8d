/** Plain loops for overlayHeat. */
import type { Box } from '../../domain/box';

/** Float maps in [0, 1], [count, height, width] row-major. */
export interface HeatMaps {
  values: Float32Array;
  count: number;
  height: number;
  width: number;
}

function sample({ values, height, width }: HeatMaps, map: number, y: number, x: number): number {
  const cy = Math.min(Math.max(y, 0), height - 1);
  const cx = Math.min(Math.max(x, 0), width - 1);
  const y0 = Math.floor(cy);
  const x0 = Math.floor(cx);
  const at = (row: number, column: number) =>
    values[(map * height + Math.min(row, height - 1)) * width + Math.min(column, width - 1)] ?? 0;
  const top = at(y0, x0) * (1 - cx + x0) + at(y0, x0 + 1) * (cx - x0);
  const bottom = at(y0 + 1, x0) * (1 - cx + x0) + at(y0 + 1, x0 + 1) * (cx - x0);
  return top * (1 - cy + y0) + bottom * (cy - y0);
}

/**
 * Packed RGBA [height, width] (little-endian: R lowest), alpha = heat; each map covers its box in
 * output px and the strongest wins. palette: 256 packed RGB values.
 */
export function overlayHeatReference(
  maps: HeatMaps,
  boxes: Box[],
  palette: Int32Array,
  height: number,
  width: number,
): Int32Array {
  const heat = new Float32Array(height * width);
  boxes.forEach((box, n) => {
    for (let y = Math.max(0, Math.ceil(box.y0 - 0.5)); y < Math.min(height, box.y1 - 0.5); y++) {
      for (let x = Math.max(0, Math.ceil(box.x0 - 0.5)); x < Math.min(width, box.x1 - 0.5); x++) {
        const my = ((y + 0.5 - box.y0) / (box.y1 - box.y0)) * maps.height - 0.5;
        const mx = ((x + 0.5 - box.x0) / (box.x1 - box.x0)) * maps.width - 0.5;
        heat[y * width + x] = Math.max(heat[y * width + x] ?? 0, sample(maps, n, my, mx));
      }
    }
  });
  return Int32Array.from(heat, (value) => {
    const level = Math.round(Math.min(Math.max(value, 0), 1) * 255);
    return (palette[level] ?? 0) | (level << 24);
  });
}
