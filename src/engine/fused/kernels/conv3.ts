/** Dense 3x3 convolution (padding 1, ReLU), with the ends that the network's such layers have. */
import { accumulators, each, type Kernel, kernel, multiplyAdd, relu, type Tile } from '../kernel';
import { columns, rowOf, UPSAMPLED_SCALAR, upsampledRow } from './sources';

const SOURCE = ['source', 'sourceStep', 'inputs', 'inHeight', 'inWidth', 'width', 'weight', 'bias'] as const;

/** The tile's place: `py`, `px0`, and `o` with `row` where threads share the outputs among them. */
const place = ({ px, groups }: Tile, shared: boolean) => `
  let across = (p.width + ${px - 1}) / ${px};
  ${shared ? `let tile = t / p.groups; let o = (t % p.groups) * ${groups}; let row = p.groups * ${groups};` : `let tile = t; let o = 0; let row = ${groups};`}
  let py = tile / across;
  let px0 = (tile % across) * ${px};`;

/** Adds up all taps; `load` declares s0 ... of row y and channels c. */
const taps = (tile: Tile, stride: number, load: string, inputs = 'p.inputs') => `
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

const plainRow = (px: number, stride: number) =>
  rowOf(columns(px, stride), 'base + p.source', 'p.inWidth', 'p.sourceStep', 'c');

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

/**
 * Stem: stride 2 over [rgb * scale + shift, up2(saliency)], ReLU, times (gate + saliency). from [.., rgb and one spare], behind
 * it scale and shift.
 * Every thread computes all outputs of its px.
 */
export function stem(tile: Tile): Kernel {
  const { px, groups } = tile;
  const count = columns(px, 2);
  const load = each(
    count,
    (i) => `
    var s${i} = vec4<f32>(0.0);
    if (x + ${i} >= 0 && x + ${i} < p.inWidth) {
      s${i} = vec4<f32>(arena[base + p.source + y * p.inWidth + x + ${i}].xyz * scale + shift,
        upsampledScalar(base + p.saliency, p.inHeight / 2, p.inWidth / 2, y, x + ${i}));
    }`,
  );
  const body = `${place(tile, false)}
  ${accumulators(tile, 'bias')}
  // Behind the px of the crop.
  let scale = arena[base + p.source + p.inHeight * p.inWidth].xyz;
  let shift = arena[base + p.source + p.inHeight * p.inWidth + 1].xyz;
  ${taps(tile, 2, load, '1')}
  let gate = filterAt(p.gate).x;
  ${each(
    px,
    (i) => `{
    let at = py * p.width + px0 + ${i};
    let g = gate + scalarAt(base + p.saliency, at);
    ${each(groups, (q) => `arena[base + p.to + at * ${groups} + ${q}] = ${relu(`a${i}_${q}`)} * g;`)}
  }`,
  )}`;
  const fields = ['source', 'inHeight', 'inWidth', 'width', 'weight', 'bias', 'saliency', 'gate', 'to'] as const;
  return kernel(`stem ${px} ${groups}`, fields, ['to'], body, UPSAMPLED_SCALAR);
}

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
