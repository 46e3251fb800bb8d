/** From what a person drops, pastes or picks to a list of files in the order one would read them. */
import type { ErrorData } from '../domain/errors';

/** A file and the path it was dropped under. */
export interface PickedFile {
  file: File;
  path: string;
}

export const MAX_FILE_BYTES = 512 * 1024 * 1024;

/** Asked of the file dialog, and of files found in folders; a file dropped by itself is always tried. */
export const IMAGE_EXTENSIONS = ['tif', 'tiff', 'png', 'jpg', 'jpeg', 'webp', 'avif', 'bmp', 'gif'];
/** Folders within folders are followed this far: some systems let a folder hold itself. */
const MAX_DEPTH = 32;

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** 'field 2' before 'field 10'. */
export function naturalOrder(a: string, b: string): number {
  return collator.compare(a, b);
}

/** The reason a file is not even read, or null. */
export function refusal(file: { size: number }): ErrorData | null {
  if (file.size <= MAX_FILE_BYTES) return null;
  return {
    code: 'image-too-large',
    message: `The file has ${Math.round(file.size / 2 ** 20)} MB; at most ${MAX_FILE_BYTES / 2 ** 20} MB can be analysed.`,
    remedy: 'Save the fields of view as separate images, or export the scan at a lower resolution.',
  };
}

export function isImageName(name: string): boolean {
  const extension = name.slice(name.lastIndexOf('.') + 1).toLowerCase();
  return !name.startsWith('.') && name.includes('.') && IMAGE_EXTENSIONS.includes(extension);
}

/** What is wrong with a file that is no image: its name as well, where it says that it is one. */
export function ofFile(error: ErrorData, name: string): ErrorData {
  if (error.code !== 'not-an-image' || !isImageName(name)) return error;
  return { ...error, message: error.message.replace(/an image\.$/, 'an image, whatever its name says.') };
}

export function fromList(list: Iterable<File>): PickedFile[] {
  return [...list].map((file) => ({ file, path: file.webkitRelativePath || file.name }));
}

/** Files of a drop, those in folders at any depth included. Must be called within the event: it is emptied after. */
export function fromDrop(data: DataTransfer): Promise<PickedFile[]> {
  const dropped = [...data.items]
    .filter(({ kind }) => kind === 'file')
    .map((item) => ({ entry: item.webkitGetAsEntry(), file: item.getAsFile() }));
  // Pages of other programs may hand over files without entries.
  if (dropped.every(({ entry }) => entry === null)) return Promise.resolve(fromList(data.files));
  // A file's entry is no more than its path: WebKit cannot read one that another page made, and has the file itself.
  return Promise.all(
    dropped.map(({ entry, file }) => {
      if (entry?.isFile && file) return fromList([file]);
      return entry ? fromEntry(entry, true) : [];
    }),
  ).then((lists) => lists.flat());
}

async function fromEntry(entry: FileSystemEntry, direct: boolean, depth = 0): Promise<PickedFile[]> {
  if (entry.isFile) {
    if (!direct && !isImageName(entry.name)) return [];
    const read = (resolve: (file: File) => void, reject: (error: unknown) => void) =>
      (entry as FileSystemFileEntry).file(resolve, reject);
    const file = await new Promise<File>(read).catch(() => null);
    return file ? [{ file, path: entry.fullPath.replace(/^\//, '') }] : [];
  }
  const found: PickedFile[] = [];
  if (depth >= MAX_DEPTH) return found;
  for (const child of await readAll((entry as FileSystemDirectoryEntry).createReader())) {
    for (const picked of await fromEntry(child, false, depth + 1)) found.push(picked);
  }
  return found;
}

/** Images of a folder's handle, at any depth; paths begin with the folder's name. What cannot be read is left out. */
export async function fromHandle(folder: FileSystemDirectoryHandle, prefix = '', depth = 0): Promise<PickedFile[]> {
  const path = `${prefix}${folder.name}/`;
  const found: PickedFile[] = [];
  if (depth >= MAX_DEPTH) return found;
  for await (const child of entriesOf(folder)) {
    if (child.kind === 'directory') {
      const inside = await fromHandle(child as FileSystemDirectoryHandle, path, depth + 1).catch(() => []);
      for (const picked of inside) found.push(picked);
    } else if (isImageName(child.name)) {
      const file = await (child as FileSystemFileHandle).getFile().catch(() => null);
      if (file) found.push({ file, path: path + child.name });
    }
  }
  return found;
}

const entriesOf = (folder: FileSystemDirectoryHandle) =>
  (folder as unknown as { values(): AsyncIterable<FileSystemHandle> }).values();

/** readEntries gives at most 100 a call, and an empty list after the last. */
export async function readAll(reader: Pick<FileSystemDirectoryReader, 'readEntries'>): Promise<FileSystemEntry[]> {
  const all: FileSystemEntry[] = [];
  for (;;) {
    const batch = await new Promise<FileSystemEntry[]>((resolve) => reader.readEntries(resolve, () => resolve([])));
    if (batch.length === 0) return all;
    all.push(...batch);
  }
}
