/** CLDFF: the coarser scales projected in one dispatch; then the finest projected, all summed, ReLU. */
import { accumulators, each, type Kernel, kernel, multiplyAdd, relu, type Tile } from '../kernel';

const COARSE = [1, 2, 3];

/**
 * Three maps (from1 ... from3, px1 ... px3 px) each by its own 1x1 convolution (no bias) to groups x tile.groups vec4.
 * Threads: each map's px / tile.px, rounded up, times groups.
 */
export function projectCoarse(tile: Tile): Kernel {
  const { px, groups } = tile;
  const body = `
  var tile = t / p.groups;
  let o = (t % p.groups) * ${groups};
  let row = p.groups * ${groups};
  var src = p.source1; var inputs = p.inputs1; var weight = p.weight1; var to = p.to1; var pixels = p.px1;
  if (tile >= tilesOf(pixels)) {
    tile -= tilesOf(pixels);
    src = p.source2; inputs = p.inputs2; weight = p.weight2; to = p.to2; pixels = p.px2;
    if (tile >= tilesOf(pixels)) {
      tile -= tilesOf(pixels);
      src = p.source3; inputs = p.inputs3; weight = p.weight3; to = p.to3; pixels = p.px3;
    }
  }
  let first = base + src + tile * ${px} * inputs;
  ${accumulators(tile, null)}
  for (var k = 0; k < inputs; k++) {
    ${each(px, (i) => `let x${i} = arena[first + ${i} * inputs + k];`)}
    let w = weight + k * 4 * row + o;
    ${multiplyAdd(tile, (i) => `x${i}`, 'w', 'row')}
  }
  let last = pixels - tile * ${px};
  ${each(px, (i) => `if (${i} < last) { ${each(groups, (g) => `arena[base + to + (tile * ${px} + ${i}) * row + o + ${g}] = a${i}_${g};`)} }`)}`;
  const fields = ['groups', ...COARSE.flatMap((k) => [`source${k}`, `inputs${k}`, `weight${k}`, `to${k}`, `px${k}`])];
  return kernel(
    `projectCoarse ${px} ${groups}`,
    fields,
    COARSE.map((k) => `to${k}`),
    body,
    `fn tilesOf(px : i32) -> i32 { return (px + ${px - 1}) / ${px}; }\n`,
  );
}

/** from [side, side, inputs x 4] projected, plus the three projected maps (side1 ... side3) resampled to side; ReLU. */
export function sumScales(tile: Tile): Kernel {
  const { px, groups } = tile;
  const functions = `
fn tapsOf(position : i32, coarse : i32, fine : i32) -> vec3<f32> {
  let at = max((f32(position) + 0.5) * f32(coarse) / f32(fine) - 0.5, 0.0);
  let low = min(floor(at), f32(coarse - 1));
  return vec3<f32>(low, min(low + 1.0, f32(coarse - 1)), at - low);
}
`;
  const add = `
  for (var level = 1; level <= 3; level++) {
    var side = p.side1; var low = p.low1;
    if (level == 2) { side = p.side2; low = p.low2; }
    if (level == 3) { side = p.side3; low = p.low3; }
    low += base + o;
    let ty = tapsOf(py, side, p.side);
    let y0 = i32(ty.x) * side;
    let y1 = i32(ty.y) * side;
    ${each(
      px,
      (i) => `{
      let tx = tapsOf(px0 + ${i}, side, p.side);
      let x0 = i32(tx.x);
      let x1 = i32(tx.y);
      ${each(
        groups,
        (g) => `a${i}_${g} += mix(mix(arena[low + (y0 + x0) * row + ${g}], arena[low + (y0 + x1) * row + ${g}], tx.z),
        mix(arena[low + (y1 + x0) * row + ${g}], arena[low + (y1 + x1) * row + ${g}], tx.z), ty.z);`,
      )}
    }`,
    )}
  }`;
  const body = `
  let first = (t / p.groups) * ${px};
  let o = (t % p.groups) * ${groups};
  let row = p.groups * ${groups};
  let py = first / p.side;
  let px0 = first % p.side;
  ${accumulators(tile, 'bias')}
  for (var k = 0; k < p.inputs; k++) {
    ${each(px, (i) => `let x${i} = arena[base + p.source + (first + ${i}) * p.inputs + k];`)}
    let w = p.weight + k * 4 * row + o;
    ${multiplyAdd(tile, (i) => `x${i}`, 'w', 'row')}
  }
  ${add}
  ${each(px, (i) => each(groups, (g) => `arena[base + p.to + (first + ${i}) * row + o + ${g}] = ${relu(`a${i}_${g}`)};`))}`;
  const fields = [
    ...['source', 'inputs', 'side', 'groups', 'weight', 'bias', 'to'],
    ...COARSE.flatMap((k) => [`low${k}`, `side${k}`]),
  ];
  return kernel(`sumScales ${px} ${groups}`, fields, ['to'], body, functions);
}
