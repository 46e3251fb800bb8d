/** Plain loops for overlayLabels. */

/** labels [height, width]: 0 none, else 1 + palette index -> packed RGBA; borders opaque, insides alpha 140. */
export function overlayLabelsReference(
  labels: Float32Array,
  palette: Int32Array,
  height: number,
  width: number,
): Int32Array {
  const at = (y: number, x: number) =>
    labels[Math.min(Math.max(y, 0), height - 1) * width + Math.min(Math.max(x, 0), width - 1)];
  return Int32Array.from({ length: height * width }, (_, i) => {
    const label = labels[i] ?? 0;
    if (label === 0) return 0;
    const y = Math.floor(i / width);
    const x = i % width;
    const neighbours = [at(y - 1, x), at(y + 1, x), at(y, x - 1), at(y, x + 1)];
    const alpha = neighbours.some((n) => n !== label) ? 255 : 140;
    return (palette[label - 1] ?? 0) | (alpha << 24);
  });
}
