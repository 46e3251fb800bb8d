import { expect, test } from 'vitest';
import { fromDrop } from './files';

test('a dropped file is taken as it is: not every browser can read it by its entry, which is a path alone', async () => {
  const file = new File(['x'], 'field.png');
  const unreadable = { isFile: true, isDirectory: false, name: 'field.png', fullPath: '/field.png' };
  const entry = { ...unreadable, file: (_: unknown, reject: (error: Error) => void) => reject(new Error('no path')) };
  const item = { kind: 'file', webkitGetAsEntry: () => entry, getAsFile: () => file };
  const text = { kind: 'string', webkitGetAsEntry: () => null, getAsFile: () => null };
  const data = { items: [text, item], files: [file] } as unknown as DataTransfer;
  expect(await fromDrop(data)).toEqual([{ file, path: 'field.png' }]);
});
