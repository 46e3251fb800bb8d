/** Opens what was saved before, and annotations of others: checked whole before anything of the current state is touched. */
import { type ErrorData, errorData, LeukolensError } from '../domain/errors';
import { isBare } from '../domain/review/events';
import type { Annotations } from '../import/annotated';
import type { ReadSession } from '../import/session';
import { selectImage } from './actions';
import { cancelAll, goOn } from './analyse';
import { annotationsIn, type Found, showComparison, together } from './annotations';
import { takeHistory } from './autosave';
import { forgetInEngine } from './engineClient';
import type { PickedFile } from './files';
import { type ImageEntry, newEntry } from './images';
import { keepWithImage, openJournal, replaceKept } from './persist';
import { forgetPictures, keepCrop, keepFile } from './pictures';
import { parseRef } from './review';
import { useStore } from './store';

const SESSIONS = /\.(leukolens|zip|json|geojson)$/i;
/** Files that could not be opened and whose reason is said; of more their number is. */
const SAID = 3;

/** Read and checked, waiting for a person to agree that it replaces what is open. */
let waiting: ReadSession | null = null;

/** Takes sessions and annotations out of what was opened; the rest are images. */
export async function withoutSessions(files: PickedFile[]): Promise<PickedFile[]> {
  const own = files.filter(({ file }) => SESSIONS.test(file.name));
  await openSaved(own);
  return files.filter((entry) => !own.includes(entry));
}

/**
 * Opens sessions, bundles, and annotations. Those of all the files are compared together: of GeoJSON there is one an image.
 * What is wrong with a file is said on screen, and nothing of it was taken then.
 */
async function openSaved(files: readonly PickedFile[]): Promise<void> {
  const found: Found[] = [];
  const problems: ErrorData[] = [];
  const tried = async (name: string, work: () => void | Promise<void>) => {
    try {
      await work();
    } catch (thrown) {
      const error = errorData(thrown);
      problems.push({ ...error, message: `${name}: ${error.message}` });
    }
  };
  for (const { file, path } of files) {
    await tried(file.name, async () => {
      const annotations = await openOne(file, path);
      if (annotations) found.push({ name: file.name, ...annotations });
    });
  }
  if (found.length > 0) {
    const all = together(found);
    await tried(all.name, () => showComparison(all));
  }
  const [first] = problems;
  if (!first) return;
  const more = problems.length > SAID ? ` And ${problems.length - SAID} more.` : '';
  const messages = problems.slice(0, SAID).map(({ message }) => message);
  useStore.setState({ problem: { ...first, message: `${messages.join(' ')}${more}` } });
}

/** Opens a session or a bundle, or gives the annotations that the file holds. */
async function openOne(file: File, path: string): Promise<Annotations | null> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (bytes.length === 0) throw new LeukolensError('not-a-session', 'The file is empty.', 'Open another copy of it.');
  const annotations = await annotationsIn(path, bytes);
  if (annotations) return annotations;
  const { readSession } = await import('../import/session');
  const read = await readSession(bytes);
  // Only then is it known what an earlier visit left.
  await openJournal();
  const { images, history, earlier } = useStore.getState();
  waiting = read;
  if (images.length === 0 && isBare(history.log) && !earlier) {
    await agreeToSession();
    return null;
  }
  const cells = read.images.reduce((sum, { analysis }) => sum + (analysis?.cells.length ?? 0), 0);
  useStore.setState({
    pendingSession: {
      ...{ name: file.name, images: read.images.length, cells, events: read.history.log.length },
      leftOut: read.leftOut,
    },
  });
  return null;
}

export function declineSession(): void {
  waiting = null;
  useStore.setState({ pendingSession: null });
}

/** Puts the session that was read in place of what is open, and of what an earlier visit left. */
export async function agreeToSession(): Promise<void> {
  const read = waiting;
  if (!read) return;
  waiting = null;
  useStore.setState({ pendingSession: null });
  await replaceKept(async () => {
    closeSession();
    // Shown closed for a moment: what the views hold of an image is not taken for that of the same one in the next session.
    await new Promise((resolve) => setTimeout(resolve));
    bringIn(read);
  });
  if (useStore.getState().images.some(({ status }) => status === 'waiting')) void goOn();
}

function bringIn(read: ReadSession): void {
  const images = read.images.map((image): ImageEntry => {
    const { id, name, path, size } = image;
    // Sessions of before each analysis said so name the model once for all.
    const analysis = image.analysis && { ...(read.model && { model: read.model }), ...image.analysis };
    return { ...newEntry({ id, name, path, size }), ...image, analysis } as unknown as ImageEntry;
  });
  for (const [id, bytes] of read.photographs) {
    const name = images.find((image) => image.id === id)?.name ?? id;
    const file = new File([bytes as Uint8Array<ArrayBuffer>], name);
    keepFile(id, file);
    keepWithImage(id, file);
  }
  // For the gallery, where the photographs are not there.
  for (const [ref, bytes] of read.crops) {
    const { image, cell } = parseRef(ref);
    keepCrop(image, cell, new Blob([bytes as Uint8Array<ArrayBuffer>], { type: 'image/png' }));
  }
  useStore.setState({ images, ...read.settings });
  takeHistory(read.history);
  selectImage(images.find(({ analysis }) => analysis)?.id ?? images[0]?.id ?? null);
  if (read.leftOut.length > 0) {
    useStore.setState({ notes: { title: 'The session is open. Not taken over:', lines: read.leftOut } });
  }
}

/** Closes everything: images, log, pictures; also what is kept on disk. */
export function clearSession(): Promise<void> {
  return replaceKept(closeSession);
}

/** The same in memory alone. */
function closeSession(): void {
  cancelAll();
  const ids = useStore.getState().images.map(({ id }) => id);
  for (const id of ids) forgetInEngine(id);
  useStore.setState({
    ...{ images: [], heatmaps: {}, selectedImage: null, selectedCell: null, typeFilter: null },
    ...{ comparison: null, notes: null, passing: null, problem: null, reader: 'first', panel: null },
  });
  takeHistory();
  for (const id of ids) forgetPictures(id);
}
