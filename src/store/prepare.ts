/** Px for the engine: of the file whose turn it is, and of the next one while that is at work. */
import { LeukolensError } from '../domain/errors';
import type { Pixels } from '../domain/pixels';
import { decode, URGENCY } from './decoder';
import { fileAtHand, fileOf, renewalOf, takePictures } from './pictures';
import { fieldKey, getPixels, isWanted } from './pixels';
import { useStore } from './store';

/** The file decoded while another is being analysed. */
let ahead: { id: string; pixels: Promise<Pixels> } | null = null;

/** The file, or an error that says how to give it again. */
export async function openedFile(id: string): Promise<Blob> {
  // One that can no longer be read says so itself, in the decoder's words.
  const file = (await fileOf(id)) ?? fileAtHand(id);
  if (file) return file;
  throw new LeukolensError(
    'file-missing',
    'The file of this image was not kept on this device.',
    'Drop the same file here again: it is recognised, and goes on where it was.',
  );
}

async function prepare(id: string, signal?: AbortSignal): Promise<Pixels> {
  const renewal = renewalOf(id);
  const file = await openedFile(id);
  const { images, selectedImage } = useStore.getState();
  // The one that is looked at, or about to be, gets its picture from the same decoding: a large one is not in memory twice.
  const looked = isWanted(fieldKey(id)) || selectedImage === id;
  const field = looked && !getPixels(fieldKey(id));
  const page = images.find((image) => image.id === id)?.page ?? null;
  const decoded = await decode(file, { id, page, pixels: true, field, keep: false }, URGENCY.engine, signal);
  await takePictures(id, decoded, renewal);
  return decoded.pixels as Pixels;
}

/** Px of the file whose turn it is: those decoded ahead, if it was this one's. */
export async function pixelsOf(id: string, signal: AbortSignal): Promise<Pixels> {
  if (ahead?.id !== id) return prepare(id, signal);
  const { pixels } = ahead;
  ahead = null;
  return pixels;
}

/** Whether a file has been decoded ahead and waits for its turn. */
export const isAhead = () => ahead !== null;

/** Decodes one file ahead of its turn, unless one has been already. */
export function decodeAhead(id: string): void {
  if (ahead) return;
  const pixels = prepare(id);
  // Whoever takes it sees the error; until then it is nobody's.
  pixels.catch(() => {});
  ahead = { id, pixels };
}

/** A file that was decoded ahead is no longer wanted. */
export function dropAhead(id: string): void {
  if (ahead?.id === id) ahead = null;
}
