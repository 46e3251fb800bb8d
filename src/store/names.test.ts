import { expect, test } from 'vitest';
import { newEntry } from './images';
import { shownName, shownNames } from './names';

test('files of one name are told apart by their folders, and those without folders by a number', () => {
  const paths = ['Patient A/1.jpg', 'Patient A/2.jpg', 'Patient B/1.jpg', '3.jpg', '3.jpg'];
  const images = paths.map((path, i) =>
    newEntry({ id: `${i}`, name: path.split('/').at(-1) ?? path, path, size: 1, order: i }),
  );
  expect([...shownNames(images).values()]).toEqual([
    'Patient A/1.jpg',
    '2.jpg',
    'Patient B/1.jpg',
    '3.jpg',
    '3.jpg (2)',
  ]);
  expect(shownName(images.slice(0, 2), '0')).toBe('1.jpg');
  expect(shownName(images, 'gone')).toBe('');
});
