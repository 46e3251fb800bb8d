/** The end of a ResNeXt block of the fusion. */
import { accumulators, each, type Kernel, kernel, multiplyAdd, relu, type Tile } from '../kernel';
import { rowOf } from './sources';
import { place } from './taps';

/**
 * Second part of a ResNeXt block: grouped 3x3 convolution and ReLU, 1x1, residual, ReLU. Groups of eight channels;
 * from, residual, to [height, width, channels]; a thread computes tile.groups of the outputs and all of the middle.
 * Grouped weights [3, 3, 8, channels].
 */
export function groupedExpand(tile: Tile): Kernel {
  const { px, groups } = tile;
  const body = `${place(tile, true)}
  ${accumulators(tile, 'bias')}
  for (var q = 0; q < row; q += 2) {
    let bm0 = filterAt(p.middleBias + q);
    let bm1 = filterAt(p.middleBias + q + 1);
    ${each(px, (i) => `var m${i}_0 = bm0; var m${i}_1 = bm1;`)}
    for (var ky = 0; ky < 3; ky++) {
      let y = py + ky - 1;
      if (y < 0 || y >= p.inHeight) { continue; }
      let x = px0 - 1;
      for (var half = 0; half < 2; half++) {
        ${rowOf(px + 2, 'base + p.source', 'p.inWidth', 'row', '(q + half)')}
        ${each(
          3,
          (kx) => `{
          let w = p.middleWeight + ((ky * 3 + ${kx}) * 8 + half * 4) * row + q;
          ${multiplyAdd({ px, groups: 2 }, (i) => `s${i + kx}`, 'w', 'row', 'm')}
        }`,
        )}
      }
    }
    ${[0, 1]
      .map(
        (half) => `{
      ${each(px, (i) => `let r${i} = ${relu(`m${i}_${half}`)};`)}
      let w = p.weight + (q + ${half}) * 4 * row + o;
      ${multiplyAdd(tile, (i) => `r${i}`, 'w', 'row')}
    }`,
      )
      .join('')}
  }
  let at = (py * p.width + px0) * row + o;
  ${each(px, (i) => each(groups, (g) => `arena[base + p.to + at + ${i} * row + ${g}] = ${relu(`a${i}_${g} + arena[base + p.residual + at + ${i} * row + ${g}]`)};`))}`;
  const fields = [
    ...['source', 'inHeight', 'inWidth', 'width', 'middleWeight', 'middleBias'],
    ...['weight', 'bias', 'residual', 'to', 'groups'],
  ];
  return kernel(`groupedExpand ${px} ${groups}`, fields, ['to'], body);
}
