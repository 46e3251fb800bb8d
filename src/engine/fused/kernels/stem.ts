/** The network's first convolution. */
import { accumulators, each, type Kernel, kernel, relu, type Tile } from '../kernel';
import { columns, UPSAMPLED_SCALAR } from './sources';
import { place, taps } from './taps';

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
