/** What the stages ask of the network, wherever it runs. */

import type { Pixels, Window } from '../../domain/pixels';
import { type CropOutput, classesOf, type MapName, type SaliencyOutput } from '../plan/outputs';

export { type CropOutput, classesOf, type MapName, type SaliencyOutput };

export interface Network {
  /** Crops worth computing at a time. */
  readonly batch: number;
  /** Computes on a device of its own, so that this thread can do other work meanwhile. */
  readonly aside?: boolean;
  infer(windows: Window[]): Promise<CropOutput[]>;
  /** Of a window shown at height x width px, both multiples of 16. */
  saliency(field: Window, height: number, width: number): Promise<SaliencyOutput>;
  /** The image averaged in boxes to the white point's thumbnail, [size, size, 3] in [0, 1], where that is done faster than by plain loops; null where there is no room for it. */
  thumbnail?(pixels: Pixels): Promise<Float32Array | null>;
  /** The same, given crops and fields made beforehand, where it has another way for images that the device has no room for. */
  readonly madeBefore?: Network;
}
