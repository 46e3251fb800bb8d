/** The same plan and weights as an ONNX model, so that another runtime computes exactly our network. Opset 17, NCHW. */
import { gaussianTaps } from '../../../src/engine/kernels/blurRows.reference';
import type { CueConstants } from '../../../src/engine/manifest';
import type { ModelArray } from '../../../src/engine/plan/arrays';
import type { LayerOf, Plan } from '../../../src/engine/plan/layers';
import { Graph } from './onnxGraph';

/** [K, K, I, O] -> [O, I, K, K]; depthwise [3, 3, C, 1] -> [C, 1, 3, 3]. */
function filter({ shape, values }: ModelArray, depthwise: boolean): { values: Float32Array; dims: number[] } {
  const [side = 1, , a = 1, b = 1] = shape;
  const [inputs, outputs] = depthwise ? [1, a] : [a, b];
  const out = new Float32Array(values.length);
  for (let tap = 0; tap < side * side; tap++) {
    for (let i = 0; i < inputs; i++) {
      for (let o = 0; o < outputs; o++) {
        out[(o * inputs + i) * side * side + tap] = values[(tap * inputs + i) * outputs + o] as number;
      }
    }
  }
  return { values: out, dims: [outputs, inputs, side, side] };
}

class Writer {
  readonly graph = new Graph();
  private readonly maps = new Map<string, string>();
  private readonly plan: Plan;
  private readonly array: (name: string) => ModelArray;
  private readonly constants: CueConstants;

  constructor(plan: Plan, array: (name: string) => ModelArray, constants: CueConstants) {
    this.plan = plan;
    this.array = array;
    this.constants = constants;
    this.maps.set(plan.input, plan.input);
  }

  run(): Map<string, string> {
    for (const layer of this.plan.layers) {
      this.maps.set(layer.to, (this[layer.op] as (layer: never) => string).call(this, layer as never));
    }
    return this.maps;
  }

  private map(name: string): string {
    return this.maps.get(name) as string;
  }

  private conv(
    name: string,
    x: string,
    {
      stride = 1,
      group = 1,
      relu = false,
      bias = true,
    }: { stride?: number; group?: number; relu?: boolean; bias?: boolean } = {},
  ): string {
    const array = this.array(`${name}.w`);
    const depthwise = group > 1 && group === array.shape[2];
    const { values, dims } = filter(array, depthwise && array.shape[3] === 1);
    const pad = ((array.shape[0] as number) - 1) / 2;
    const inputs = [x, this.graph.floats(values, dims)];
    if (bias) inputs.push(this.graph.floats(this.array(`${name}.b`).values, this.array(`${name}.b`).shape));
    const side = array.shape[0] as number;
    const y = this.graph.node('Conv', inputs, {
      ...{ kernel_shape: [side, side], strides: [stride, stride], pads: [pad, pad, pad, pad], group },
    });
    return relu ? this.graph.node('Relu', [y]) : y;
  }

  private resize(x: string, factor: number): string {
    const scales = this.graph.floats([1, 1, factor, factor], [4]);
    return this.graph.node('Resize', [x, '', scales], { mode: 'linear', coordinate_transformation_mode: 'half_pixel' });
  }

  private scalar(value: number): string {
    return this.graph.floats([value], []);
  }

  private channel0(x: string): string {
    const { graph } = this;
    return graph.node('Slice', [x, graph.ints([0]), graph.ints([1]), graph.ints([1])]);
  }

  halve({ from }: LayerOf<'halve'>): string {
    return this.graph.node('AveragePool', [this.map(from)], { kernel_shape: [2, 2], strides: [2, 2] });
  }

  cues({ from }: LayerOf<'cues'>): string {
    const { graph, constants } = this;
    const rgb = this.map(from);
    const log = graph.node('Log', [graph.node('Clip', [rgb, this.scalar(1 / 255)])]);
    const density = graph.node('Mul', [log, this.scalar(-1 / Math.LN10)]);
    const mean = graph.node('ReduceMean', [density], { axes: [1], keepdims: 1 });
    const stains = graph.node('Conv', [density, graph.floats(constants.unmixing.flat(), [2, 3, 1, 1])]);
    const high = graph.node('ReduceMax', [rgb], { axes: [1], keepdims: 1 });
    const low = graph.node('ReduceMin', [rgb], { axes: [1], keepdims: 1 });
    const saturation = graph.node('Div', [
      graph.node('Sub', [high, low]),
      graph.node('Max', [high, this.scalar(1e-3)]),
    ]);
    const edge = (x: string, y: number, w: number) =>
      graph.node('Pad', [x, graph.ints([0, 0, y, w, 0, 0, y, w])], { mode: 'edge' });
    const blur = (sigma: number) => {
      const taps = gaussianTaps(sigma);
      const radius = (taps.length - 1) / 2;
      const rows = graph.node('Conv', [edge(mean, 0, radius), graph.floats(taps, [1, 1, 1, taps.length])]);
      return graph.node('Conv', [edge(rows, radius, 0), graph.floats(taps, [1, 1, taps.length, 1])]);
    };
    const dog = graph.node('Sub', [blur(constants.sigmas[0]), blur(constants.sigmas[1])]);
    const sobel = [-1, 0, 1, -2, 0, 2, -1, 0, 1, -1, -2, -1, 0, 0, 0, 1, 2, 1].map((v) => v / 8);
    const gradients = graph.node('Conv', [edge(mean, 1, 1), graph.floats(sobel, [2, 1, 3, 3])]);
    const squares = graph.node('ReduceSum', [graph.node('Mul', [gradients, gradients]), graph.ints([1])], {
      keepdims: 1,
    });
    const gradient = graph.node('Sqrt', [graph.node('Add', [squares, this.scalar(1e-12)])]);
    const all = graph.node('Concat', [mean, stains, saturation, dog, gradient], { axis: 1 });
    return graph.node('Mul', [all, graph.floats(constants.scales, [1, 6, 1, 1])]);
  }

  unet({ from, down, up, last, out }: LayerOf<'unet'>): string {
    const { graph } = this;
    let x = this.map(from);
    const levels = down.map((name, k) => {
      x = this.conv(name, x, { stride: k === 0 ? 1 : 2, relu: true });
      return x;
    });
    for (let k = up.length - 1; k >= 0; k--) {
      const low = this.resize(this.conv(up[k] as string, x), 2);
      x = graph.node('Relu', [graph.node('Add', [low, levels[k] as string])]);
    }
    return graph.node('Sigmoid', [this.conv(out, this.conv(last, x, { relu: true }))]);
  }

  stem({ from, saliency, weights, gate, standardisation: { gain, floor } }: LayerOf<'stem'>): string {
    const { graph } = this;
    const s = this.channel0(this.map(saliency));
    const mean = (x: string) => graph.node('ReduceMean', [x], { axes: [2, 3], keepdims: 1 });
    const centred = graph.node('Sub', [this.map(from), mean(this.map(from))]);
    const deviation = graph.node('Sqrt', [mean(graph.node('Mul', [centred, centred]))]);
    const scale = graph.node('Div', [this.scalar(gain), graph.node('Add', [deviation, this.scalar(floor)])]);
    const input = graph.node('Concat', [graph.node('Mul', [centred, scale]), this.resize(s, 2)], { axis: 1 });
    const factor = graph.node('Add', [s, this.scalar(this.array(gate).values[0] as number)]);
    return graph.node('Mul', [this.conv(weights, input, { stride: 2, relu: true }), factor]);
  }

  mbconv({ from, weights, stride, residual }: LayerOf<'mbconv'>): string {
    const x = this.map(from);
    const wide = this.conv(`${weights}.expand`, x, { relu: true });
    const group = this.array(`${weights}.depthwise.w`).shape[2] as number;
    const narrow = this.conv(`${weights}.depthwise`, wide, { stride, group, relu: true });
    const y = this.conv(`${weights}.project`, narrow);
    return residual ? this.graph.node('Add', [x, y]) : y;
  }

  private linear(name: string, x: string): string {
    const { shape, values } = this.array(`${name}.w`);
    const y = this.graph.node('MatMul', [x, this.graph.floats(values, shape)]);
    const b = this.array(`${name}.b`);
    return this.graph.node('Add', [y, this.graph.floats(b.values, b.shape)]);
  }

  private norm(x: string, channels: number): string {
    const { graph } = this;
    const one = graph.floats(new Float32Array(channels).fill(1), [channels]);
    return graph.node('LayerNormalization', [x, one], { axis: -1, epsilon: 1e-5 });
  }

  /** Cyclic shift of [B, H, W, C] along rows and columns. */
  private roll(x: string, shift: number, side: number): string {
    const { graph } = this;
    return [1, 2].reduce((y, axis) => {
      const cut = ((shift % side) + side) % side;
      const part = (from: number, until: number) =>
        graph.node('Slice', [y, graph.ints([from]), graph.ints([until]), graph.ints([axis])]);
      return graph.node('Concat', [part(cut, side), part(0, cut)], { axis });
    }, x);
  }

  swin({ from, to, weights, shift }: LayerOf<'swin'>): string {
    const { graph } = this;
    const { width: side, channels } = this.plan.maps.get(to) as { width: number; channels: number };
    const bias = this.array(`${weights}.bias`);
    const [kinds = 1, heads = 1, members = 1] = bias.shape;
    const window = Math.sqrt(members);
    const depth = channels / heads;
    const across = side / window;
    const x = graph.node('Transpose', [this.map(from)], { perm: [0, 2, 3, 1] });
    const normed = this.norm(x, channels);
    const shifted = shift ? this.roll(normed, shift, side) : normed;
    const windows = graph.node('Reshape', [shifted, graph.ints([-1, across, window, across, window, channels])]);
    const parts = graph.node('Transpose', [windows], { perm: [0, 1, 3, 2, 4, 5] });
    const tokens = graph.node('Reshape', [parts, graph.ints([-1, members, channels])]);
    const qkv = graph.node('Reshape', [
      this.linear(`${weights}.qkv`, tokens),
      graph.ints([-1, members, 3, heads, depth]),
    ]);
    const each = (k: number) => {
      const slice = graph.node('Slice', [qkv, graph.ints([k]), graph.ints([k + 1]), graph.ints([2])]);
      const flat = graph.node('Reshape', [slice, graph.ints([-1, members, heads, depth])]);
      return graph.node('Transpose', [flat], { perm: k === 1 ? [0, 2, 3, 1] : [0, 2, 1, 3] });
    };
    const scores = graph.node('MatMul', [each(0), each(1)]);
    const spread = graph.node('Reshape', [scores, graph.ints([-1, across * across, heads, members, members])]);
    const biased = graph.node('Add', [spread, graph.floats(bias.values, [1, kinds, heads, members, members])]);
    const shares = graph.node('Reshape', [
      graph.node('Softmax', [biased], { axis: -1 }),
      graph.ints([-1, heads, members, members]),
    ]);
    const mixed = graph.node('Transpose', [graph.node('MatMul', [shares, each(2)])], { perm: [0, 2, 1, 3] });
    const out = this.linear(`${weights}.out`, graph.node('Reshape', [mixed, graph.ints([-1, members, channels])]));
    const back = graph.node('Reshape', [out, graph.ints([-1, across, across, window, window, channels])]);
    const merged = graph.node('Transpose', [back], { perm: [0, 1, 3, 2, 4, 5] });
    const whole = graph.node('Reshape', [merged, graph.ints([-1, side, side, channels])]);
    const y = graph.node('Add', [x, shift ? this.roll(whole, -shift, side) : whole]);
    const hidden = graph.node('Relu', [this.linear(`${weights}.mlp1`, this.norm(y, channels))]);
    const z = graph.node('Add', [y, this.linear(`${weights}.mlp2`, hidden)]);
    return graph.node('Transpose', [z], { perm: [0, 3, 1, 2] });
  }

  crossLayerSum({ from, projections, bias }: LayerOf<'crossLayerSum'>): string {
    const { graph } = this;
    const size = (name: string) => (this.plan.maps.get(name) as { width: number }).width;
    const scaled = from.map((name, k) => {
      const y = this.conv(projections[k] as string, this.map(name), { bias: false });
      const factor = size(from[0] as string) / size(name);
      return factor > 1 ? this.resize(y, factor) : y;
    });
    const b = this.array(bias);
    const sum = [...scaled, graph.floats(b.values, [1, b.values.length, 1, 1])].reduce((a, c) =>
      graph.node('Add', [a, c]),
    );
    return graph.node('Relu', [sum]);
  }

  resnext({ from, weights }: LayerOf<'resnext'>): string {
    const x = this.map(from);
    const reduced = this.conv(`${weights}.reduce`, x, { relu: true });
    const [, , inner = 1, outer = 1] = this.array(`${weights}.grouped.w`).shape;
    const grouped = this.conv(`${weights}.grouped`, reduced, { group: outer / inner, relu: true });
    return this.graph.node('Relu', [this.graph.node('Add', [x, this.conv(`${weights}.expand`, grouped)])]);
  }

  eca({ from, taps }: LayerOf<'eca'>): string {
    const { graph } = this;
    const x = this.map(from);
    const channels = (this.plan.maps.get(from) as { channels: number }).channels;
    const means = graph.node('Reshape', [graph.node('GlobalAveragePool', [x]), graph.ints([-1, 1, channels])]);
    const mixed = graph.node('Conv', [means, graph.floats(this.array(taps).values, [1, 1, 3])], { pads: [1, 1] });
    const gate = graph.node('Reshape', [graph.node('Sigmoid', [mixed]), graph.ints([-1, channels, 1, 1])]);
    return graph.node('Mul', [x, gate]);
  }

  pointwise({ from, weights }: LayerOf<'pointwise'>): string {
    return this.conv(weights, this.map(from), { relu: true });
  }

  separable({ from, depth, point }: LayerOf<'separable'>): string {
    const [first, second] = from.map((name) => this.map(name));
    const x = second
      ? this.graph.node('Concat', [this.resize(first as string, 2), second], { axis: 1 })
      : (first as string);
    const group = this.array(`${depth}.w`).shape[2] as number;
    return this.conv(point, this.conv(depth, x, { group }), { relu: true });
  }

  logits({ from, weights }: LayerOf<'logits'>): string {
    return this.graph.node('DepthToSpace', [this.conv(weights, this.map(from))], { blocksize: 2, mode: 'DCR' });
  }

  poolWeights({ logits, saliency, floor }: LayerOf<'poolWeights'>): string {
    const { graph } = this;
    const background = this.channel0(graph.node('Softmax', [this.map(logits)], { axis: 1 }));
    const cell = graph.node('Sub', [this.scalar(1), background]);
    const pool = (x: string, side: number) =>
      graph.node('AveragePool', [x], { kernel_shape: [side, side], strides: [side, side] });
    const product = graph.node('Mul', [pool(cell, 4), pool(this.channel0(this.map(saliency)), 2)]);
    const raw = graph.node('Add', [product, this.scalar(floor)]);
    return graph.node('Div', [raw, graph.node('ReduceSum', [raw, graph.ints([2, 3])], { keepdims: 1 })]);
  }

  pool({ from, weights, deep }: LayerOf<'pool'>): string {
    const { graph } = this;
    const weighted = graph.node('Mul', [this.map(from), this.map(weights)]);
    const pooled = graph.node('ReduceSum', [weighted, graph.ints([2, 3])], { keepdims: 0 });
    const mean = graph.node('ReduceMean', [this.map(deep)], { axes: [2, 3], keepdims: 0 });
    return graph.node('Concat', [pooled, mean], { axis: 1 });
  }

  classify({ from, weights }: LayerOf<'classify'>): string {
    return this.linear(weights, this.map(from));
  }

  gradCam({ from, weights }: LayerOf<'gradCam'>): string {
    const { shape, values } = this.array(`${weights}.w`);
    const types = shape[1] as number;
    const channels = (this.plan.maps.get(from) as { channels: number }).channels;
    const rows = Float32Array.from(
      { length: types * channels },
      (_, i) => values[(i % channels) * types + Math.floor(i / channels)] as number,
    );
    const y = this.graph.node('Conv', [this.map(from), this.graph.floats(rows, [types, channels, 1, 1])]);
    return this.graph.node('Relu', [y]);
  }
}

/** The bytes of a .onnx file: input [B, C, H, W], the plan's outputs by their names. */
export function toOnnx(plan: Plan, array: (name: string) => ModelArray, constants: CueConstants): Uint8Array {
  const writer = new Writer(plan, array, constants);
  const maps = writer.run();
  const { graph } = writer;
  for (const name of plan.outputs) graph.node('Identity', [maps.get(name) as string], {}, 1, name);
  const { channels, height, width } = plan.maps.get(plan.input) as { channels: number; height: number; width: number };
  return graph.encode({ name: plan.input, dims: [null, channels, height, width] }, plan.outputs);
}
