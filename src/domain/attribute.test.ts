/** Tests of attributes. */
import { expect, test } from 'vitest';
import { attributeName, attributeValue, contradicts } from './attribute';

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
