/** Tests of attributes. */
import { expect, test } from 'vitest';
import { attributeName, attributeValue, contradicts, measuredOtherwise } from './attribute';

const word = { name: 'granule_colour', value: 'red', probability: 0.9, share: 0.001 };

test('a sure word that hardly any cell of the type has contradicts the type', () => {
  expect(contradicts(word)).toBe(true);
});

test('an unsure word, a usual one, and one nothing is known of do not', () => {
  expect(contradicts({ ...word, probability: 0.5 })).toBe(false);
  expect(contradicts({ ...word, share: 0.2 })).toBe(false);
  expect(contradicts({ ...word, share: null })).toBe(false);
});

test('names are for people, and an unknown one is still readable', () => {
  expect(attributeName('nuclear_cytoplasmic_ratio')).toBe('N:C ratio');
  expect(attributeName('nuclear_halo')).toBe('nuclear halo');
  expect(attributeValue('nil')).toBe('none');
  expect(attributeValue('coarse')).toBe('coarse');
});

test('a word that the cell\u2019s own measures speak against is told', () => {
  const of = (name: string, value: string, lobes: number, ratio: number | null) =>
    measuredOtherwise({ name, value }, { lobes, nucleusToCytoplasm: ratio });
  expect(of('nucleus_shape', 'unsegmented-band', 3, 0.6)).toBe('3 lobes');
  // A band has necks of its own.
  expect(of('nucleus_shape', 'unsegmented-band', 2, 0.6)).toBeNull();
  expect(of('nucleus_shape', 'unsegmented-round', 2, 0.6)).toBe('2 lobes');
  expect(of('nucleus_shape', 'segmented-bilobed', 3, 0.6)).toBeNull();
  expect(of('nuclear_cytoplasmic_ratio', 'low', 1, 2.921)).toBe('N:C area 2.92');
  expect(of('nuclear_cytoplasmic_ratio', 'high', 1, 0.9)).toBe('N:C area 0.90');
  expect(of('nuclear_cytoplasmic_ratio', 'high', 1, 1.4)).toBeNull();
  expect(of('nuclear_cytoplasmic_ratio', 'low', 1, null)).toBeNull();
});

test('a word that every object has is an unknown one like others', () => {
  expect(attributeName('constructor')).toBe('constructor');
  expect(attributeValue('toString')).toBe('toString');
});
