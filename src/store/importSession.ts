/** Opens what was saved before, and annotations of others: checked whole before anything of the current state is touched. */
import { type ErrorData, LeukolensError } from '../domain/errors';
import { isBare } from '../domain/review/events';
import type { ReadSession } from '../import/session';
import { selectImage } from './actions';
import { cancelAll, forgetFiles, runQueue } from './analyse';
import { annotationsIn, type Opened } from './annotations';
import { takeHistory } from './autosave';
import { forgetEarly, type OpenedTogether, problemOf } from './compareOrWait';
import { forgetFirstReader, setReader } from './decide';
import { forgetInEngine } from './engineClient';
import type { PickedFile } from './files';
import { type ImageEntry, newEntry } from './images';
import { keepWithImage, openJournal, replaceKept } from './persist';
import { forgetPictures, keepCrop, keepFile } from './pictures';
import { cellsOn, parseRef } from './review';
import { useStore } from './store';

const SESSIONS = /\.(leukolens|zip|json|geojson)$/i;

/** Read and checked, waiting for a person to agree that it replaces what is open. */
let waiting: ReadSession | null = null;

/**
 * Opens the sessions among the files. The rest are images, and annotations that may be about these: compareOrWait is for them once
 * the images are listed.
 */
export async function openSessions(
  files: readonly PickedFile[],
): Promise<{ images: PickedFile[]; others: OpenedTogether }> {
  const own = files.filter(({ file }) => SESSIONS.test(file.name));
  const annotations: Opened[] = [];
  const problems: ErrorData[] = [];
  for (const { file, path } of own) {
    try {
      const opened = await openOne(file, path);
      if (opened) annotations.push(opened);
    } catch (thrown) {
      problems.push(problemOf(file.name, thrown));
    }
  }
  return { images: files.filter((entry) => !own.includes(entry)), others: { annotations, problems } };
}

/** Opens a session or a bundle, or gives the annotations that the file holds. */
async function openOne(file: File, path: string): Promise<Opened | null> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (bytes.length === 0) throw new LeukolensError('not-a-session', 'The file is empty.', 'Open another copy of it.');
  const annotations = await annotationsIn(file, path, bytes);
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
  const cells = read.images.reduce(
    (sum, one) => sum + cellsOn(one as unknown as ImageEntry, read.history.state).length,
    0,
  );
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
  if (useStore.getState().images.some(({ status }) => status === 'waiting')) void runQueue();
}

function bringIn(read: ReadSession): void {
  const images = read.images.map((image, order): ImageEntry => {
    const { id, name, path, size } = image;
    // Sessions of before each analysis said so name the model once for all.
    const analysis = image.analysis && { ...(read.model && { model: read.model }), ...image.analysis };
    return { ...newEntry({ id, name, path, size, order }), ...image, analysis } as unknown as ImageEntry;
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
  forgetEarly();
  cancelAll();
  // Whoever read second last leaves the seat, name and all.
  setReader('first');
  forgetFirstReader();
  const ids = useStore.getState().images.map(({ id }) => id);
  forgetFiles();
  for (const id of ids) forgetInEngine(id);
  useStore.setState({
    ...{ images: [], heatmaps: {}, selectedImage: null, selectedCell: null, typeFilter: null },
    ...{ comparison: null, notes: null, passing: null, problem: null, panel: null },
  });
  takeHistory();
  for (const id of ids) forgetPictures(id);
}
