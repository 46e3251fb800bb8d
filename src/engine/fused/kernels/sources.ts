/** WGSL that loads the px around a tile: `s0` ... of one row and four channels, zero outside the map. */
import { each } from '../kernel';

/** Columns of input that a 3-wide filter over `px` outputs of this stride reads. */
export const columns = (px: number, stride: number) => (px - 1) * stride + 3;

/**
 * Declares s0 ... of row y (inside the map), input columns from x on; the map starts at `first`, its px are `step`
 * vec4 apart, `c` is the vec4 of channels.
 */
export function rowOf(count: number, first: string, width: string, step: string, c: string, name = 's'): string {
  return each(
    count,
    (i) => `
    var ${name}${i} = vec4<f32>(0.0);
    if (x + ${i} >= 0 && x + ${i} < ${width}) { ${name}${i} = arena[${first} + (y * ${width} + x + ${i}) * ${step} + ${c}]; }`,
  );
}

/**
 * Declares s0 ... s<px + 1> of row y of a map upsampled twofold (bilinear, half-pixel centres), columns from x on;
 * x + 1 is even, px is even. The low map is lowHeight x lowWidth.
 */
export function upsampledRow(px: number, first: string, step: string, c: string, name = 's'): string {
  const low = px / 2 + 2;
  const lowAt = (row: string, k: number) =>
    `arena[${first} + (${row} * p.lowWidth + clamp(m + ${k - 1}, 0, p.lowWidth - 1)) * ${step} + ${c}]`;
  return `
  let m = (x + 1) / 2;
  let up = (y + 1) / 2 - 1;
  let upper = clamp(up, 0, p.lowHeight - 1);
  let lower = clamp(up + 1, 0, p.lowHeight - 1);
  let share = select(0.75, 0.25, y % 2 == 1);
  ${each(low, (k) => `let v${k} = mix(${lowAt('upper', k)}, ${lowAt('lower', k)}, share);`)}
  ${each(px + 2, (i) => {
    // Column x + i is column i - 1 of the tile: odd ones lie a quarter before the next low px, even ones after it.
    const k = Math.floor(i / 2);
    return `var ${name}${i} = v${k} * ${i % 2 === 0 ? 0.75 : 0.25} + v${k + 1} * ${i % 2 === 0 ? 0.25 : 0.75};`;
  })}
  if (x < 0) { ${name}0 = vec4<f32>(0.0); }
  if (x + ${px + 1} >= 2 * p.lowWidth) { ${name}${px + 1} = vec4<f32>(0.0); }`;
}

/** Value of a plane of scalars upsampled twofold at (y, x), rows and columns clamped. */
export const UPSAMPLED_SCALAR = `
fn upsampledScalar(first : i32, height : i32, width : i32, y : i32, x : i32) -> f32 {
  let up = (y + 1) / 2 - 1;
  let left = (x + 1) / 2 - 1;
  let y0 = clamp(up, 0, height - 1) * width;
  let y1 = clamp(up + 1, 0, height - 1) * width;
  let x0 = clamp(left, 0, width - 1);
  let x1 = clamp(left + 1, 0, width - 1);
  let fx = select(0.75, 0.25, x % 2 == 1);
  let fy = select(0.75, 0.25, y % 2 == 1);
  return mix(
    mix(scalarAt(first, y0 + x0), scalarAt(first, y0 + x1), fx),
    mix(scalarAt(first, y1 + x0), scalarAt(first, y1 + x1), fx), fy);
}
`;
