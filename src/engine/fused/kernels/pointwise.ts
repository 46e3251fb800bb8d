/** 1x1 convolution (or linear layer on tokens), with what stands before and after it in the network. */
import { accumulators, each, type Kernel, kernel, multiplyAdd, type Tile } from '../kernel';

const FIELDS = [
  'px',
  'source',
  'sourceStep',
  'inputs',
  'to',
  'toStep',
  'groups',
  'weight',
  'bias',
  // Flags, 0 or 1: layer norm (without affine part) of each px's channels first; ReLU last.
  'norm',
  'relu',
  // Maps, or -1 for none: added before the ReLU; factor of each channel of the source.
  'residual',
  'residualStep',
  'gate',
] as const;

/**
 * source [px, inputs x 4] -> to [px, groups x tile.groups x 4]; steps are vec4 from px to px. Threads:
 * px / tile.px, rounded up, times groups. Weights [inputs x 4, outputs], so a row is groups x tile.groups vec4.
 */
export function pointwise(tile: Tile): Kernel {
  const { px, groups } = tile;
  const body = `
  let first = (t / p.groups) * ${px};
  let o = (t % p.groups) * ${groups};
  let row = p.groups * ${groups};
  let src = base + p.source + first * p.sourceStep;
  ${statistics(px)}
  ${accumulators(tile, 'bias')}
  for (var k = 0; k < p.inputs; k++) {
    var g = vec4<f32>(1.0);
    if (p.gate >= 0) { g = arena[base + p.gate + k]; }
    ${each(px, (i) => `let x${i} = (arena[src + ${i} * p.sourceStep + k] - mean${i}) * scale${i} * g;`)}
    let w = p.weight + k * 4 * row + o;
    ${multiplyAdd(tile, (i) => `x${i}`, 'w', 'row')}
  }
  if (p.residual >= 0) {
    let at = base + p.residual + first * p.residualStep + o;
    ${each(px, (i) => each(groups, (g) => `a${i}_${g} += arena[at + ${i} * p.residualStep + ${g}];`))}
  }
  if (p.relu == 1) {
    ${each(px, (i) => each(groups, (g) => `a${i}_${g} = max(a${i}_${g}, vec4<f32>(0.0));`))}
  }
  let to = base + p.to + first * p.toStep + o;
  ${each(px, (i) => `if (first + ${i} < p.px) { ${each(groups, (g) => `arena[to + ${i} * p.toStep + ${g}] = a${i}_${g};`)} }`)}`;
  return kernel(`pointwise ${px} ${groups}`, FIELDS, ['to'], body);
}

/** Mean and inverse deviation of each px's channels; 0 and 1 without a layer norm. */
function statistics(px: number): string {
  return `
  ${each(px, (i) => `var mean${i} = 0.0; var scale${i} = 1.0;`)}
  if (p.norm == 1) {
    for (var k = 0; k < p.inputs; k++) {
      ${each(px, (i) => `mean${i} += dot(arena[src + ${i} * p.sourceStep + k], vec4<f32>(1.0));`)}
    }
    let share = 1.0 / f32(p.inputs * 4);
    ${each(px, (i) => `mean${i} *= share; scale${i} = 0.0;`)}
    for (var k = 0; k < p.inputs; k++) {
      ${each(px, (i) => `let d${i} = arena[src + ${i} * p.sourceStep + k] - mean${i}; scale${i} += dot(d${i}, d${i});`)}
    }
    ${each(px, (i) => `scale${i} = inverseSqrt(scale${i} * share + 1e-5);`)}
  }`;
}
