/** Connected components of a boolean map, and their growth through a larger one. */

/** Labels 4-connected components 1, 2, ... in row-major order of their first px. */
export function components(
  inside: ArrayLike<boolean | number>,
  width: number,
  height: number,
): { labels: Int32Array; count: number } {
  const labels = new Int32Array(width * height);
  const stack: number[] = [];
  let count = 0;
  for (let start = 0; start < labels.length; start++) {
    if (!inside[start] || labels[start]) continue;
    labels[start] = ++count;
    stack.push(start);
    while (stack.length) {
      const at = stack.pop() as number;
      forNeighbours(at, width, height, (next) => {
        if (inside[next] && !labels[next]) {
          labels[next] = count;
          stack.push(next);
        }
      });
    }
  }
  return { labels, count };
}

/** Grows labels ring by ring through `inside`; the lowest label wins where two arrive at once. */
export function grow(
  seeds: Int32Array,
  inside: ArrayLike<boolean | number>,
  width: number,
  height: number,
): Int32Array {
  const labels = seeds.slice();
  let ring: number[] = [];
  labels.forEach((label, i) => {
    if (label) ring.push(i);
  });
  while (ring.length) {
    const fresh = new Map<number, number>();
    for (const at of ring) {
      const label = labels[at] as number;
      forNeighbours(at, width, height, (next) => {
        if (inside[next] && !labels[next]) fresh.set(next, Math.min(label, fresh.get(next) ?? label));
      });
    }
    for (const [at, label] of fresh) labels[at] = label;
    ring = [...fresh.keys()];
  }
  return labels;
}

function forNeighbours(at: number, width: number, height: number, visit: (next: number) => void): void {
  const x = at % width;
  if (x > 0) visit(at - 1);
  if (x < width - 1) visit(at + 1);
  if (at >= width) visit(at - width);
  if (at < width * (height - 1)) visit(at + width);
}
