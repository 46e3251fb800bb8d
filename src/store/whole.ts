/** Whether all of a file can still be read. */

/** Bytes read at a time: none of them is looked at, and a large file need not be in memory. */
const PART = 16e6;

/** False where it was moved, changed or deleted since it was opened, or a part of its card is damaged. Never rejects. */
export async function isWhole(file: Blob): Promise<boolean> {
  try {
    // An empty part of an empty file would be read without a look at the file.
    if (file.size <= PART) await file.arrayBuffer();
    else for (let at = 0; at < file.size; at += PART) await file.slice(at, at + PART).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}
