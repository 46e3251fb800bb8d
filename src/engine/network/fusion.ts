/** CLDFF: the backbone's four scales fused at stride 4. */
import * as tf from '@tensorflow/tfjs-core';
import { convolve } from '../kernels/convolve';
import { crossLayerSum } from '../kernels/crossLayerSum';
import { ecaGate } from '../kernels/ecaGate';
import { groupedConv } from '../kernels/groupedConv';
import { conv } from './layers';
import type { Weights } from './weights';

/** Projecting before resampling equals one 1x1 convolution over the concatenation, at a fraction of its cost. */
function project(w: Weights, k: number, x: tf.Tensor4D): tf.Tensor4D {
  const weights = w.get<tf.Tensor4D>(`fusion.project${k}.w`);
  return convolve(x, weights, tf.zeros([weights.shape[3]]));
}

function block(w: Weights, name: string, x: tf.Tensor4D): tf.Tensor4D {
  const reduced = conv(w, `${name}.reduce`, x, 'relu');
  const grouped = groupedConv(reduced, w.get<tf.Tensor4D>(`${name}.grouped.w`), w.get(`${name}.grouped.b`));
  return conv(w, `${name}.expand`, grouped, 'relu', { residual: x });
}

/** Four scales, finest first -> fused map [B, 32, 32, 64]. */
export function fusion(w: Weights, scales: [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D, tf.Tensor4D]): tf.Tensor4D {
  const [a, b, c, d] = scales;
  const projected: typeof scales = [project(w, 0, a), project(w, 1, b), project(w, 2, c), project(w, 3, d)];
  const sum = crossLayerSum(projected, w.get('fusion.b'));
  const mixed = block(w, 'fusion.1', block(w, 'fusion.0', sum));
  const gate = ecaGate(mixed, w.get('fusion.eca'));
  return tf.mul(mixed, tf.reshape(gate, [mixed.shape[0], 1, 1, mixed.shape[3]]));
}
