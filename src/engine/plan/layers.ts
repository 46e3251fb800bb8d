/**
 * SG-CLDFF as a list of layers, the one place in the app that says what the network is. The plain path
 * (network/plain.ts, on tfjs) runs it layer by layer; the fused path (fused/lower/) turns it into dispatches
 * of our own pipelines, the one on the processor (simd/lower.ts) into calls of our own WebAssembly kernels. Python's twin is models/training/sgcldff/network.py.
 */
import type { Manifest, Standardisation } from '../manifest';

/** A map or vector that layers pass on; vectors have height and width 1. */
export interface MapShape {
  height: number;
  width: number;
  channels: number;
}

/** `weights` names arrays of the manifest: `<weights>.w`, `<weights>.b`; `from` and `to` name maps. */
export type Layer =
  /** Mean of 2 x 2 px. */
  | { op: 'halve'; from: string; to: string }
  /** The six analytic cues (kernels/cues.ts). */
  | { op: 'cues'; from: string; to: string }
  /** The learned saliency head: 3x3 convolutions down, 1x1 + bilinear x2 + skip up, then `last` and `out`. */
  | { op: 'unet'; from: string; to: string; down: string[]; up: string[]; last: string; out: string }
  /** 3x3 convolution of stride 2 over [standardised rgb, saliency x2], ReLU, times (gate + saliency). */
  | {
      op: 'stem';
      from: string;
      saliency: string;
      to: string;
      weights: string;
      gate: string;
      standardisation: Standardisation;
    }
  /** Inverted residual: 1x1, depthwise 3x3, 1x1. */
  | { op: 'mbconv'; from: string; to: string; weights: string; stride: 1 | 2; residual: boolean }
  /** (Shifted-)window attention and MLP, both residual, both after a layer norm. */
  | { op: 'swin'; from: string; to: string; weights: string; shift: number }
  /** CLDFF: each scale projected, resampled to the first's size, summed, ReLU. */
  | { op: 'crossLayerSum'; from: string[]; to: string; projections: string[]; bias: string }
  /** ResNeXt block: 1x1, grouped 3x3, 1x1, residual, ReLU. */
  | { op: 'resnext'; from: string; to: string; weights: string }
  /** Channels times sigmoid(convolution over channels of their means). */
  | { op: 'eca'; from: string; to: string; taps: string }
  /** 1x1 convolution and ReLU. */
  | { op: 'pointwise'; from: string; to: string; weights: string }
  /** Depthwise 3x3 (no activation), then 1x1 and ReLU; over [up2(from[0]), from[1]] where there are two. */
  | { op: 'separable'; from: string[]; to: string; depth: string; point: string }
  /** 3x3 convolution to four times the classes, then sub-pixel shuffle. */
  | { op: 'logits'; from: string; to: string; weights: string }
  /** Share of each px in the pooled evidence: cell probability times saliency plus a floor, sum 1. */
  | { op: 'poolWeights'; logits: string; saliency: string; to: string; floor: number }
  /** Evidence pooled by weights, joined with the deep map's mean. */
  | { op: 'pool'; from: string; weights: string; deep: string; to: string }
  /** Linear layer on a vector. */
  | { op: 'classify'; from: string; to: string; weights: string }
  /** Grad-CAM of all types: ReLU of the linear layer's rows applied to every px of the map. */
  | { op: 'gradCam'; from: string; to: string; weights: string };

export type LayerOf<Op extends Layer['op']> = Extract<Layer, { op: Op }>;

export interface Plan {
  layers: Layer[];
  /** Of every map that a layer names. */
  maps: Map<string, MapShape>;
  input: string;
  /** What is read back. */
  outputs: string[];
}

/** Shapes of the model's arrays by name. */
export type Shapes = (name: string) => number[];

const SALIENCY_LEVELS = 5;

export function shapesOf(manifest: Manifest): Shapes {
  const shapes = new Map(manifest.weights.map(({ name, shape }) => [name, shape]));
  return (name) => {
    const shape = shapes.get(name);
    if (!shape) throw new Error(`the manifest has no array ${name}`);
    return shape;
  };
}

/** Names 'a0' ... 'a<count - 1>'. */
const numbered = (name: string, count: number) => Array.from({ length: count }, (_, k) => `${name}${k}`);

function saliencyHead(from: string): Layer[] {
  return [
    { op: 'cues', from, to: 'cues' },
    {
      op: 'unet',
      from: 'cues',
      to: 'saliency',
      down: numbered('saliency.down', SALIENCY_LEVELS),
      up: numbered('saliency.up', SALIENCY_LEVELS - 1),
      last: 'saliency.last',
      out: 'saliency.out',
    },
  ];
}

/** Saliency (channels: cell, core) of a white-pointed picture; height and width multiples of 16. */
export function saliencyPlan(height: number, width: number): Plan {
  const layers = saliencyHead('half');
  const maps = new Map([
    ['half', { height, width, channels: 3 }],
    ['cues', { height, width, channels: 6 }],
    ['saliency', { height, width, channels: 2 }],
  ]);
  return { layers, maps, input: 'half', outputs: ['saliency'] };
}

/** White-pointed crops [crop, crop, 3] in [0, 1] -> logits, types, Grad-CAMs, saliency, pooled features. */
export function networkPlan(manifest: Manifest): Plan {
  const shapes = shapesOf(manifest);
  const maps = new Map<string, MapShape>();
  const size = (name: string) => maps.get(name) as MapShape;
  const map = (name: string, side: number, channels: number) =>
    maps.set(name, { height: side, width: side, channels }) && name;
  const side = manifest.cropSize;
  const half = side / 2;
  const input = map('crops', side, 3);
  map('half', half, 3);
  map('cues', half, 6);
  map('saliency', half, 2);
  const stem = map('stem', half, shapes('stem.w')[3] as number);
  const layers: Layer[] = [
    { op: 'halve', from: input, to: 'half' },
    ...saliencyHead('half'),
    {
      ...{ op: 'stem', from: input, saliency: 'saliency', to: stem, weights: 'stem', gate: 'gate' },
      standardisation: manifest.standardisation,
    },
  ];

  const mbconv = (weights: string, from: string, to: string, stride: 1 | 2) => {
    const channels = shapes(`${weights}.project.w`)[3] as number;
    const residual = stride === 1 && channels === size(from).channels;
    layers.push({ op: 'mbconv', from, to: map(to, size(from).width / stride, channels), weights, stride, residual });
    return to;
  };
  const swin = (weights: string, from: string, to: string, index: number) => {
    const { width, channels } = size(from);
    const window = Math.sqrt(shapes(`${weights}.bias`)[2] as number);
    // Every second block looks across windows, where there is more than one.
    const shift = index % 2 === 1 && width > window ? Math.floor(window / 2) : 0;
    layers.push({ op: 'swin', from, to: map(to, width, channels), weights, shift });
    return to;
  };
  const scale1 = mbconv('stage1.1', mbconv('stage1.0', stem, 'stage1.0', 2), 'scale1', 1);
  const stage2 = mbconv('stage2.1', mbconv('stage2.0', scale1, 'stage2.0', 2), 'stage2.1', 1);
  const scale2 = mbconv('stage2.2', stage2, 'scale2', 1);
  const stage3 = mbconv('stage3.down', scale2, 'stage3.down', 2);
  const scale3 = swin('stage3.1', swin('stage3.0', stage3, 'stage3.0', 0), 'scale3', 1);
  const stage4 = mbconv('stage4.down', scale3, 'stage4.down', 2);
  const scale4 = swin('stage4.1', swin('stage4.0', stage4, 'stage4.0', 0), 'scale4', 1);

  const quarter = size(scale1).width;
  const width = shapes('fusion.b')[0] as number;
  const scales = [scale1, scale2, scale3, scale4];
  layers.push({
    op: 'crossLayerSum',
    from: scales,
    to: map('fusion.sum', quarter, width),
    projections: numbered('fusion.project', scales.length),
    bias: 'fusion.b',
  });
  layers.push(
    { op: 'resnext', from: 'fusion.sum', to: map('fusion.0', quarter, width), weights: 'fusion.0' },
    { op: 'resnext', from: 'fusion.0', to: map('fusion.1', quarter, width), weights: 'fusion.1' },
    { op: 'eca', from: 'fusion.1', to: map('fused', quarter, width), taps: 'fusion.eca' },
  );

  const pointwise = (weights: string, from: string, to: string) => {
    const channels = shapes(`${weights}.w`)[3] as number;
    layers.push({ op: 'pointwise', from, to: map(to, size(from).width, channels), weights });
    return to;
  };
  const separable = (index: number, from: string[], to: string) => {
    const point = `segment.point${index}`;
    map(to, half, shapes(`${point}.w`)[3] as number);
    layers.push({ op: 'separable', from, to, depth: `segment.depth${index}`, point });
    return to;
  };
  const evidence = pointwise('evidence', 'fused', 'evidence');
  const lateral = pointwise('segment.lateral', 'fused', 'lateral');
  const joined = separable(2, [separable(1, [lateral, stem], 'joined1')], 'joined2');
  const types = manifest.types.length;
  const deep = size(scale4).channels;
  layers.push(
    { op: 'logits', from: joined, to: map('segmentation', side, 3), weights: 'segment.logits' },
    {
      op: 'poolWeights',
      logits: 'segmentation',
      saliency: 'saliency',
      to: map('weights', quarter, 1),
      floor: manifest.poolFloor,
    },
    {
      op: 'pool',
      from: evidence,
      weights: 'weights',
      deep: scale4,
      to: map('features', 1, size(evidence).channels + deep),
    },
    { op: 'classify', from: 'features', to: map('types', 1, types), weights: 'classify' },
    { op: 'gradCam', from: evidence, to: map('cams', quarter, types), weights: 'classify' },
  );
  return { layers, maps, input, outputs: ['segmentation', 'saliency', 'cams', 'features', 'types'] };
}
