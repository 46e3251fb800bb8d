/** Type logits -> calibrated probabilities and a call. */
import { type CallType, CELL_TYPES, type CellType } from '../../domain/cellType';
import type { Calibration } from '../manifest';

export interface TypeCall {
  probabilities: number[];
  modelType: CellType;
  type: CallType;
  confidence: number;
}

/** No cell is so familiar that its call becomes certain. */
const LEAST_NOVELTY = 0.1;

/**
 * Softmax at a temperature that grows with novelty (distance from the training cells over the greatest of a known
 * kind), so that the same evidence counts for less in a cell, or a stain, unlike those the model was trained on.
 * A call that is not sure enough, or of a cell with novelty above 1, is 'unidentified', never a forced type.
 * 'Platelet/other' stays: debris is unlike cells.
 */
export function callType(
  logits: ArrayLike<number>,
  novelty: number,
  calibration: Pick<Calibration, 'temperature' | 'temperatureExponent' | 'minConfidence'>,
): TypeCall {
  const { minConfidence } = calibration;
  const temperature = calibration.temperature * Math.max(novelty, LEAST_NOVELTY) ** calibration.temperatureExponent;
  const scaled = Array.from(logits, (v) => v / temperature);
  const high = Math.max(...scaled);
  const powers = scaled.map((v) => Math.exp(v - high));
  const sum = powers.reduce((a, b) => a + b, 0);
  const probabilities = powers.map((p) => p / sum);
  const best = probabilities.indexOf(Math.max(...probabilities));
  const modelType = CELL_TYPES[best] ?? 'platelet';
  const confidence = probabilities[best] ?? 0;
  const unsure = confidence < minConfidence || (novelty > 1 && modelType !== 'platelet');
  return { probabilities, modelType, type: unsure ? 'unidentified' : modelType, confidence };
}
