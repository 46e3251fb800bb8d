/** Folders: chosen as a whole, remembered where the browser hands them out, and read again later. */
import { errorData, LeukolensError } from '../domain/errors';
import { isAbort } from './engineClient';
import { fromHandle, type PickedFile } from './files';
import { addFiles } from './intake';
import { keepFolder } from './persist';
import { useStore } from './store';

interface Picker {
  showDirectoryPicker?(options: { id: string; mode: 'read' }): Promise<FileSystemDirectoryHandle>;
}

/** What newer browsers' handles have beside the standard type. */
interface Asking {
  requestPermission?(options: { mode: 'read' }): Promise<PermissionState>;
}

/** True where a folder can be remembered; elsewhere the page's own file input is to be used. */
export function canPickFolder(): boolean {
  return 'showDirectoryPicker' in globalThis;
}

/** Asks for a folder and takes its images in. */
export async function openFolder(): Promise<void> {
  try {
    const folder = await (globalThis as Picker).showDirectoryPicker?.({ id: 'smears', mode: 'read' });
    if (!folder) return;
    useStore.setState({ folder });
    await keepFolder(folder);
    await readFolder(folder);
  } catch (thrown) {
    // The person closed the dialog.
    if (!isAbort(thrown)) say(thrown);
  }
}

/** Takes in what is new in the folder that was opened last. */
export async function readFolderAgain(): Promise<void> {
  const { folder } = useStore.getState();
  if (!folder) return;
  try {
    const asked = await (folder as Asking).requestPermission?.({ mode: 'read' });
    if (asked === 'granted' || asked === undefined) await readFolder(folder);
  } catch (thrown) {
    say(thrown);
  }
}

async function readFolder(folder: FileSystemDirectoryHandle): Promise<void> {
  const found = await fromHandle(folder);
  const listed = new Set(useStore.getState().images.map(({ path, size }) => `${size} ${path}`));
  const fresh = found.filter(({ file, path }: PickedFile) => !listed.has(`${file.size} ${path}`));
  if (fresh.length > 0 || found.length === 0) await addFiles(Promise.resolve(fresh));
}

function say(cause: unknown): void {
  const error = new LeukolensError(
    'damaged-image',
    'The folder could not be read: it may have been moved, renamed or taken away.',
    'Open it again from where it is now.',
    { cause },
  );
  useStore.setState({ problem: errorData(error) });
}
