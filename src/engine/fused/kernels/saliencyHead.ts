/** The saliency head: dense 3x3 convolutions down, and the way up in steps of bilinear upsampling, skip and projection. */
import { accumulators, each, type Kernel, kernel, relu, type Tile } from '../kernel';
import { rowOf, upsampledRow } from './sources';
import { place, plainRow, SOURCE, taps } from './taps';

/** from [inHeight, inWidth, inputs x 4] -> to [height, width, groups x tile.groups x 4], ReLU. */
export function conv3(tile: Tile, stride: 1 | 2): Kernel {
  const body = `${place(tile, true)}
  ${accumulators(tile, 'bias')}
  ${taps(tile, stride, plainRow(tile.px, stride))}
  ${each(
    tile.px,
    (i) => `if (px0 + ${i} < p.width) {
    let at = base + p.to + (py * p.width + px0 + ${i}) * row + o;
    ${each(tile.groups, (g) => `arena[at + ${g}] = ${relu(`a${i}_${g}`)};`)}
  }`,
  )}`;
  return kernel(`conv3 ${tile.px} ${tile.groups} ${stride}`, [...SOURCE, 'to', 'groups'], ['to'], body);
}

/**
 * The bottom of the saliency head: 3x3 convolution of stride 2 and ReLU, then the 1x1 projection of the way up,
 * which may go before the upsampling because bilinear weights sum to one. tile.groups: all outputs of the first.
 */
export function conv3Project(tile: Tile, projected: number): Kernel {
  const { px, groups } = tile;
  const body = `${place(tile, false)}
  ${accumulators(tile, 'bias')}
  ${taps(tile, 2, plainRow(px, 2))}
  ${each(px, (i) => each(groups, (g) => `a${i}_${g} = ${relu(`a${i}_${g}`)};`))}
  for (var q = 0; q < ${projected}; q++) {
    let b = filterAt(p.projectBias + q);
    ${each(px, (i) => `var y${i} = b;`)}
    ${projection(px, groups, projected)}
    ${each(px, (i) => `if (px0 + ${i} < p.width) { arena[base + p.to + (py * p.width + px0 + ${i}) * ${projected} + q] = y${i}; }`)}
  }`;
  const fields = [...SOURCE, 'to', 'projectWeight', 'projectBias'] as const;
  return kernel(`conv3Project ${px} ${groups} ${projected}`, fields, ['to'], body);
}

/** Adds group q of the projection of a<px>_<group> to y<px>. */
function projection(px: number, groups: number, projected: number): string {
  return each(groups, (g) =>
    each(
      4,
      (j) => `{ let w = filterAt(p.projectWeight + ${g * 4 + j} * ${projected} + q);
      ${each(px, (i) => `y${i} += a${i}_${g}[${j}] * w;`)} }`,
    ),
  );
}

/** One step up: ReLU(up2(low) + skip), then the next step's projection. low, skip [.., inputs x 4] -> [.., projected x 4]. */
export function rise(inputs: number, projected: number): Kernel {
  const body = `
  let py = t / p.width;
  let px0 = t % p.width;
  let up = (py + 1) / 2 - 1;
  let left = (px0 + 1) / 2 - 1;
  let y0 = clamp(up, 0, p.lowHeight - 1) * p.lowWidth;
  let y1 = clamp(up + 1, 0, p.lowHeight - 1) * p.lowWidth;
  let x0 = clamp(left, 0, p.lowWidth - 1);
  let x1 = clamp(left + 1, 0, p.lowWidth - 1);
  let fx = select(0.75, 0.25, px0 % 2 == 1);
  let fy = select(0.75, 0.25, py % 2 == 1);
  let low = base + p.low;
  ${each(
    inputs,
    (c) =>
      `let a0_${c} = ${relu(
        `mix(mix(arena[low + (y0 + x0) * ${inputs} + ${c}], arena[low + (y0 + x1) * ${inputs} + ${c}], fx),
      mix(arena[low + (y1 + x0) * ${inputs} + ${c}], arena[low + (y1 + x1) * ${inputs} + ${c}], fx), fy)
      + arena[base + p.skip + t * ${inputs} + ${c}]`,
      )};`,
  )}
  for (var q = 0; q < ${projected}; q++) {
    var y0 = filterAt(p.projectBias + q);
    ${projection(1, inputs, projected)}
    arena[base + p.to + t * ${projected} + q] = y0;
  }`;
  const fields = ['low', 'skip', 'width', 'lowHeight', 'lowWidth', 'to', 'projectWeight', 'projectBias'] as const;
  return kernel(`rise ${inputs} ${projected}`, fields, ['to'], body);
}

/**
 * The top of the saliency head: ReLU(up2(low) + skip) computed on the way into the last 3x3 convolution, ReLU, the
 * 1x1 to two channels and the sigmoid -> planes cell and core [height, width] of scalars. tile.px is 4.
 */
export function saliencyTop(tile: Tile): Kernel {
  const { px, groups } = tile;
  const load = `
      ${upsampledRow(px, 'base + p.low', 'p.inputs', 'c')}
      ${rowOf(px + 2, 'base + p.source', 'p.inWidth', 'p.inputs', 'c', 'k')}
      ${each(px + 2, (i) => `s${i} = ${relu(`s${i} + k${i}`)};`)}`;
  const body = `${place(tile, false)}
  ${accumulators(tile, 'bias')}
  ${taps(tile, 1, load)}
  let b = filterAt(p.outBias);
  ${each(px, (i) => `var y${i} = b;`)}
  ${each(groups, (g) =>
    each(
      4,
      (j) => `{ let w = filterAt(p.outWeight + ${g * 4 + j});
    ${each(px, (i) => `y${i} += max(a${i}_${g}[${j}], 0.0) * w;`)} }`,
    ),
  )}
  let at = base + (py * p.width + px0) / 4;
  arena[at + p.cell] = 1.0 / (1.0 + exp(-vec4<f32>(y0.x, y1.x, y2.x, y3.x)));
  arena[at + p.core] = 1.0 / (1.0 + exp(-vec4<f32>(y0.y, y1.y, y2.y, y3.y)));`;
  const fields = [...SOURCE, 'low', 'lowHeight', 'lowWidth', 'outWeight', 'outBias', 'cell', 'core'] as const;
  return kernel(`saliencyTop ${px} ${groups}`, fields, ['cell', 'core'], body);
}
