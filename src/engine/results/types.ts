/** Type logits -> calibrated probabilities and a call. */
import { type CallType, CELL_TYPES, type CellType } from '../../domain/cellType';

export interface TypeCall {
  probabilities: number[];
  modelType: CellType;
  type: CallType;
  confidence: number;
}

/** Softmax at the calibrated temperature; below minConfidence the call is 'unidentified', never a forced type. */
export function callType(logits: ArrayLike<number>, temperature: number, minConfidence: number): TypeCall {
  const scaled = Array.from(logits, (v) => v / temperature);
  const high = Math.max(...scaled);
  const powers = scaled.map((v) => Math.exp(v - high));
  const sum = powers.reduce((a, b) => a + b, 0);
  const probabilities = powers.map((p) => p / sum);
  const best = probabilities.indexOf(Math.max(...probabilities));
  const modelType = CELL_TYPES[best] ?? 'platelet';
  const confidence = probabilities[best] ?? 0;
  return { probabilities, modelType, type: confidence < minConfidence ? 'unidentified' : modelType, confidence };
}
