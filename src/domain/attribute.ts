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

/** N:C areas beyond which one in a hundred of PBC's described val cells lies that is called so: 'low' above, 'high' below. */
const [LOW_ENDS, HIGH_BEGINS] = [1.7, 1.1];
/** Lobes from which on a nucleus of that shape is another one: of those val cells one in twenty or so, of bands one in six. */
const FROM_LOBES: Record<string, number> = { 'unsegmented-band': 3, 'unsegmented-round': 2, 'unsegmented-indented': 2 };

/** What was measured of the cell, where that is not what the word says: '3 lobes', 'N:C area 2.92'; else null. */
export function measuredOtherwise(
  { name, value }: Pick<Attribute, 'name' | 'value'>,
  { lobes, nucleusToCytoplasm: ratio }: { lobes: number; nucleusToCytoplasm: number | null },
): string | null {
  if (name === 'nucleus_shape' && lobes >= (FROM_LOBES[value] ?? Number.POSITIVE_INFINITY)) return `${lobes} lobes`;
  if (name !== 'nuclear_cytoplasmic_ratio' || ratio === null) return null;
  const isOther = value === 'low' ? ratio > LOW_ENDS : value === 'high' && ratio < HIGH_BEGINS;
  return isOther ? `N:C area ${ratio.toFixed(2)}` : null;
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

/** Sessions that are opened may have any words, those too that every object has. */
const wordOf = (words: Record<string, string>, key: string) => (Object.hasOwn(words, key) ? words[key] : undefined);

/** Name as shown to people; one this app does not know in its own words. */
export const attributeName = (name: string) => wordOf(NAMES, name) ?? name.replaceAll('_', ' ');
export const attributeValue = (value: string) => wordOf(VALUES, value) ?? value;
