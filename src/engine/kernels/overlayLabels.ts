/** Mask layer of a whole image as packed RGBA. */
import * as tf from '@tensorflow/tfjs-core';
import { overlayLabelsReference } from './overlayLabels.reference';
import wgsl from './overlayLabels.wgsl?raw';
import { type Kernel, onWebGpu, runKernel } from './run';

const kernel: Kernel = { name: 'overlayLabels', wgsl, inputs: ['labels', 'palette'] };

/** What the arguments are stands at overlayLabelsReference. Resolves to height * width packed px. */
export async function overlayLabels(
  labels: Float32Array,
  palette: Int32Array,
  height: number,
  width: number,
): Promise<Int32Array> {
  if (!onWebGpu()) return overlayLabelsReference(labels, palette, height, width);
  const drawn = tf.tidy(() =>
    runKernel(
      kernel,
      [tf.tensor2d(labels, [height, width]), tf.tensor1d(Float32Array.from(palette))],
      [height, width],
      [],
      'int32',
    ),
  );
  const pixels = await drawn.data<'int32'>();
  drawn.dispose();
  return pixels as Int32Array;
}
