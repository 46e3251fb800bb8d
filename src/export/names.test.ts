import { expect, test } from 'vitest';
import { namer, safeName } from './names';

test.each([
  ['field.jpg', 'field'],
  ['sub/field.jpg', 'sub/field'],
  ['archive.tar.gz', 'archive.tar'],
  ['no extension', 'no extension'],
  ['.hidden', '.hidden'],
  ['sub/.png', 'sub/.png'],
  ['patient 12. second visit', 'patient 12. second visit'],
  ['../../etc/passwd', 'etc/passwd'],
  ['/absolute/a.png', 'absolute/a'],
  ['C:\\scans\\a.png', 'C__scans_a'],
  ['a<b>|c?.png', 'a_b__c_'],
  ['con.png', '_con'],
  ['sub/NUL.tif', 'sub/_NUL'],
  ['console.png', 'console'],
  ['dots...png', 'dots'],
  ['Zürich.png', 'Zürich'],
  ['..', 'image'],
  [`${'x'.repeat(300)}.png`, 'x'.repeat(60)],
])('%s is exported as %s', (file, name) => {
  expect(safeName(file)).toBe(name);
});

test('no two names are alike, whatever their case', () => {
  const files = ['a.jpg', 'a.png', 'A.webp', 'sub/a.jpg', 'a-2.jpg', 'a.jpg'];
  expect(files.map(namer())).toEqual(['a', 'a-2', 'A-3', 'sub/a', 'a-2-2', 'a-4']);
});
