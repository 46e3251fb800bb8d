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
 * map's border does not count. Infinite where there is none.
 * (Felzenszwalb and Huttenlocher 2012: by columns, then by rows the lower envelope of parabolas.)
 */
export function squaredDistances(inside: ArrayLike<number>, width: number, height: number): Float64Array {
  const out = new Float64Array(width * height);
  for (let x = 0; x < width; x++) {
    let last = Number.NEGATIVE_INFINITY;
    for (let y = 0; y < height; y++) {
      if (!inside[y * width + x]) last = y;
      out[y * width + x] = y - last;
    }
    last = Number.POSITIVE_INFINITY;
    for (let y = height - 1; y >= 0; y--) {
      if (!inside[y * width + x]) last = y;
      out[y * width + x] = Math.min(out[y * width + x] as number, last - y) ** 2;
    }
  }
  // Where parabolas stand, how high, and from where on each is the lowest.
  const feet = new Int32Array(width);
  const heights = new Float64Array(width);
  const starts = new Float64Array(width);
  for (let row = 0; row < width * height; row += width) {
    let count = 0;
    for (let x = 0; x < width; x++) {
      const high = out[row + x] as number;
      if (high === Number.POSITIVE_INFINITY) continue;
      let start = Number.NEGATIVE_INFINITY;
      while (count > 0) {
        const foot = feet[count - 1] as number;
        start = (high + x * x - (heights[count - 1] as number) - foot * foot) / (2 * (x - foot));
        if (start > (starts[count - 1] as number)) break;
        count--;
        start = Number.NEGATIVE_INFINITY;
      }
      feet[count] = x;
      heights[count] = high;
      starts[count] = start;
      count++;
    }
    if (count === 0) continue;
    for (let x = 0, k = 0; x < width; x++) {
      while (k + 1 < count && (starts[k + 1] as number) < x) k++;
      out[row + x] = (x - (feet[k] as number)) ** 2 + (heights[k] as number);
    }
  }
  return out;
}
