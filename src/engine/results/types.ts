/** Type logits -> calibrated probabilities and a call. */
import { type CallType, CELL_TYPES, type CellType } from '../../domain/cellType';
import type { Calibration } from '../manifest';

export interface TypeCall {
  probabilities: number[];
  modelType: CellType;
  type: CallType;
  confidence: number;
}

/**
 * Softmax at the calibrated temperature; a call that is not sure enough, or of a cell unlike those the model was
 * trained on (novelty above 1), is 'unidentified', never a forced type. 'Platelet/other' stays: debris is unlike cells.
 */
export function callType(
  logits: ArrayLike<number>,
  novelty: number,
  { temperature, minConfidence }: Pick<Calibration, 'temperature' | 'minConfidence'>,
): TypeCall {
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
