/** A model's arrays, and the shapes that kernels want them in. */

/** Row-major values. */
export interface ModelArray {
  shape: number[];
  values: Float32Array<ArrayBuffer>;
}

/** Rows [rows, columns] filled up to [paddedRows, paddedColumns]. */
export function padded(
  values: Float32Array,
  columns: number,
  paddedRows: number,
  paddedColumns: number,
  filling = 0,
): Float32Array<ArrayBuffer> {
  const out = new Float32Array(paddedRows * paddedColumns).fill(filling);
  for (let row = 0; row * columns < values.length; row++) {
    out.set(values.subarray(row * columns, (row + 1) * columns), row * paddedColumns);
  }
  return out;
}
