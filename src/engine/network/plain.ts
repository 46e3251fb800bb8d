/** Runs a plan's layers one by one on tfjs: the reference of the other two, and the way down from them. */
import * as tf from '@tensorflow/tfjs-core';
import { convolve } from '../kernels/convolve';
import { crossLayerSum } from '../kernels/crossLayerSum';
import { cues } from '../kernels/cues';
import { ecaGate } from '../kernels/ecaGate';
import { gradCam } from '../kernels/gradCam';
import { groupedConv } from '../kernels/groupedConv';
import { poolWeights } from '../kernels/poolWeights';
import { onWebGpu } from '../kernels/run';
import { standardise } from '../kernels/standardise';
import type { CueConstants } from '../manifest';
import type { Layer, LayerOf, Plan } from '../plan/layers';
import { saliencyHead } from '../saliency/saliencyHead';
import { firstOfTwo, resnextInGroups, separableInParts, stemInParts, toSpace } from './composed';
import { conv, depthwiseConv, mbconv, upsample2 } from './layers';
import { swinBlock } from './swin';
import type { Weights } from './weights';

/** Tensors by the plan's names of maps. */
export type Maps = Map<string, tf.Tensor>;

interface Context {
  w: Weights;
  constants: CueConstants;
  /** The map, as [B, H, W, C] unless said otherwise. */
  map: <T extends tf.Tensor = tf.Tensor4D>(name: string) => T;
}

type Operations = { [Op in Layer['op']]: (layer: LayerOf<Op>, context: Context) => tf.Tensor };

const operations: Operations = {
  halve: ({ from }, { map }) => tf.avgPool(map(from), 2, 2, 'valid'),
  cues: ({ from }, { map, constants }) => cues(map(from), constants),
  unet: (layer, { map, w }) => saliencyHead(w, layer, map(layer.from)),
  stem: ({ from, saliency, weights, gate, standardisation }, { map, w }) => {
    const s = firstOfTwo(w, map(saliency));
    const seen = standardise(map(from), standardisation);
    if (!onWebGpu()) return tf.mul(stemInParts(w, weights, seen, s), tf.add(s, w.get(gate)));
    const input = tf.concat([seen, upsample2(s)], 3) as tf.Tensor4D;
    return tf.mul(conv(w, weights, input, 'relu', { stride: 2 }), tf.add(s, w.get(gate)));
  },
  mbconv: ({ from, weights, stride, residual }, { map, w }) => mbconv(w, weights, map(from), stride, residual),
  swin: ({ from, weights, shift }, { map, w }) => {
    const x = map(from);
    const [batch, size, , channels] = x.shape;
    const tokens = tf.reshape(x, [batch, size * size, channels]) as tf.Tensor3D;
    return tf.reshape(swinBlock(w, weights, tokens, size, shift), x.shape);
  },
  crossLayerSum: ({ from, projections, bias }, { map, w }) => {
    const projected = from.map((name, k) => {
      const filter = w.get<tf.Tensor4D>(`${projections[k]}.w`);
      return convolve(map(name), filter, w.zeros(filter.shape[3]));
    });
    return crossLayerSum(projected as [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D, tf.Tensor4D], w.get(bias));
  },
  resnext: ({ from, weights }, { map, w }) => {
    const x = map(from);
    if (!onWebGpu()) return resnextInGroups(w, weights, x);
    const reduced = conv(w, `${weights}.reduce`, x, 'relu');
    const grouped = groupedConv(reduced, w.get<tf.Tensor4D>(`${weights}.grouped.w`), w.get(`${weights}.grouped.b`));
    return conv(w, `${weights}.expand`, grouped, 'relu', { residual: x });
  },
  eca: ({ from, taps }, { map, w }) => {
    const x = map(from);
    return tf.mul(x, tf.reshape(ecaGate(x, w.get(taps)), [x.shape[0], 1, 1, x.shape[3]]));
  },
  pointwise: ({ from, weights }, { map, w }) => conv(w, weights, map(from), 'relu'),
  separable: ({ from, depth, point }, { map, w }) => {
    const [first, second] = from.map((name) => map(name)) as [tf.Tensor4D, tf.Tensor4D?];
    if (second && !onWebGpu()) return separableInParts(w, depth, point, [upsample2(first), second]);
    const x = second ? (tf.concat([upsample2(first), second], 3) as tf.Tensor4D) : first;
    return conv(w, point, depthwiseConv(w, depth, x, 'linear'), 'relu');
  },
  logits: ({ from, weights }, { map, w }) => {
    const x = conv(w, weights, map(from), 'linear');
    return onWebGpu() ? tf.depthToSpace(x, 2, 'NHWC') : toSpace(x);
  },
  // [B, H, W]; sums to 1.
  poolWeights: ({ logits, saliency, floor }, { map, w }) => {
    const raw = poolWeights(map(logits), firstOfTwo(w, map(saliency)), floor);
    return tf.div(raw, tf.sum(raw, [1, 2], true));
  },
  // [B, channels].
  pool: ({ from, weights, deep }, { map }) => {
    const x = map(from);
    const [batch, height, width, channels] = x.shape;
    const shares = tf.reshape(map(weights), [batch, height * width, 1]);
    // The map is transposed, not the shares: else tfjs-wasm prepares it as if it were a layer's weights, which takes longer
    // than the products (1.2 ms against 0.3).
    const pooled = tf.matMul(tf.reshape(x, [batch, height * width, channels]), shares, true);
    return tf.concat([tf.reshape(pooled, [batch, channels]), tf.mean(map(deep), [1, 2])], 1);
  },
  // [B, types].
  classify: ({ from, weights }, { map, w }) =>
    tf.add(tf.matMul(map<tf.Tensor2D>(from), w.get<tf.Tensor2D>(`${weights}.w`)), w.get(`${weights}.b`)),
  // [B, types, H, W].
  gradCam: ({ from, weights }, { map, w }) => gradCam(map(from), w.get<tf.Tensor2D>(`${weights}.w`)),
};

/** All maps of the plan for one input [B, H, W, C]; call inside tf.tidy. Throws where a layer reads what is not there. */
export function runPlain(plan: Plan, w: Weights, constants: CueConstants, input: tf.Tensor4D): Maps {
  const maps: Maps = new Map([[plan.input, input as tf.Tensor]]);
  const map = <T extends tf.Tensor>(name: string) => {
    const found = maps.get(name);
    if (!found) throw new Error(`the plan reads ${name} before it is there`);
    return found as T;
  };
  const context: Context = { w, constants, map };
  for (const layer of plan.layers) {
    // The table's type ties each operation to its layer; a lookup by union cannot say so.
    const run = operations[layer.op] as (layer: Layer, context: Context) => tf.Tensor;
    maps.set(layer.to, run(layer, context));
  }
  return maps;
}
