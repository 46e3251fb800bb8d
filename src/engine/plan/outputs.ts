/** What the plans' outputs are. */

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
