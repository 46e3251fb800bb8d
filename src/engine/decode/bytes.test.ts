// A file that cannot be read any more says so.
import { expect, test } from 'vitest';
import { bytesOf } from './bytes';

test('a file that has gone from the disk fails in words', async () => {
  const gone = new Blob([]);
  gone.arrayBuffer = async () => {
    throw new DOMException('', 'NotFoundError');
  };
  await expect(bytesOf(gone)).rejects.toThrow(/moved, renamed or deleted/);
});
