/** What the stages ask of the network, wherever it runs. */

import type { Pixels, Window } from '../../domain/pixels';

/** Raw outputs of one crop, row-major. */
export interface CropOutput {
  /** [cropSize^2 * 3] logits: background, cytoplasm, nucleus. */
  segmentation: Float32Array;
  /** [8] logits. */
  types: Float32Array;
  /** [8 * (cropSize / 4)^2], raw Grad-CAM of every type. */
  cams: Float32Array;
  /** [(cropSize / 2)^2], 0 to 1. */
  saliency: Float32Array;
  /** [256]: evidence pooled where the cell is, and the deep map's mean; what the types are a linear function of. */
  features: Float32Array;
}

/** Probability of white cell, and of the inner half of one, row-major. */
export interface SaliencyOutput {
  cell: Float32Array;
  core: Float32Array;
}

export interface Network {
  /** Crops worth computing at a time. */
  readonly batch: number;
  infer(windows: Window[]): Promise<CropOutput[]>;
  /** Of a window shown at height x width px, both multiples of 16. */
  saliency(field: Window, height: number, width: number): Promise<SaliencyOutput>;
  /** The image averaged in boxes to the white point's thumbnail, [size, size, 3] in [0, 1], where that is done faster than by plain loops; null where there is no room for it. */
  thumbnail?(pixels: Pixels): Promise<Float32Array | null>;
  /** The same, given crops and fields made beforehand, where it has another way for images that the device has no room for. */
  readonly madeBefore?: Network;
}
