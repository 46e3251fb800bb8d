/** The last convolution of the masks. */
import { accumulators, each, type Kernel, kernel, type Tile } from '../kernel';
import { place, plainRow, SOURCE, taps } from './taps';

/**
 * Class logits by 3x3 convolution and sub-pixel shuffle: to [2 height, 2 width] of (background, cytoplasm, nucleus,
 * most probable class), and cell [height, width], the mean cell probability of each 2 x 2 px. Weights' twelve outputs
 * are (row, column, class); tile.px is 4, tile.groups 3.
 */
export function logits(tile: Tile): Kernel {
  const { px } = tile;
  const sub = (i: number, k: number) =>
    [0, 1, 2].map((c) => `a${i}_${Math.floor((k * 3 + c) / 4)}[${(k * 3 + c) % 4}]`).join(', ');
  const functions = `
fn cellProbability(v : vec3<f32>) -> f32 {
  let e = exp(v - max(v.x, max(v.y, v.z)));
  return (e.y + e.z) / (e.x + e.y + e.z);
}
fn best(v : vec3<f32>) -> f32 {
  if (v.z >= v.x && v.z >= v.y) { return 2.0; }
  return select(0.0, 1.0, v.y >= v.x);
}
`;
  const body = `${place(tile, false)}
  ${accumulators(tile, 'bias')}
  ${taps(tile, 1, plainRow(px, 1))}
  ${each(px, (i) => `var cell${i} = 0.0;`)}
  ${each(px, (i) =>
    each(
      4,
      (k) => `{
    let v = vec3<f32>(${sub(i, k)});
    cell${i} += cellProbability(v) * 0.25;
    arena[base + p.to + (py * 2 + ${k >> 1}) * p.width * 2 + (px0 + ${i}) * 2 + ${k % 2}] = vec4<f32>(v, best(v));
  }`,
    ),
  )}
  arena[base + p.cell + (py * p.width + px0) / 4] = vec4<f32>(cell0, cell1, cell2, cell3);`;
  return kernel(`logits ${px} ${tile.groups}`, [...SOURCE, 'to', 'cell'], ['to', 'cell'], body, functions);
}
