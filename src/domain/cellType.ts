/** The types the model knows, with the letter, key and words the field uses for them. */

/** Order of the network's type logits. */
export const CELL_TYPES = [
  'neutrophil',
  'eosinophil',
  'basophil',
  'lymphocyte',
  'monocyte',
  'immature_granulocyte',
  'erythroblast',
  'platelet',
] as const;

export type CellType = (typeof CELL_TYPES)[number];

/** What a cell may be called: a type, or 'unidentified' where the model or the person will not say. */
export type CallType = CellType | 'unidentified';

export const CALL_TYPES: readonly CallType[] = [...CELL_TYPES, 'unidentified'];

/** Letter on outlines and bars, and the key that will reclassify (interface.md, behaviour 2). */
export const TYPE_LETTERS: Record<CallType, string> = {
  neutrophil: 'N',
  eosinophil: 'E',
  basophil: 'B',
  lymphocyte: 'L',
  monocyte: 'M',
  immature_granulocyte: 'I',
  erythroblast: 'R',
  platelet: 'P',
  unidentified: '?',
};

/** Names as shown to people. */
export const TYPE_NAMES: Record<CallType, string> = {
  neutrophil: 'Neutrophil',
  eosinophil: 'Eosinophil',
  basophil: 'Basophil',
  lymphocyte: 'Lymphocyte',
  monocyte: 'Monocyte',
  immature_granulocyte: 'Immature granulocyte',
  erythroblast: 'Erythroblast',
  platelet: 'Platelet/other',
  unidentified: 'Unidentified',
};
