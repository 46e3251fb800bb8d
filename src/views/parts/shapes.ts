/** One shape a type, so that types stay apart where colours do not; paths in a box from -1 to 1. */
import type { CallType } from '../../domain/cellType';
import { TYPE_COLORS } from '../../domain/palette';

export const TYPE_SHAPES: Record<CallType, string> = {
  neutrophil: 'M-1 0A1 1 0 1 1 1 0A1 1 0 1 1 -1 0Z',
  eosinophil: 'M-.88-.88H.88V.88H-.88Z',
  basophil: 'M0-1.2L1.15.9H-1.15Z',
  lymphocyte: 'M0-1.2L1.2 0L0 1.2L-1.2 0Z',
  monocyte: 'M-1.1 0L-.55-.95H.55L1.1 0L.55.95H-.55Z',
  immature_granulocyte: 'M0-1.1L1.08-.3L.68 .95H-.68L-1.08-.3Z',
  erythroblast: 'M-1.15-.9H1.15L0 1.2Z',
  platelet: 'M-.55-1.05H.55V-.55H1.05V.55H.55V1.05H-.55V.55H-1.05V-.55H-.55Z',
  unidentified: 'M-.55-1H.55L1-.55V.55L.55 1H-.55L-1 .55V-.55Z',
  // A person's types have their lineage's shape with a flat foot or a wider body, and two letters.
  band: 'M-1.15 0A1.15 .95 0 1 1 1.15 0V.95H-1.15Z',
  metamyelocyte: 'M0-1.15L1.2-.3V.95H-1.2V-.3Z',
  myelocyte: 'M0-1.15L1.2-.3V.95H-1.2V-.3Z',
  promyelocyte: 'M0-1.15L1.2-.3V.95H-1.2V-.3Z',
  blast: 'M0-1.15L1.2-.3V.95H-1.2V-.3Z',
  reactive_lymphocyte: 'M0-1.15L1.25 0V.95H-1.25V0Z',
  plasma_cell: 'M0-1.15L1.25 0V.95H-1.25V0Z',
  smudge: 'M-1.2-.7H1.2V.7H-1.2Z',
  giant_platelet: 'M-.65-1.05H.65V-.65H1.15V.65H.65V1.05H-.65V.65H-1.15V-.65H-.65Z',
  artefact: 'M-1.2-.7H1.2V.7H-1.2Z',
  not_a_cell: 'M-1.1-1.1H1.1V1.1H-1.1Z',
};

/** Where the letter's middle sits: triangles are wide at one end. */
export const LETTER_SHIFT: Partial<Record<CallType, number>> = { basophil: 0.3, erythroblast: -0.22 };

/** Two letters are set smaller than one. */
export function letterScale(letters: string): number {
  return letters.length > 1 ? 0.74 : 1;
}

/** Colour of the letter on the type's colour: at least 4.5:1. */
export function letterColor(type: CallType): string {
  return TYPE_COLORS[type] === '#0072b2' ? '#ffffff' : '#101014';
}
