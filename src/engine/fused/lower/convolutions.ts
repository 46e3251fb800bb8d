/** The backbone's convolutions. */
import type { LayerOf, MapShape } from '../../plan/layers';
import { depthPoint as depthPointKernel } from '../kernels/depthPoint';
import { groupedExpand } from '../kernels/groupedExpand';
import { pointwise } from '../kernels/pointwise';
import { stem as stemKernel } from '../kernels/stem';
import type { View } from '../program';
import { type Lowering, NONE, quads } from './lowering';

/** One 1x1 convolution. */
export function point(
  l: Lowering,
  name: string,
  from: View,
  to: View,
  px: number,
  kind: { norm?: boolean; relu?: boolean; residual?: View; gate?: View },
  arrays = { weight: l.weight(name), bias: l.bias(name), outputs: l.outputs(name) },
): void {
  const { outputs, weight, bias } = arrays;
  const { norm = false, relu = false, residual, gate } = kind;
  const tile = l.tile(px, outputs);
  const params = {
    ...{
      px,
      source: from,
      sourceStep: from.step,
      inputs: from.step,
      to,
      toStep: to.step,
      groups: outputs / tile.groups,
      weight,
      bias,
    },
    ...{ norm: norm ? 1 : 0, relu: relu ? 1 : 0 },
    ...{ residual: residual ?? NONE, residualStep: residual?.step ?? 0, gate: gate ?? NONE },
  };
  l.emit({ kernel: pointwise(tile), params, threads: Math.ceil(px / tile.px) * (outputs / tile.groups) });
}

/** A depthwise 3x3 convolution and the 1x1 after it; low: a map of half the size, read upsampled, before the others. */
export function depthPoint(
  l: Lowering,
  from: View,
  before: MapShape,
  { height, width, channels }: MapShape,
  to: View,
  depth: string,
  point: string,
  kind: { stride: 1 | 2; reluBetween?: boolean; relu?: boolean; residual?: View; low?: View; lowShape?: MapShape },
): void {
  const { low, lowShape, residual, stride, reluBetween = false, relu = false } = kind;
  const outputs = quads(channels);
  const lowMiddle = lowShape ? quads(lowShape.channels) : 0;
  // Every group of outputs computes the depthwise part anew: twice the registers cost less.
  const tile = l.tile(height * width, outputs, width, l.tuning.registers * 2);
  if (low) tile.px = Math.max(tile.px, 2);
  const params = {
    ...{
      source: from,
      sourceStep: from.step,
      inHeight: before.height,
      inWidth: before.width,
      middle: quads(before.channels) + lowMiddle,
    },
    ...{ width, depthWeight: l.values(`${depth}.w`), depthBias: l.bias(depth) },
    ...{ to, groups: outputs / tile.groups, weight: l.weight(point), bias: l.bias(point) },
    ...{ reluBetween: reluBetween ? 1 : 0, relu: relu ? 1 : 0, residual: residual ?? NONE },
    ...{
      low: low ?? 0,
      lowStep: low?.step ?? 0,
      lowMiddle,
      lowHeight: lowShape?.height ?? 0,
      lowWidth: lowShape?.width ?? 0,
    },
  };
  const kernel = depthPointKernel({ tile, stride, upsampled: Boolean(low) });
  l.emit({ kernel, params, threads: ((height * width) / tile.px) * (outputs / tile.groups) });
}

export function stem(l: Lowering, { from, saliency, to, weights, gate }: LayerOf<'stem'>): void {
  const { width, height } = l.shape(to);
  const { height: inHeight, width: inWidth } = l.shape(from);
  const tile = { px: Math.min(l.tuning.px, 2), groups: l.outputs(weights) };
  const source = l.view(from);
  // Whoever writes the crop writes the scale and shift of its standardisation behind it.
  l.sizes.set(source.map, inHeight * inWidth * source.step + 2);
  const params = {
    ...{ source, inHeight, inWidth, width, weight: l.weight(weights), bias: l.bias(weights) },
    ...{ saliency: l.view(saliency), gate: l.values(gate), to: l.map(to, l.shape(to)) },
  };
  l.emit({ kernel: stemKernel(tile), params, threads: (height * width) / tile.px });
}

export function mbconv(l: Lowering, { from, to, weights, stride, residual }: LayerOf<'mbconv'>): void {
  const input = l.view(from);
  const before = l.shape(from);
  const shape = l.shape(to);
  const middle = l.outputs(`${weights}.expand`);
  const expanded = { ...before, channels: middle * 4 };
  const wide = l.map(`${weights}.wide`, expanded);
  point(l, `${weights}.expand`, input, wide, before.height * before.width, { relu: true });
  depthPoint(l, wide, expanded, shape, l.map(to, shape), `${weights}.depthwise`, `${weights}.project`, {
    stride,
    reluBetween: true,
    ...(residual && { residual: input }),
  });
}

export function separable(l: Lowering, { from, to, depth, point }: LayerOf<'separable'>): void {
  const names = from.length === 2 ? { low: from[0] as string, full: from[1] as string } : { full: from[0] as string };
  const before = l.shape(names.full);
  const shape = l.shape(to);
  depthPoint(l, l.view(names.full), before, shape, l.map(to, shape), depth, point, {
    stride: 1,
    relu: true,
    ...(names.low && { low: l.view(names.low), lowShape: l.shape(names.low) }),
  });
}

export function resnext(l: Lowering, { from, to, weights }: LayerOf<'resnext'>): void {
  const shape = l.shape(to);
  const { height, width } = shape;
  const input = l.view(from);
  const reduced = l.map(`${weights}.reduced`, shape);
  point(l, `${weights}.reduce`, input, reduced, height * width, { relu: true });
  const outputs = quads(shape.channels);
  // The middle is computed anew for every group of outputs, so one thread computes as many as its registers hold.
  const tile = { px: Math.min(l.tuning.px, 2), groups: Math.min(outputs, l.tuning.registers) };
  const grouped = l.array(`${weights}.grouped.w`);
  if (grouped.shape[2] !== 8) throw new Error('the grouped kernel has groups of eight channels');
  const params = {
    ...{ source: reduced, inHeight: height, inWidth: width, width },
    ...{ middleWeight: l.values(`${weights}.grouped.w`), middleBias: l.bias(`${weights}.grouped`) },
    ...{ weight: l.weight(`${weights}.expand`), bias: l.bias(`${weights}.expand`), residual: input },
    ...{ to: l.map(to, shape), groups: outputs / tile.groups },
  };
  l.emit({ kernel: groupedExpand(tile), params, threads: ((height * width) / tile.px) * (outputs / tile.groups) });
}
