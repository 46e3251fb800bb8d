/** Heat-map layer of a whole image (saliency, or the Grad-CAMs of all its cells) as packed RGBA. */
import * as tf from '@tensorflow/tfjs-core';
import type { Box } from '../../domain/box';
import { type HeatMaps, overlayHeatReference } from './overlayHeat.reference';
import wgsl from './overlayHeat.wgsl?raw';
import { type Kernel, onWebGpu, runKernel } from './run';

/**
 * The kernel asks every px for every box. Beyond so many questions, which take about as long as a crop does, the processor draws: it visits only the
 * px of each box, and the device is not held up by one dispatch that cannot be cut.
 */
const MOST_QUESTIONS = 2e7;

const kernel: Kernel = { name: 'overlayHeat', wgsl, inputs: ['maps', 'boxes', 'palette'] };

/** What the three arguments are stands at overlayHeatReference. Resolves to height * width packed px. */
export async function overlayHeat(
  maps: HeatMaps,
  boxes: Box[],
  palette: Int32Array,
  height: number,
  width: number,
): Promise<Int32Array> {
  if (boxes.length === 0) return new Int32Array(height * width);
  const questions = boxes.length * width * height;
  if (!onWebGpu() || questions > MOST_QUESTIONS) return overlayHeatReference(maps, boxes, palette, height, width);
  const drawn = tf.tidy(() => {
    const stack = tf.tensor3d(maps.values, [maps.count, maps.height, maps.width]);
    const corners = tf.tensor2d(
      boxes.flatMap((b) => [b.x0, b.y0, b.x1, b.y1]),
      [boxes.length, 4],
    );
    // 24-bit colours are exact in float32; tfjs gives all inputs of a program one type.
    const colours = tf.tensor1d(Float32Array.from(palette));
    return runKernel(kernel, [stack, corners, colours], [height, width], [], 'int32');
  });
  const pixels = await drawn.data<'int32'>();
  drawn.dispose();
  return pixels as Int32Array;
}
