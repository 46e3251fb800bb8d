/** Depthwise 3x3 convolution and the 1x1 convolution after it; what lies between stays in registers. */
import { accumulators, each, type Kernel, kernel, multiplyAdd, relu, type Tile } from '../kernel';
import { columns, rowOf, upsampledRow } from './sources';

export interface DepthPointKind {
  tile: Tile;
  stride: 1 | 2;
  /** Another map at half the size, upsampled, whose channels come before those of `from`. */
  upsampled?: boolean;
}

const FIELDS = [
  'source',
  'sourceStep',
  'inHeight',
  'inWidth',
  'middle',
  'width',
  'depthWeight',
  'depthBias',
  'to',
  'groups',
  'weight',
  'bias',
  // ReLU between the two convolutions, and last: 0 or 1.
  'reluBetween',
  'relu',
  // Added before the ReLU; -1 for none.
  'residual',
  'low',
  'lowStep',
  'lowMiddle',
  'lowHeight',
  'lowWidth',
] as const;

/**
 * from [inHeight, inWidth, middle x 4 (- lowMiddle x 4)] -> to [height, width, groups x tile.groups x 4]; width is a
 * multiple of tile.px. Depthwise weights [3, 3, middle x 4]. Threads: height x width / tile.px times groups.
 */
export function depthPoint(kind: DepthPointKind): Kernel {
  const { tile, stride, upsampled } = kind;
  const { px, groups } = tile;
  const key = ['depthPoint', px, groups, stride, upsampled && 'upsampled'];
  const count = columns(px, stride);
  const part = (load: string, from: string, until: string, source: string) => `
  for (var k = ${from}; k < ${until}; k++) {
    let c = k - ${source};
    let depthBias = filterAt(p.depthBias + k);
    ${each(px, (i) => `var d${i} = depthBias;`)}
    for (var ky = 0; ky < 3; ky++) {
      let y = py * ${stride} + ky - 1;
      if (y < 0 || y >= p.inHeight) { continue; }
      let x = px0 * ${stride} - 1;
      ${load}
      let tap = p.depthWeight + ky * 3 * p.middle + k;
      ${each(3, (kx) => `let f${kx} = filterAt(tap + ${kx} * p.middle);\n${each(px, (i) => `d${i} += s${i * stride + kx} * f${kx};`)}`)}
    }
    if (p.reluBetween == 1) {
      ${each(px, (i) => `d${i} = ${relu(`d${i}`)};`)}
    }
    let w = p.weight + k * 4 * row + o;
    ${multiplyAdd(tile, (i) => `d${i}`, 'w', 'row')}
  }`;
  const plain = rowOf(count, 'base + p.source', 'p.inWidth', 'p.sourceStep', 'c');
  const loops = upsampled
    ? part(upsampledRow(px, 'base + p.low', 'p.lowStep', 'c'), '0', 'p.lowMiddle', '0') +
      part(plain, 'p.lowMiddle', 'p.middle', 'p.lowMiddle')
    : part(plain, '0', 'p.middle', '0');
  const body = `
  let across = p.width / ${px};
  let tile = t / p.groups;
  let o = (t % p.groups) * ${groups};
  let row = p.groups * ${groups};
  let py = tile / across;
  let px0 = (tile % across) * ${px};
  ${accumulators(tile, 'bias')}
  ${loops}
  let at = (py * p.width + px0) * row + o;
  if (p.residual >= 0) {
    ${each(px, (i) => each(groups, (g) => `a${i}_${g} += arena[base + p.residual + at + ${i} * row + ${g}];`))}
  }
  if (p.relu == 1) {
    ${each(px, (i) => each(groups, (g) => `a${i}_${g} = ${relu(`a${i}_${g}`)};`))}
  }
  ${each(px, (i) => each(groups, (g) => `arena[base + p.to + at + ${i} * row + ${g}] = a${i}_${g};`))}`;
  return kernel(key.filter(Boolean).join(' '), FIELDS, ['to'], body);
}
