/** Reads a file, or says that it cannot be read. */
import { LeukolensError } from '../../domain/errors';

/** All bytes; throws LeukolensError where the file has gone since it was opened. */
export async function bytesOf(file: Blob): Promise<ArrayBuffer> {
  try {
    return await file.arrayBuffer();
  } catch (cause) {
    throw new LeukolensError(
      'damaged-image',
      'The file could not be read: it may have been moved, renamed or deleted since it was opened.',
      'Drop it here again from where it is now.',
      { cause },
    );
  }
}
