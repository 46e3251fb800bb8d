/** Turns the list of layers (plan/layers.ts) into dispatches, several layers a dispatch where one kernel can do them. */
import { gaussianTaps } from '../kernels/blurRows.reference';
import type { CueConstants } from '../manifest';
import type { LayerOf, MapShape, Plan } from '../plan/layers';
import { type Storage, TEAM, type Tile } from './kernel';
import { attention } from './kernels/attention';
import { conv3, conv3Project, groupedExpand, logits, rise, saliencyTop, stem } from './kernels/conv3';
import { blurRows, cues, densities, halve } from './kernels/cues';
import { depthPoint } from './kernels/depthPoint';
import { projectCoarse, sumScales } from './kernels/fuse';
import { pointwise } from './kernels/pointwise';
import { channelGate, poolAndExplain } from './kernels/pool';
import { levels, window } from './kernels/window';
import { type Dispatch, type Program, padded, toHalves, type View, WeightPack } from './program';
import { WINDOW_SIZE } from './windowInput';

/** An array of the model. */
export interface ModelArray {
  shape: number[];
  values: Float32Array;
}

/** How much one thread computes: large tiles read less, small ones keep more threads busy. */
export interface Tuning {
  /** px of a row, at most. */
  px: number;
  /** vec4 that a thread adds up, at most: px times groups. */
  registers: number;
  /** Tiles are made smaller until a dispatch has this many threads an image. */
  threads: number;
  storage: Storage;
}

export interface Lowered {
  program: Program;
  /** Where each map of the plan lies: also those that the fused path does not store as they are. */
  views: Map<string, View>;
}

/** The map that holds a window of the image. */
const WINDOW = 'window';

/** For a map that a kernel may do without. */
const NONE = -1;

const quads = (n: number) => Math.ceil(n / 4);

/** Input and output channels of a convolution's or a linear layer's weights. */
const channelsOf = ({ shape }: ModelArray): [number, number] => [shape.at(-2) as number, shape.at(-1) as number];

class Lowering {
  readonly dispatches: Dispatch[] = [];
  readonly sizes = new Map<string, number>();
  readonly views = new Map<string, View>();
  /** The model's arrays, and the plan's own numbers. */
  readonly pack = new WeightPack();
  readonly numbers = new WeightPack();
  /** Gates that consumers of a map apply as they read it. */
  private readonly gates = new Map<string, View>();
  private readonly plan: Plan;
  private readonly array: (name: string) => ModelArray;
  private readonly constants: CueConstants;
  private readonly tuning: Tuning;
  private layer = '';

  constructor(plan: Plan, array: (name: string) => ModelArray, constants: CueConstants, tuning: Tuning) {
    this.plan = plan;
    this.array = array;
    this.constants = constants;
    this.tuning = tuning;
    this.map(plan.input, this.shape(plan.input));
  }

  run(): void {
    const layers = [...this.plan.layers];
    const stem = layers.find((layer) => layer.op === 'stem');
    if (stem) this.window(stem);
    for (let layer = layers.shift(); layer; layer = layers.shift()) {
      this.layer = 'weights' in layer ? `${layer.op} ${layer.weights}` : layer.op;
      switch (layer.op) {
        case 'halve':
          this.halve(layer);
          break;
        case 'cues':
          this.cues(layer);
          break;
        case 'unet':
          this.unet(layer);
          break;
        case 'stem':
          this.stem(layer);
          break;
        case 'mbconv':
          this.mbconv(layer);
          break;
        case 'swin':
          this.swin(layer);
          break;
        case 'crossLayerSum':
          this.crossLayerSum(layer);
          break;
        case 'resnext':
          this.resnext(layer);
          break;
        case 'eca':
          this.eca(layer);
          break;
        case 'pointwise': {
          const { from } = layer;
          const same = [layer];
          while (layers[0]?.op === 'pointwise' && layers[0].from === from)
            same.push(layers.shift() as LayerOf<'pointwise'>);
          this.pointwise(same);
          break;
        }
        case 'separable':
          this.separable(layer);
          break;
        case 'logits':
          this.logits(layer);
          break;
        case 'poolWeights': {
          const [pool, classify, gradCam] = layers.splice(0, 3);
          if (pool?.op !== 'pool' || classify?.op !== 'classify' || gradCam?.op !== 'gradCam') {
            throw new Error('pooling, types and Grad-CAMs are one dispatch and must follow each other');
          }
          this.head(layer, pool, classify, gradCam);
          break;
        }
        default:
          throw new Error(`no fused form of ${layer.op} alone`);
      }
    }
  }

  private shape(map: string): MapShape {
    const shape = this.plan.maps.get(map);
    if (!shape) throw new Error(`the plan names no map ${map}`);
    return shape;
  }

  /** A new map of whole vec4 a px. */
  private map(name: string, { height, width, channels }: MapShape): View {
    const step = quads(channels);
    this.sizes.set(name, height * width * step);
    const view = { map: name, offset: 0, step };
    this.views.set(name, view);
    return view;
  }

  /** A new plane of scalars. */
  private plane(name: string, height: number, width: number): View {
    this.sizes.set(name, quads(height * width));
    const view = { map: name, offset: 0, step: 0 };
    this.views.set(name, view);
    return view;
  }

  private view(name: string): View {
    const view = this.views.get(name);
    if (!view) throw new Error(`map ${name} is read before it is written`);
    return view;
  }

  private emit(dispatch: Omit<Dispatch, 'name'>): void {
    this.dispatches.push({ name: this.layer, ...dispatch });
  }

  /** Weights of a convolution with whole vec4 of inputs and outputs. */
  private weight(name: string): number {
    return this.pack.add(`${name}.w`, () => {
      const array = this.array(`${name}.w`);
      const [inputs, outputs] = channelsOf(array);
      const taps = array.values.length / (inputs * outputs);
      if (inputs % 4 === 0 && outputs % 4 === 0) return array.values;
      const [rows, columns] = [quads(inputs) * 4, quads(outputs) * 4];
      const all = new Float32Array(taps * rows * columns);
      for (let tap = 0; tap < taps; tap++) {
        const part = array.values.subarray(tap * inputs * outputs, (tap + 1) * inputs * outputs);
        all.set(padded(part, outputs, rows, columns), tap * rows * columns);
      }
      return all;
    });
  }

  private values(name: string): number {
    return this.pack.add(name, () => this.array(name).values);
  }

  private bias(name: string): number {
    return this.values(`${name}.b`);
  }

  private outputs(name: string): number {
    return quads(channelsOf(this.array(`${name}.w`))[1]);
  }

  /**
   * The largest tile that keeps enough threads: groups divides `outputs`, px divides `width` where rows matter; of
   * equals the wider.
   */
  private tile(px: number, outputs: number, width?: number, registers = this.tuning.registers): Tile {
    const widths = [8, 4, 2, 1].filter((n) => n <= this.tuning.px && (width ?? 0) % n === 0);
    const groups = Array.from({ length: outputs }, (_, i) => outputs - i).filter((n) => outputs % n === 0);
    const tiles = widths.flatMap((w) => groups.map((g) => ({ px: w, groups: g })));
    tiles.sort((a, b) => b.px * b.groups - a.px * a.groups || b.px - a.px);
    const fitting = tiles.filter((tile) => tile.px * tile.groups <= registers);
    const threads = (tile: Tile) => Math.ceil(px / tile.px) * (outputs / tile.groups);
    return fitting.find((tile) => threads(tile) >= this.tuning.threads) ?? (fitting.at(-1) as Tile);
  }

  /** In place of `halve` where a run begins with windows of the image: crop, half and mean density at once, then its levels. */
  private window({ from, standardisation }: LayerOf<'stem'>): void {
    const halve = this.plan.layers.find((layer) => layer.op === 'halve' && layer.from === from);
    if (halve?.op !== 'halve') throw new Error('the crop is halved before its cues');
    this.layer = 'window';
    this.sizes.set(WINDOW, WINDOW_SIZE);
    const { width, height } = this.shape(halve.to);
    const crop = this.view(from);
    const params = {
      ...{ source: { map: WINDOW, offset: 0, step: 1 }, width, crop },
      half: this.map(halve.to, this.shape(halve.to)),
      mean: this.plane(`${halve.to}.mean`, height, width),
    };
    this.emit({ kernel: window(), params, threads: (height * width) / 4, from: 'window' });
    const { gain, floor } = standardisation;
    const numbers = this.numbers.add('standardisation', () => Float32Array.of(gain, floor));
    this.emit({ kernel: levels(), params: { crop, px: width * height * 4, numbers }, teams: 1, from: 'window' });
  }

  private halve({ from, to }: LayerOf<'halve'>): void {
    const { width, height } = this.shape(to);
    const params = {
      source: this.view(from),
      width,
      to: this.map(to, this.shape(to)),
      mean: this.plane(`${to}.mean`, height, width),
    };
    this.emit({ kernel: halve(), params, threads: (height * width) / 4, from: 'crop' });
  }

  private cues({ from, to }: LayerOf<'cues'>): void {
    const { height, width } = this.shape(from);
    const threads = (height * width) / 4;
    if (!this.views.has(`${from}.mean`)) {
      const params = { source: this.view(from), mean: this.plane(`${from}.mean`, height, width) };
      this.emit({ kernel: densities(), params, threads });
    }
    const { sigmas, scales, unmixing } = this.constants;
    const [taps0, taps1] = sigmas.map((sigma) =>
      this.numbers.add(`taps ${sigma}`, () => Float32Array.from(gaussianTaps(sigma))),
    );
    const [radius0, radius1] = sigmas.map((sigma) => Math.ceil(3 * sigma));
    const constants = this.numbers.add('cues', () =>
      Float32Array.from([...scales, 0, 0, ...(unmixing[0] ?? []), 0, ...(unmixing[1] ?? []), 0]),
    );
    const blur = {
      radius0: radius0 as number,
      radius1: radius1 as number,
      taps0: taps0 as number,
      taps1: taps1 as number,
    };
    const mean = this.view(`${from}.mean`);
    const narrow = this.plane(`${from}.narrow`, height, width);
    const wide = this.plane(`${from}.wide`, height, width);
    this.emit({ kernel: blurRows(), params: { mean, width, ...blur, to0: narrow, to1: wide }, threads });
    const params = {
      ...{ source: this.view(from), mean, narrow, wide, width, height },
      ...{ ...blur, constants, to: this.map(to, this.shape(to)) },
    };
    this.emit({ kernel: cues(), params, threads });
  }

  private unet({ from, to, down, up, last, out }: LayerOf<'unet'>): void {
    let { height, width } = this.shape(from);
    const [fullHeight, fullWidth] = [height, width];
    const levels = down.map((name, k) => {
      const shape = { height: fullHeight >> k, width: fullWidth >> k, channels: this.outputs(name) * 4 };
      return { name, shape, map: k < down.length - 1 ? this.map(name, shape) : null };
    });
    let source = this.view(from);
    for (const [k, { name, shape, map }] of levels.entries()) {
      const all = this.outputs(name);
      const source3 = {
        ...{ source, sourceStep: source.step, inputs: source.step, inHeight: height, inWidth: width },
        ...{ width: shape.width, weight: this.weight(name), bias: this.bias(name) },
      };
      ({ height, width } = shape);
      if (map) {
        // One tile for all levels: they are small, and each tile is a pipeline to compile.
        const tile = { px: 4, groups: k === 0 ? all : 1 };
        const threads = height * Math.ceil(width / tile.px) * (all / tile.groups);
        this.emit({
          kernel: conv3(tile, k === 0 ? 1 : 2),
          params: { ...source3, to: map, groups: all / tile.groups },
          threads,
        });
        source = map;
      } else {
        const projection = up.at(-1) as string;
        const channels = this.outputs(projection) * 4;
        const params = {
          ...{ ...source3, to: this.map(`${projection}.low`, { height, width, channels }) },
          ...{ projectWeight: this.weight(projection), projectBias: this.bias(projection) },
        };
        this.emit({ kernel: conv3Project({ px: 1, groups: all }, channels / 4), params, threads: height * width });
      }
    }
    for (let k = up.length - 1; k >= 1; k--) {
      const { shape, map } = levels[k] as { shape: MapShape; map: View };
      const projection = up[k - 1] as string;
      const channels = this.outputs(projection) * 4;
      const params = {
        ...{ low: this.view(`${up[k]}.low`), skip: map, width: shape.width },
        ...{ lowHeight: shape.height / 2, lowWidth: shape.width / 2 },
        to: this.map(`${projection}.low`, { ...shape, channels }),
        ...{ projectWeight: this.weight(projection), projectBias: this.bias(projection) },
      };
      const threads = shape.height * shape.width;
      this.emit({ kernel: rise(quads(shape.channels), channels / 4), params, threads });
    }
    const skip = this.view(down[0] as string);
    const cell = this.plane(to, fullHeight, fullWidth);
    // Two planes in one map, so that both come back as one part.
    this.sizes.set(to, quads(fullHeight * fullWidth) * 2);
    const tile = { px: 4, groups: this.outputs(last) };
    const params = {
      ...{ source: skip, sourceStep: skip.step, inputs: skip.step, inHeight: fullHeight, inWidth: fullWidth },
      ...{ width: fullWidth, weight: this.weight(last), bias: this.bias(last) },
      ...{ low: this.view(`${up[0]}.low`), lowHeight: fullHeight / 2, lowWidth: fullWidth / 2 },
      ...{ outWeight: this.weight(out), outBias: this.bias(out) },
      ...{ cell, core: { ...cell, offset: quads(fullHeight * fullWidth) } },
    };
    this.emit({ kernel: saliencyTop(tile), params, threads: (fullHeight * fullWidth) / tile.px });
  }

  private stem({ from, saliency, to, weights, gate }: LayerOf<'stem'>): void {
    const { width, height } = this.shape(to);
    const { height: inHeight, width: inWidth } = this.shape(from);
    const tile = { px: Math.min(this.tuning.px, 2), groups: this.outputs(weights) };
    const source = this.view(from);
    // Whoever writes the crop writes the scale and shift of its standardisation behind it.
    this.sizes.set(source.map, inHeight * inWidth * source.step + 2);
    const params = {
      ...{ source, inHeight, inWidth, width, weight: this.weight(weights), bias: this.bias(weights) },
      ...{ saliency: this.view(saliency), gate: this.values(gate), to: this.map(to, this.shape(to)) },
    };
    this.emit({ kernel: stem(tile), params, threads: (height * width) / tile.px });
  }

  /** One 1x1 convolution. */
  private point(
    name: string,
    from: View,
    to: View,
    px: number,
    kind: { norm?: boolean; relu?: boolean; residual?: View; gate?: View },
    arrays = { weight: this.weight(name), bias: this.bias(name), outputs: this.outputs(name) },
  ): void {
    const { outputs, weight, bias } = arrays;
    const { norm = false, relu = false, residual, gate } = kind;
    const tile = this.tile(px, outputs);
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
    this.emit({ kernel: pointwise(tile), params, threads: Math.ceil(px / tile.px) * (outputs / tile.groups) });
  }

  private mbconv({ from, to, weights, stride, residual }: LayerOf<'mbconv'>): void {
    const input = this.view(from);
    const before = this.shape(from);
    const shape = this.shape(to);
    const middle = this.outputs(`${weights}.expand`);
    const expanded = { ...before, channels: middle * 4 };
    const wide = this.map(`${weights}.wide`, expanded);
    this.point(`${weights}.expand`, input, wide, before.height * before.width, { relu: true });
    this.depthPoint(wide, expanded, shape, this.map(to, shape), `${weights}.depthwise`, `${weights}.project`, {
      stride,
      reluBetween: true,
      ...(residual && { residual: input }),
    });
  }

  private depthPoint(
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
    const tile = this.tile(height * width, outputs, width, this.tuning.registers * 2);
    if (low) tile.px = Math.max(tile.px, 2);
    const params = {
      ...{
        source: from,
        sourceStep: from.step,
        inHeight: before.height,
        inWidth: before.width,
        middle: quads(before.channels) + lowMiddle,
      },
      ...{ width, depthWeight: this.values(`${depth}.w`), depthBias: this.bias(depth) },
      ...{ to, groups: outputs / tile.groups, weight: this.weight(point), bias: this.bias(point) },
      ...{ reluBetween: reluBetween ? 1 : 0, relu: relu ? 1 : 0, residual: residual ?? NONE },
      ...{
        low: low ?? 0,
        lowStep: low?.step ?? 0,
        lowMiddle,
        lowHeight: lowShape?.height ?? 0,
        lowWidth: lowShape?.width ?? 0,
      },
    };
    const kernel = depthPoint({ tile, stride, upsampled: Boolean(low) });
    this.emit({ kernel, params, threads: ((height * width) / tile.px) * (outputs / tile.groups) });
  }

  private swin({ from, to, weights, shift }: LayerOf<'swin'>): void {
    const shape = this.shape(to);
    const { width: side, channels } = shape;
    const px = side * side;
    const temporary = (name: string, wide: number) => this.map(`${weights}.${name}`, { ...shape, channels: wide });
    const input = this.view(from);
    const qkv = temporary('qkv', 3 * channels);
    this.point(`${weights}.qkv`, input, qkv, px, { norm: true });
    const biases = this.array(`${weights}.bias`);
    const [kinds, heads, members] = biases.shape as [number, number, number];
    const mixed = temporary('mixed', channels);
    const params = { source: qkv, side, shift, heads, kinds, bias: this.values(`${weights}.bias`), to: mixed };
    this.emit({ kernel: attention(channels / heads / 4, Math.sqrt(members)), params, threads: px * heads });
    const attended = temporary('attended', channels);
    this.point(`${weights}.out`, mixed, attended, px, { residual: input });
    const wide = temporary('mlp', this.outputs(`${weights}.mlp1`) * 4);
    this.point(`${weights}.mlp1`, attended, wide, px, { norm: true, relu: true });
    this.point(`${weights}.mlp2`, wide, this.map(to, shape), px, { residual: attended });
  }

  private crossLayerSum({ from, to, projections, bias }: LayerOf<'crossLayerSum'>): void {
    const { width: side, height, channels } = this.shape(to);
    const outputs = quads(channels);
    const [finest, ...coarse] = from.map((name, k) => {
      const name3 = projections[k] as string;
      return { ...this.shape(name), view: this.view(name), weight: this.weight(name3), name: name3 };
    });
    if (!finest || coarse.length !== 3) throw new Error('the cross-layer sum takes four scales');
    const lows = coarse.map(({ height, width, name }) => this.map(`${name}.low`, { height, width, channels }));
    const counts = coarse.map(({ height, width }) => height * width);
    const tile = this.tile(
      counts.reduce((sum, n) => sum + n, 0),
      outputs,
    );
    const groups = outputs / tile.groups;
    const params: Record<string, number | View> = { groups };
    const sum: Record<string, number | View> = {};
    coarse.forEach(({ view, weight, width, height }, i) => {
      const k = i + 1;
      const low = lows[i] as View;
      Object.assign(params, {
        ...{
          [`source${k}`]: view,
          [`inputs${k}`]: view.step,
          [`weight${k}`]: weight,
          [`to${k}`]: low,
          [`px${k}`]: height * width,
        },
      });
      Object.assign(sum, { [`low${k}`]: low, [`side${k}`]: width });
    });
    this.emit({
      kernel: projectCoarse(tile),
      params,
      threads: counts.reduce((sum, n) => sum + Math.ceil(n / tile.px), 0) * groups,
    });
    const own = this.tile(height * side, outputs, side);
    Object.assign(sum, {
      ...{ source: finest.view, inputs: finest.view.step, side, groups: outputs / own.groups, weight: finest.weight },
      ...{ bias: this.values(bias), to: this.map(to, this.shape(to)) },
    });
    this.emit({ kernel: sumScales(own), params: sum, threads: ((height * side) / own.px) * (outputs / own.groups) });
  }

  private resnext({ from, to, weights }: LayerOf<'resnext'>): void {
    const shape = this.shape(to);
    const { height, width } = shape;
    const input = this.view(from);
    const reduced = this.map(`${weights}.reduced`, shape);
    this.point(`${weights}.reduce`, input, reduced, height * width, { relu: true });
    const outputs = quads(shape.channels);
    // The middle is computed anew for every group of outputs, so one thread computes as many as its registers hold.
    const tile = { px: Math.min(this.tuning.px, 2), groups: Math.min(outputs, this.tuning.registers) };
    const grouped = this.array(`${weights}.grouped.w`);
    if (grouped.shape[2] !== 8) throw new Error('the grouped kernel has groups of eight channels');
    const params = {
      ...{ source: reduced, inHeight: height, inWidth: width, width },
      ...{ middleWeight: this.values(`${weights}.grouped.w`), middleBias: this.bias(`${weights}.grouped`) },
      ...{ weight: this.weight(`${weights}.expand`), bias: this.bias(`${weights}.expand`), residual: input },
      ...{ to: this.map(to, shape), groups: outputs / tile.groups },
    };
    this.emit({ kernel: groupedExpand(tile), params, threads: ((height * width) / tile.px) * (outputs / tile.groups) });
  }

  private eca({ from, to, taps }: LayerOf<'eca'>): void {
    const { height, width, channels } = this.shape(from);
    const source = this.view(from);
    const gate = this.map(`${to}.gate`, { height: 1, width: 1, channels });
    const params = { source, px: height * width, taps: this.values(taps), to: gate };
    this.emit({ kernel: channelGate(quads(channels)), params, teams: 1 });
    this.views.set(to, source);
    this.gates.set(to, gate);
  }

  /** Several 1x1 convolutions of one map as one, their outputs side by side. */
  private pointwise(layers: LayerOf<'pointwise'>[]): void {
    const [first] = layers as [LayerOf<'pointwise'>];
    const { height, width } = this.shape(first.from);
    const names = layers.map(({ weights }) => weights);
    this.layer = `pointwise ${names.join(' + ')}`;
    // To a multiple of four, so that the tile is the one of the other layers.
    const total = Math.ceil(names.reduce((sum, name) => sum + this.outputs(name), 0) / 4) * 4;
    const inputs = this.shape(first.from).channels;
    const columns = names.map((name) => this.array(`${name}.w`).values);
    const weight = this.pack.add(`${names.join()}.w`, () => sideBySide(columns, inputs, total * 4));
    const bias = this.pack.add(`${names.join()}.b`, () =>
      sideBySide(
        names.map((name) => this.array(`${name}.b`).values),
        1,
        total * 4,
      ),
    );
    const joined = this.map(layers.map(({ to }) => to).join(), { height, width, channels: total * 4 });
    let offset = 0;
    for (const { to, weights } of layers) {
      this.views.set(to, { ...joined, offset });
      offset += this.outputs(weights);
    }
    const gate = this.gates.get(first.from);
    const arrays = { weight, bias, outputs: total };
    this.point('', this.view(first.from), joined, height * width, { relu: true, ...(gate && { gate }) }, arrays);
  }

  private separable({ from, to, depth, point }: LayerOf<'separable'>): void {
    const names = from.length === 2 ? { low: from[0] as string, full: from[1] as string } : { full: from[0] as string };
    const before = this.shape(names.full);
    const shape = this.shape(to);
    this.depthPoint(this.view(names.full), before, shape, this.map(to, shape), depth, point, {
      stride: 1,
      relu: true,
      ...(names.low && { low: this.view(names.low), lowShape: this.shape(names.low) }),
    });
  }

  private logits({ from, to, weights }: LayerOf<'logits'>): void {
    const { height, width } = this.shape(from);
    const source = this.view(from);
    const tile = { px: 4, groups: this.outputs(weights) };
    const params = {
      ...{ source, sourceStep: source.step, inputs: source.step, inHeight: height, inWidth: width, width },
      ...{ weight: this.weight(weights), bias: this.bias(weights) },
      ...{ to: this.map(to, { ...this.shape(to), channels: 4 }), cell: this.plane(`${to}.cell`, height, width) },
    };
    this.emit({ kernel: logits(tile), params, threads: (height * width) / tile.px });
  }

  private head(
    share: LayerOf<'poolWeights'>,
    pool: LayerOf<'pool'>,
    classify: LayerOf<'classify'>,
    gradCam: LayerOf<'gradCam'>,
  ): void {
    this.layer = 'pool, types, Grad-CAMs';
    const { width: side, channels } = this.shape(pool.from);
    const deep = this.shape(pool.deep);
    const evidence = this.view(pool.from);
    const types = this.outputs(classify.weights);
    const px = side * side;
    const kind = { evidence: quads(channels), deep: quads(deep.channels), types, side, deepSide: deep.width };
    this.sizes.set(gradCam.to, types * px);
    const cams: View = { map: gradCam.to, offset: 0, step: 0 };
    this.views.set(gradCam.to, cams);
    const params = {
      ...{ evidence, evidenceStep: evidence.step, deep: this.view(pool.deep), cell: this.view(`${share.logits}.cell`) },
      saliency: this.view(share.saliency),
      floor: this.numbers.add('floor', () => Float32Array.of(share.floor)),
      ...{ weight: this.weight(classify.weights), bias: this.bias(classify.weights) },
      ...{ share: this.plane(share.to, side, side), features: this.map(pool.to, this.shape(pool.to)) },
      ...{ types: this.map(classify.to, this.shape(classify.to)), cams },
    };
    const cam = Math.ceil(((px / 4) * types) / TEAM);
    this.emit({ kernel: poolAndExplain(kind), params, teams: 1 + cam });
  }
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

/** array: the model's arrays by name. */
export function lower(
  plan: Plan,
  array: (name: string) => ModelArray,
  constants: CueConstants,
  tuning: Tuning,
): Lowered {
  const lowering = new Lowering(plan, array, constants, tuning);
  lowering.run();
  const program: Program = {
    dispatches: lowering.dispatches,
    maps: lowering.sizes,
    inputs: { crop: plan.input, window: lowering.sizes.has(WINDOW) ? WINDOW : plan.input },
    outputs: plan.outputs,
    filters: tuning.storage === 'f16' ? toHalves(lowering.pack.packed()) : lowering.pack.packed(),
    storage: tuning.storage,
    constants: lowering.numbers.packed(),
  };
  return { program, views: lowering.views };
}
