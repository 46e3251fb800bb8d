/** The plan's layers as calls of our WebAssembly kernels; what each layer does stands in plan/layers.ts. */
import { gaussianTaps } from '../kernels/blurRows.reference';
import type { CueConstants } from '../manifest';
import { padded } from '../plan/arrays';
import type { Layer, LayerOf, Plan } from '../plan/layers';
import { convolve, depthwise, type Lowering, layer, needFours, resample, whole } from './calls';
import type { Filters } from './filters';
import type { Kernels } from './kernels';
import { type Place, Program, type Size } from './program';

interface Context extends Lowering {
  constants: CueConstants;
}

type Lower<Op extends Layer['op']> = (layer: LayerOf<Op>, context: Context) => void;

const px = ({ width, height }: Size | Place) => width * height;

/** A flat run of floats that only one layer needs. */
const scratch = ({ program }: Lowering, name: string, floats: number) =>
  program.map(name, { width: Math.ceil(floats), height: 1, channels: 1 });

const lowerings: { [Op in Layer['op']]: Lower<Op> } = {
  halve({ from, to }, { program, kernels }) {
    program.add([from, to], (places) => {
      const [x, y] = [whole(places(from)), whole(places(to))];
      return () => kernels.halve(x.at, y.at, y.width, y.height);
    });
  },

  cues({ from, to }, context) {
    const { program, kernels, filters, constants } = context;
    const { width, height } = program.size(from);
    const [narrow = [], wide = []] = constants.sigmas.map(gaussianTaps);
    const radius = (taps: number[]) => (taps.length - 1) / 2;
    const half = (taps: number[]) => taps.slice(0, radius(taps) + 1);
    const numbers = filters.add('cues', () =>
      Float32Array.from([...constants.unmixing.flat(), ...constants.scales, ...half(narrow), ...half(wide)]),
    );
    const room = scratch(context, 'cues.scratch', (8 * height + 2 * radius(wide) + 4) * (width + 4) + 2 * wide.length);
    program.add([from, to, room], (places) => {
      const [x, y, s] = [whole(places(from)), places(to), places(room)];
      const radii = [radius(narrow), radius(wide)] as const;
      return () => kernels.cues(x.at, width, height, numbers, ...radii, s.at, y.at, y.step, y.pitch);
    });
  },

  unet({ from, to, down, up, last, out }, context) {
    const { program, kernels, filters } = context;
    const channelsOf = (name: string) => filters.shape(`${name}.b`)[0] as number;
    const levels: string[] = [];
    let x = from;
    down.forEach((name, k) => {
      const stride = k === 0 ? 1 : 2;
      const { width, height } = program.size(x);
      const level = program.map(name, {
        ...{ width: width / stride, height: height / stride, channels: channelsOf(name) },
        border: k < down.length - 1 ? 1 : 0,
      });
      layer(context, name, x, level, { kernel: 3, stride, relu: true });
      levels.push(level);
      x = level;
    });
    for (let k = up.length - 1; k >= 0; k--) {
      const name = up[k] as string;
      const skip = levels[k] as string;
      const { width, height } = program.size(x);
      const low = program.map(name, { width, height, channels: channelsOf(name) });
      layer(context, name, x, low);
      // The level itself becomes the sum: nothing reads it afterwards.
      resample(context, low, skip, { add: true, relu: true });
      x = skip;
    }
    const { width, height } = program.size(x);
    const features = program.map(last, { width, height, channels: channelsOf(last) });
    layer(context, last, x, features, { kernel: 3, relu: true });
    layer(context, out, features, to);
    program.add([to], (places) => {
      const y = whole(places(to));
      return () => kernels.sigmoid(y.at, px(y) * y.step);
    });
  },

  stem({ from, saliency, to, weights, gate, standardisation }, context) {
    const { program, kernels, filters } = context;
    const { width } = program.size(from);
    const { channels } = program.size(to);
    needFours(program.size(to));
    const factor = filters.number(gate);
    const levels = scratch(context, 'stem.levels', 6);
    const seen = program.map('stem.seen', { width, height: width, channels: 4, border: 1 });
    program.add([from, levels], (places) => {
      const [x, l] = [whole(places(from)), places(levels)];
      return () => kernels.levels(x.at, px(x), standardisation.gain, standardisation.floor, l.at);
    });
    program.add([from, levels, saliency, seen], (places) => {
      const [x, l, s, y] = [whole(places(from)), places(levels), whole(places(saliency)), places(seen)];
      return () => kernels.stemInput(x.at, l.at, s.at, y.at, y.pitch, width);
    });
    layer(context, weights, seen, to, { kernel: 3, stride: 2, relu: true });
    program.add([saliency, to], (places) => {
      const [s, y] = [whole(places(saliency)), whole(places(to))];
      return () => kernels.guide(y.at, px(y), channels, s.at, factor);
    });
  },

  mbconv({ from, to, weights, stride, residual }, context) {
    const { program, filters } = context;
    const { width, height } = program.size(from);
    const channels = filters.shape(`${weights}.expand.b`)[0] as number;
    const wide = program.map(`${weights}.wide`, { width, height, channels, border: 1 });
    const mixed = program.map(`${weights}.mixed`, { width: width / stride, height: height / stride, channels });
    layer(context, `${weights}.expand`, from, wide, { relu: true });
    depthwise(context, `${weights}.depthwise`, wide, mixed, { stride, relu: true });
    layer(context, `${weights}.project`, mixed, to, residual ? { residual: from } : {});
  },

  swin({ from, to, weights, shift }, context) {
    const { program, kernels, filters } = context;
    const size = program.size(from);
    const { width, height, channels } = size;
    const [kinds = 1, heads = 1, tokens = 1] = filters.shape(`${weights}.bias`);
    const window = Math.sqrt(tokens);
    needFours({ ...size, channels: channels / heads });
    if (width !== height || width % window !== 0) throw new Error(`windows of ${window} in ${width} x ${height} px`);
    const members = Math.ceil(tokens / 4) * 4;
    const bias = filters.add(`${weights}.bias in rows`, () =>
      padded(
        filters.array(`${weights}.bias`).values,
        tokens,
        kinds * heads * tokens,
        members,
        Number.NEGATIVE_INFINITY,
      ),
    );
    const map = (name: string, wide: number) => program.map(`${weights}.${name}`, { width, height, channels: wide });
    const linear = (name: string, x: string, y: string, options = {}) =>
      layer(context, `${weights}.${name}`, x, y, options);
    const normed = (x: string, y: string) =>
      program.add([x, y], (places) => {
        const [a, b] = [whole(places(x)), whole(places(y))];
        return () => kernels.layerNorm(a.at, b.at, px(a), channels);
      });

    const [first, qkv, mixed, half] = [
      map('norm1', channels),
      map('qkv', 3 * channels),
      map('mixed', channels),
      map('half', channels),
    ];
    normed(from, first);
    linear('qkv', first, qkv);
    const room = scratch(context, `${weights}.scratch`, 2 * members);
    program.add([qkv, mixed, room], (places) => {
      const [x, y, s] = [whole(places(qkv)), whole(places(mixed)), places(room)];
      return () => kernels.attention(x.at, bias, kinds, y.at, width, channels, heads, window, shift, members, s.at);
    });
    linear('out', mixed, half, { residual: from });
    const second = map('norm2', channels);
    const hidden = map('hidden', filters.shape(`${weights}.mlp1.b`)[0] as number);
    normed(half, second);
    linear('mlp1', second, hidden, { relu: true });
    linear('mlp2', hidden, to, { residual: half });
  },

  crossLayerSum({ from, to, projections, bias }, context) {
    const { program, filters } = context;
    const { channels } = program.size(to);
    const [first, ...others] = from as [string, ...string[]];
    const [own, ...theirs] = projections as [string, ...string[]];
    const relu = others.length === 0;
    convolve(context, first, to, { kernel: 1, filters: filters.blocks(own), bias: filters.bias(bias), relu });
    others.forEach((name, k) => {
      const projection = theirs[k] as string;
      const { width, height } = program.size(name);
      const small = program.map(projection, { width, height, channels });
      convolve(context, name, small, { kernel: 1, filters: filters.blocks(projection), bias: filters.zeros(channels) });
      resample(context, small, to, { add: true, relu: k === others.length - 1 });
    });
  },

  resnext({ from, to, weights }, context) {
    const { program, filters } = context;
    const [, , width, channels = 0] = filters.shape(`${weights}.grouped.w`);
    if (width !== 8) throw new Error(`groups of ${width} channels`);
    const size = program.size(from);
    const reduced = program.map(`${weights}.reduced`, { ...size, channels, border: 1 });
    const grouped = program.map(`${weights}.grouped`, { ...size, channels });
    layer(context, `${weights}.reduce`, from, reduced, { relu: true });
    layer(context, `${weights}.grouped`, reduced, grouped, { kernel: 3, grouped: true, relu: true });
    layer(context, `${weights}.expand`, grouped, to, { relu: true, residual: from });
  },

  eca({ from, to, taps }, context) {
    const { program, kernels, filters } = context;
    const { channels } = program.size(from);
    needFours(program.size(from));
    if (filters.shape(taps)[0] !== 3) throw new Error('a channel gate of other than three taps');
    const weights = filters.values(taps);
    const room = scratch(context, `${to}.scratch`, 2 * channels + 16);
    program.add([from, to, room], (places) => {
      const [x, y, s] = [whole(places(from)), whole(places(to)), places(room)];
      return () => kernels.eca(x.at, px(x), channels, weights, y.at, s.at);
    });
  },

  pointwise({ from, to, weights }, context) {
    layer(context, weights, from, to, { relu: true });
  },

  separable({ from, to, depth, point }, context) {
    const { program, kernels } = context;
    const [first, second] = from as [string, string?];
    const { width, height } = program.size(to);
    let x = first;
    if (second) {
      const channels = program.size(first).channels + program.size(second).channels;
      x = program.map(`${to}.joined`, { width, height, channels, border: 1 });
      resample(context, first, x);
      program.add([first, second, x], (places) => {
        const [a, b, y] = [places(first), places(second), places(x)];
        return () => kernels.copy(b.at, b.step, b.pitch, y.at + a.step, y.step, y.pitch, width, height, b.step);
      });
    }
    const mixed = program.map(`${to}.mixed`, { width, height, channels: program.size(x).channels });
    depthwise(context, depth, x, mixed);
    layer(context, point, mixed, to, { relu: true });
  },

  logits({ from, to, weights }, context) {
    const { program, kernels } = context;
    const { width, height } = program.size(from);
    const { channels } = program.size(to);
    if (channels !== 3) throw new Error(`${channels} classes of px`);
    const fours = program.map(`${to}.fours`, { width, height, channels: 12 });
    layer(context, weights, from, fours, { kernel: 3 });
    program.add([fours, to], (places) => {
      const [x, y] = [whole(places(fours)), whole(places(to))];
      return () => kernels.shuffle(x.at, y.at, width, height);
    });
  },

  poolWeights({ logits, saliency, to, floor }, { program, kernels }) {
    program.add([logits, saliency, to], (places) => {
      const [x, s, y] = [whole(places(logits)), whole(places(saliency)), whole(places(to))];
      return () => kernels.poolWeights(x.at, s.at, y.width, floor, y.at);
    });
  },

  pool({ from, weights, deep, to }, { program, kernels }) {
    needFours(program.size(from));
    needFours(program.size(deep));
    program.add([from, weights, deep, to], (places) => {
      const [x, w, d, y] = [whole(places(from)), whole(places(weights)), whole(places(deep)), whole(places(to))];
      return () => {
        kernels.pool(x.at, w.at, px(x), x.channels, y.at);
        kernels.means(d.at, px(d), d.channels, y.at + x.step);
      };
    });
  },

  classify({ from, to, weights }, context) {
    layer(context, weights, from, to);
  },

  gradCam({ from, to, weights }, context) {
    const { program, kernels, filters } = context;
    const { width, height, channels } = program.size(from);
    const types = program.size(to).channels;
    const raw = program.map(`${to}.raw`, { width, height, channels: types });
    const rows = {
      kernel: 1,
      filters: filters.blocks(weights, channels),
      bias: filters.zeros(types),
      relu: true,
    } as const;
    convolve(context, from, raw, rows);
    program.add([raw, to], (places) => {
      const [x, y] = [whole(places(raw)), whole(places(to))];
      return () => kernels.transpose(x.at, y.at, px(x), types);
    });
  },
};

/** Maps of the plan that a 3x3 convolution reads as they are. */
function bordered({ layers }: Plan): Set<string> {
  return new Set(
    layers.flatMap((layer) => {
      if (layer.op === 'unet' || layer.op === 'logits') return [layer.from];
      return layer.op === 'separable' && layer.from.length === 1 ? layer.from : [];
    }),
  );
}

/** Throws where the network is of a shape that these kernels were not made for. */
export function lower(plan: Plan, kernels: Kernels, filters: Filters, constants: CueConstants): Program {
  const program = new Program(kernels);
  const read = bordered(plan);
  for (const [name, { width, height, channels }] of plan.maps) {
    program.map(name, { width, height, channels, border: read.has(name) ? 1 : 0 });
  }
  const context: Context = { program, kernels, filters, constants };
  for (const step of plan.layers) {
    // The table's type ties each lowering to its layer; a lookup by union cannot say so.
    (lowerings[step.op] as (layer: Layer, context: Context) => void)(step, context);
  }
  return program;
}
