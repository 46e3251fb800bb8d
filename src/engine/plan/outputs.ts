/** What the plans' outputs are, and the class maps that go with their logits. */
import { BACKGROUND, CYTOPLASM, NUCLEUS } from '../../domain/mask';

/** Raw outputs of one crop, row-major. */
export interface CropOutput {
  /** [cropSize^2 * 3] logits: background, cytoplasm, nucleus. */
  segmentation: Float32Array;
  /** [cropSize^2], the most probable class of every px. */
  classes: Uint8Array;
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

/** The outputs that are numbers computed by the network's layers. */
export type MapName = Exclude<keyof CropOutput, 'classes'>;

/** Most probable class of three, by logits or probabilities. */
export function classOf(background: number, cytoplasm: number, nucleus: number): number {
  if (nucleus >= background && nucleus >= cytoplasm) return NUCLEUS;
  return cytoplasm >= background ? CYTOPLASM : BACKGROUND;
}

/** Of logits [px * 3], where the network's last kernel does not give it. */
export function classesOf(logits: Float32Array): Uint8Array {
  const classes = new Uint8Array(logits.length / 3);
  for (let i = 0, at = 0; i < classes.length; i++, at += 3) {
    classes[i] = classOf(logits[at] as number, logits[at + 1] as number, logits[at + 2] as number);
  }
  return classes;
}
