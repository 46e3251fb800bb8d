/** Connected components (4 neighbours) of a map, their growth, and distances within it. */

/** Calls `visit` with the neighbours of a px that lie on the map. */
function forNeighbours(at: number, width: number, height: number, visit: (next: number) => void): void {
  const x = at % width;
  if (x > 0) visit(at - 1);
  if (x < width - 1) visit(at + 1);
  if (at >= width) visit(at - width);
  if (at < width * (height - 1)) visit(at + width);
}

/** Labels components 1, 2, ... in row-major order of their first px. */
export function components(
  inside: ArrayLike<number>,
  width: number,
  height: number,
): { labels: Int32Array; count: number } {
  const labels = new Int32Array(width * height);
  // Every px is pushed once at most. No closures here: every cell's mask passes through several times.
  const stack = new Int32Array(width * height);
  let top = 0;
  let count = 0;
  for (let start = 0; start < labels.length; start++) {
    if (!inside[start] || labels[start]) continue;
    labels[start] = ++count;
    stack[top++] = start;
    while (top > 0) {
      const at = stack[--top] as number;
      const x = at % width;
      for (let side = 0; side < 4; side++) {
        if ((side === 0 && x === 0) || (side === 1 && x === width - 1)) continue;
        const next = at + (side === 0 ? -1 : side === 1 ? 1 : side === 2 ? -width : width);
        if (next < 0 || next >= labels.length || !inside[next] || labels[next]) continue;
        labels[next] = count;
        stack[top++] = next;
      }
    }
  }
  return { labels, count };
}

/** Grows labels ring by ring through `inside`; the lowest label wins where two arrive at once. */
export function grow(seeds: Int32Array, inside: ArrayLike<number>, width: number, height: number): Int32Array {
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

/**
 * Squared Euclidean distance of every px to the nearest px where `inside` is 0; what lies beyond the
 * map's border does not count. Infinite where there is none. Exact up to `reach` px, only known to be more beyond.
 * (Felzenszwalb and Huttenlocher 2012, by columns and rows.)
 */
export function squaredDistances(
  inside: ArrayLike<number>,
  width: number,
  height: number,
  reach = Number.POSITIVE_INFINITY,
): Float64Array {
  const columns = new Float64Array(width * height);
  for (let x = 0; x < width; x++) {
    let last = Number.NEGATIVE_INFINITY;
    for (let y = 0; y < height; y++) {
      if (!inside[y * width + x]) last = y;
      columns[y * width + x] = y - last;
    }
    last = Number.POSITIVE_INFINITY;
    for (let y = height - 1; y >= 0; y--) {
      if (!inside[y * width + x]) last = y;
      columns[y * width + x] = Math.min(columns[y * width + x] as number, last - y);
    }
  }
  const out = new Float64Array(width * height).fill(Number.POSITIVE_INFINITY);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let best = Number.POSITIVE_INFINITY;
      // Nearest first: once the columns are farther off than the best, none of them can be nearer.
      for (let d = 0; d * d < best && d < width && d <= reach; d++) {
        if (x - d >= 0) best = Math.min(best, d * d + (columns[y * width + x - d] as number) ** 2);
        if (x + d < width) best = Math.min(best, d * d + (columns[y * width + x + d] as number) ** 2);
      }
      out[y * width + x] = best;
    }
  }
  return out;
}
