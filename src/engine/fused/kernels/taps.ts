/** What all dense 3x3 convolutions (padding 1) have in common, however they begin and end. */
import { each, multiplyAdd, type Tile } from '../kernel';
import { columns, rowOf } from './sources';

/** Fields of a dense 3x3 convolution: the map it reads, its weights, and the width of the map it writes. */
export const SOURCE = ['source', 'sourceStep', 'inputs', 'inHeight', 'inWidth', 'width', 'weight', 'bias'] as const;

/** WGSL: the tile's place: `py`, `px0`, and `o` with `row` where threads share the outputs among them. */
export const place = ({ px, groups }: Tile, shared: boolean) => `
  let across = (p.width + ${px - 1}) / ${px};
  ${shared ? `let tile = t / p.groups; let o = (t % p.groups) * ${groups}; let row = p.groups * ${groups};` : `let tile = t; let o = 0; let row = ${groups};`}
  let py = tile / across;
  let px0 = (tile % across) * ${px};`;

/** WGSL: adds up all taps in a<px>_<group>; `load` declares s0 ... of row y and channels c. */
export const taps = (tile: Tile, stride: number, load: string, inputs = 'p.inputs') => `
  for (var ky = 0; ky < 3; ky++) {
    let y = py * ${stride} + ky - 1;
    if (y < 0 || y >= p.inHeight) { continue; }
    let x = px0 * ${stride} - 1;
    for (var c = 0; c < ${inputs}; c++) {
      ${load}
      ${each(
        3,
        (kx) => `{
        let w = p.weight + ((ky * 3 + ${kx}) * ${inputs} + c) * 4 * row + o;
        ${multiplyAdd(tile, (i) => `s${i * stride + kx}`, 'w', 'row')}
      }`,
      )}
    }
  }`;

/** WGSL, a `load` for taps: px of a map as they are. */
export const plainRow = (px: number, stride: number) =>
  rowOf(columns(px, stride), 'base + p.source', 'p.inWidth', 'p.sourceStep', 'c');
