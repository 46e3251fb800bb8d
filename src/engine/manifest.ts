/** What a model's manifest.json says: every number that the stages and training must agree on. Written by convert.py. */
import type { io } from '@tensorflow/tfjs-core';

/** Of the white-point estimate (saliency/whitePoint.ts). */
export interface WhitePointConstants {
  thumbnail: number;
  blocks: number;
  quantile: number;
  blockQuantile: number;
  expectile: number;
  iterations: number;
  /** Px of the longer side from which a field's white is a surface. */
  surfaceMinSide: number;
}

/** Of the analytic saliency cues (kernels/cues.ts). */
export interface CueConstants {
  /** Two rows [r, g, b]: optical density -> azure and eosin concentration. */
  unmixing: number[][];
  /** Of the difference of Gaussians, px. */
  sigmas: [number, number];
  /** Factor of each of the six cues. */
  scales: number[];
}

/** Of the detector (candidates/). */
export interface DetectorConstants {
  longSide: number;
  maxReduction: number;
  /** Larger grids are cut into tiles: their feature maps would not fit a GPU buffer. */
  maxPixels: number;
  stride: number;
  cellThreshold: number;
  coreThreshold: number;
  /** Grid px. */
  minDiameter: number;
}

/**
 * Novelty is the distance of a cell's features from those of the training cells over maxDistance. The type logits are
 * divided by temperature * novelty ^ temperatureExponent; below minConfidence, or with novelty above 1, a call
 * is 'unidentified'. attributeTemperature divides the attributes' logits.
 */
export interface Calibration {
  temperature: number;
  temperatureExponent: number;
  minConfidence: number;
  maxDistance: number;
  attributeTemperature: number;
}

/** A morphological attribute, its values in the network's order, and how they go with the types. */
export interface AttributeInfo {
  name: string;
  values: string[];
  /** By type, the share of its described training cells with each value; empty where none was described. */
  shares: number[][];
}

/**
 * How crops are shown to the first convolution: every channel's mean taken off, then times gain over its standard
 * deviation plus floor (kernels/standardise.reference.ts).
 */
export interface Standardisation {
  gain: number;
  floor: number;
}

/** A file beside the manifest. */
export interface ModelFile {
  path: string;
  bytes: number;
  /** Hexadecimal. */
  sha256: string;
}

export interface Manifest {
  format: number;
  name: string;
  version: string;
  types: string[];
  parameters: number;
  /** Side of the network's input, px. */
  cropSize: number;
  /** Side of the image window a crop shows, in cell diameters. */
  cropSidePerDiameter: number;
  poolFloor: number;
  standardisation: Standardisation;
  detector: DetectorConstants;
  whitePoint: WhitePointConstants;
  cues: CueConstants;
  calibration: Calibration;
  attributes: AttributeInfo[];
  weights: io.WeightsManifestEntry[];
  shards: ModelFile[];
  /** What a device must get right before it is believed (runtime/gate.ts); a model that comes without it is run on any. */
  gate?: ModelFile;
}

/** Crop px per px of a crop's saliency map. */
export const SALIENCY_STRIDE = 2;
/** Crop px per px of a Grad-CAM. */
export const CAM_STRIDE = 4;
