/** The types a cell may be called, with the letter, key and words the field uses for them. */

/** The types the model knows, in the order of the network's type logits. */
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

/** Types that only a person names: the model was not trained on them. */
export const HUMAN_TYPES = [
  'band',
  'metamyelocyte',
  'myelocyte',
  'promyelocyte',
  'blast',
  'reactive_lymphocyte',
  'plasma_cell',
  'smudge',
  'giant_platelet',
  'artefact',
  'not_a_cell',
] as const;

export type HumanType = (typeof HUMAN_TYPES)[number];

/** What a cell may be called: a type, or 'unidentified' where the model or the person will not say. */
export type CallType = CellType | HumanType | 'unidentified';

/** In the order of a differential: granulocytes, lymphoid, monocyte, immature, then what is counted beside them. */
export const CALL_TYPES: readonly CallType[] = [
  'neutrophil',
  'band',
  'eosinophil',
  'basophil',
  'lymphocyte',
  'reactive_lymphocyte',
  'plasma_cell',
  'monocyte',
  'immature_granulocyte',
  'metamyelocyte',
  'myelocyte',
  'promyelocyte',
  'blast',
  'erythroblast',
  'platelet',
  'giant_platelet',
  'smudge',
  'artefact',
  'unidentified',
  'not_a_cell',
];

export function isCallType(value: unknown): value is CallType {
  return CALL_TYPES.some((type) => type === value);
}

/** Other words for a type by which it is looked for. */
export const TYPE_WORDS: Partial<Record<CallType, string>> = {
  neutrophil: 'segmented seg poly pmn',
  band: 'stab rod',
  lymphocyte: 'lymph',
  reactive_lymphocyte: 'atypical variant',
  immature_granulocyte: 'ig left shift',
  erythroblast: 'nrbc normoblast nucleated red',
  platelet: 'thrombocyte',
  giant_platelet: 'macrothrombocyte',
  smudge: 'gumprecht basket shadow',
  artefact: 'artifact stain debris',
  unidentified: 'other unclassified unknown',
};

/** Letter or letters on outlines and bars; where it is one letter, the key that reclassifies is TYPE_KEYS. */
export const TYPE_LETTERS: Record<CallType, string> = {
  neutrophil: 'N',
  eosinophil: 'E',
  basophil: 'B',
  lymphocyte: 'L',
  monocyte: 'M',
  immature_granulocyte: 'I',
  erythroblast: 'R',
  platelet: 'P',
  band: 'Bd',
  metamyelocyte: 'Mt',
  myelocyte: 'My',
  promyelocyte: 'Pm',
  blast: 'Bl',
  reactive_lymphocyte: 'Rl',
  plasma_cell: 'Pc',
  smudge: 'Sm',
  giant_platelet: 'Gp',
  artefact: 'Ar',
  unidentified: '?',
  not_a_cell: 'X',
};

/** The key that gives a cell its type; the other types are in the palette. */
export const TYPE_KEYS: Readonly<Record<string, CallType>> = {
  n: 'neutrophil',
  l: 'lymphocyte',
  m: 'monocyte',
  e: 'eosinophil',
  b: 'basophil',
  i: 'immature_granulocyte',
  r: 'erythroblast',
  p: 'platelet',
  u: 'unidentified',
  x: 'not_a_cell',
};

/** The key of a type in capitals, or nothing where it has none. */
export function keyOf(type: CallType): string | undefined {
  return Object.keys(TYPE_KEYS)
    .find((key) => TYPE_KEYS[key] === type)
    ?.toUpperCase();
}

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
  band: 'Band neutrophil',
  metamyelocyte: 'Metamyelocyte',
  myelocyte: 'Myelocyte',
  promyelocyte: 'Promyelocyte',
  blast: 'Blast',
  reactive_lymphocyte: 'Reactive lymphocyte',
  plasma_cell: 'Plasma cell',
  smudge: 'Smudge cell',
  giant_platelet: 'Giant platelet',
  artefact: 'Artefact',
  unidentified: 'Unidentified',
  not_a_cell: 'Not a cell / not counted',
};
