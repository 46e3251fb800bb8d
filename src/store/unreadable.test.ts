// Files that can no longer be read since they were opened: moved, changed, or on a card that was taken out.
import 'fake-indexeddb/auto';
import { expect, test, vi } from 'vitest';
import { newEntry } from './images';
import { keepWithImage, settled } from './persist';
import { fileOf, keepFile } from './pictures';
import { openedFile } from './prepare';
import { useStore } from './store';

vi.stubGlobal('location', new URL('http://localhost/'));
vi.stubGlobal('navigator', {});

/** A file and how to take it away. */
function taken() {
  const file = new File(['photograph'], 'a.png');
  const take = () => {
    file.slice = () => Object.assign(new Blob(), { arrayBuffer: () => Promise.reject(new Error('taken out')) });
  };
  return { file, take };
}

test('the copy that was kept stands in for a file that is gone', async () => {
  const { file, take } = taken();
  keepFile('a', file);
  keepWithImage('a', file);
  useStore.setState({ images: [newEntry({ id: 'a', name: 'a.png', path: 'a.png', size: 10 })] });
  await settled();
  expect(await fileOf('a')).toBe(file);
  take();
  const kept = await fileOf('a');
  expect(kept).not.toBe(file);
  expect(await kept?.text()).toBe('photograph');
});

test('a file that is gone and was not kept is none, and says why where it is to be analysed', async () => {
  const { file, take } = taken();
  keepFile('b', file);
  take();
  expect(await fileOf('b')).toBeNull();
  expect(await openedFile('b')).toBe(file);
});
