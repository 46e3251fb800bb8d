/** A cell's morphology in words: the attributes a morphologist describes it by (WBCAtt, Tsutsui et al. 2023). */

export interface Attribute {
  /** WBCAtt's name, as in nucleus_shape. */
  name: string;
  /** Most probable value, as in segmented-bilobed. */
  value: string;
  probability: number;
  /** Share of the model's type's training cells that have this value; null where none of them was described. */
  share: number | null;
}

/** Below this probability a word is only a hint. */
export const SURE = 0.7;
/** A sure word that fewer of the type's cells have contradicts the type. */
const RARE = 0.03;

/** True where the word speaks against the type the model chose. */
export function contradicts({ probability, share }: Attribute): boolean {
  return share !== null && share < RARE && probability >= SURE;
}

const NAMES: Record<string, string> = {
  cell_size: 'Cell size',
  cell_shape: 'Cell shape',
  nucleus_shape: 'Nucleus',
  nuclear_cytoplasmic_ratio: 'N:C ratio',
  chromatin_density: 'Chromatin',
  cytoplasm_vacuole: 'Vacuoles',
  cytoplasm_texture: 'Cytoplasm texture',
  cytoplasm_colour: 'Cytoplasm colour',
  granule_type: 'Granules',
  granule_colour: 'Granule colour',
  granularity: 'Granular',
};

const VALUES: Record<string, string> = {
  nil: 'none',
  densely: 'dense',
  loosely: 'loose',
  'segmented-multilobed': 'segmented, multilobed',
  'segmented-bilobed': 'segmented, bilobed',
  'unsegmented-band': 'band',
  'unsegmented-round': 'round',
  'unsegmented-indented': 'indented',
};

/** Name as shown to people; one this app does not know in its own words. */
export const attributeName = (name: string) => NAMES[name] ?? name.replaceAll('_', ' ');
export const attributeValue = (value: string) => VALUES[value] ?? value;
