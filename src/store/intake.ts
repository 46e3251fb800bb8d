/** Files that come in: listed in natural order, beside what was saved before and is opened with them. */
import { errorData, LeukolensError } from '../domain/errors';
import { isRunning, offer, runQueue } from './analyse';
import { compareOrWait } from './compareOrWait';
import { fromList, naturalOrder, type PickedFile, refusal } from './files';
import { newEntry } from './images';
import { openSessions } from './importSession';
import { keepWithImage, makeRoom, nextOrder } from './persist';
import { keepFile } from './pictures';
import { useStore } from './store';

/** Lists the files in natural order and starts on them. */
export async function addFiles(picked: Promise<PickedFile[]> | Iterable<File>): Promise<void> {
  const all = 'then' in picked ? await picked : fromList(picked);
  if (all.length === 0) return nothingFound();
  useStore.setState({ problem: null });
  const { images: files, others } = await openSessions(all);
  if (files.length === 0) return compareOrWait(others);
  files.sort((a, b) => naturalOrder(a.path, b.path));
  await makeRoom(files.reduce((sum, { file }) => sum + file.size, 0));
  const first = nextOrder();
  const entries = files.map(({ file, path }, i) => {
    const id = crypto.randomUUID();
    keepFile(id, file);
    const error = refusal(file);
    if (!error) keepWithImage(id, file);
    return {
      ...newEntry({ id, name: file.name, path, size: file.size, order: first + i }),
      ...(error && { status: 'failed' as const, error }),
    };
  });
  useStore.setState((state) => ({ images: [...state.images, ...entries], keeping: state.keeping + entries.length }));
  // What was just opened is what one wants to see, unless one is watching a run.
  if (entries[0] && (useStore.getState().selectedImage === null || !isRunning())) offer(entries[0].id);
  compareOrWait(others);
  await runQueue();
}

function nothingFound(): void {
  const message = 'No image was found in what was opened.';
  const error = new LeukolensError('not-an-image', message, 'Open TIFF, PNG, JPEG, WebP, AVIF or BMP images.');
  useStore.setState({ problem: errorData(error) });
}
