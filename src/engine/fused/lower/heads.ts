/** The heads: masks, types and every type's Grad-CAM. */
import type { LayerOf } from '../../plan/layers';
import { TEAM } from '../kernel';
import { logits as logitsKernel } from '../kernels/logits';
import { poolAndExplain } from '../kernels/pool';
import type { View } from '../program';
import { point } from './convolutions';
import { type Lowering, quads } from './lowering';

/** Several 1x1 convolutions of one map as one, their outputs side by side. */
export function pointwise(l: Lowering, layers: LayerOf<'pointwise'>[]): void {
  const [first] = layers as [LayerOf<'pointwise'>];
  const { height, width } = l.shape(first.from);
  const names = layers.map(({ weights }) => weights);
  l.layer = `pointwise ${names.join(' + ')}`;
  // To a multiple of four, so that the tile is the one of the other layers.
  const total = Math.ceil(names.reduce((sum, name) => sum + l.outputs(name), 0) / 4) * 4;
  const inputs = l.shape(first.from).channels;
  const columns = names.map((name) => l.array(`${name}.w`).values);
  const weight = l.pack.add(`${names.join()}.w`, () => sideBySide(columns, inputs, total * 4));
  const bias = l.pack.add(`${names.join()}.b`, () =>
    sideBySide(
      names.map((name) => l.array(`${name}.b`).values),
      1,
      total * 4,
    ),
  );
  const joined = l.map(layers.map(({ to }) => to).join(), { height, width, channels: total * 4 });
  let offset = 0;
  for (const { to, weights } of layers) {
    l.views.set(to, { ...joined, offset });
    offset += l.outputs(weights);
  }
  const gate = l.gates.get(first.from);
  const arrays = { weight, bias, outputs: total };
  point(l, '', l.view(first.from), joined, height * width, { relu: true, ...(gate && { gate }) }, arrays);
}

export function logits(l: Lowering, { from, to, weights }: LayerOf<'logits'>): void {
  const { height, width } = l.shape(from);
  const source = l.view(from);
  const tile = { px: 4, groups: l.outputs(weights) };
  const params = {
    ...{ source, sourceStep: source.step, inputs: source.step, inHeight: height, inWidth: width, width },
    ...{ weight: l.weight(weights), bias: l.bias(weights) },
    ...{ to: l.map(to, { ...l.shape(to), channels: 4 }), cell: l.plane(`${to}.cell`, height, width) },
  };
  l.emit({ kernel: logitsKernel(tile), params, threads: (height * width) / tile.px });
}

export function head(
  l: Lowering,
  share: LayerOf<'poolWeights'>,
  pool: LayerOf<'pool'>,
  classify: LayerOf<'classify'>,
  gradCam: LayerOf<'gradCam'>,
): void {
  l.layer = 'pool, types, Grad-CAMs';
  const { width: side, channels } = l.shape(pool.from);
  const deep = l.shape(pool.deep);
  const evidence = l.view(pool.from);
  const types = l.outputs(classify.weights);
  const px = side * side;
  const kind = { evidence: quads(channels), deep: quads(deep.channels), types, side, deepSide: deep.width };
  l.sizes.set(gradCam.to, types * px);
  const cams: View = { map: gradCam.to, offset: 0, step: 0 };
  l.views.set(gradCam.to, cams);
  const params = {
    ...{ evidence, evidenceStep: evidence.step, deep: l.view(pool.deep), cell: l.view(`${share.logits}.cell`) },
    saliency: l.view(share.saliency),
    floor: l.numbers.add('floor', () => Float32Array.of(share.floor)),
    ...{ weight: l.weight(classify.weights), bias: l.bias(classify.weights) },
    ...{ share: l.plane(share.to, side, side), features: l.map(pool.to, l.shape(pool.to)) },
    ...{ types: l.map(classify.to, l.shape(classify.to)), cams },
  };
  const cam = Math.ceil(((px / 4) * types) / TEAM);
  l.emit({ kernel: poolAndExplain(kind), params, teams: 1 + cam });
}

/** Matrices [rows, n] beside each other, then zeros: [rows, total]. */
function sideBySide(matrices: Float32Array[], rows: number, total: number): Float32Array {
  const out = new Float32Array(rows * total);
  let at = 0;
  for (const values of matrices) {
    const width = values.length / rows;
    for (let row = 0; row < rows; row++) out.set(values.subarray(row * width, (row + 1) * width), row * total + at);
    at += width;
  }
  return out;
}
