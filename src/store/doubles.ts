/** Files with the same bytes as another of the session: counted once, and of use where the other file is not there. */
import { selectImage } from './actions';
import { type ImageEntry, patchImage, twinOf } from './images';
import { keepWithImage } from './persist';
import { fileAtHand, fileOf, keepFile, renewPictures } from './pictures';
import { decidedOn } from './review';
import { useStore } from './store';

const get = useStore.getState;
const patch = (id: string, change: Parameters<typeof patchImage>[2]) =>
  useStore.setState((state) => patchImage(state, id, change));

/**
 * The file is another's double: it is not counted. Where the other's file is not there, this one stands in for it: true then, and
 * it is to be listed no more.
 */
export async function repeats(id: string, twin: ImageEntry): Promise<boolean> {
  patch(id, { status: 'duplicate', progress: null, analysis: null, ms: 0, duplicateOf: twin.id });
  const file = fileAtHand(id);
  const isOpen = () => get().images.some((image) => image.id === twin.id);
  if (!file || (await fileOf(twin.id)) || !isOpen()) return false;
  keepFile(twin.id, file);
  keepWithImage(twin.id, file);
  renewPictures(twin.id);
  // What is looked at is the photograph, and that is the other's now.
  if (get().selectedImage === id) selectImage(twin.id);
  return true;
}

/** Of a file looked into by an earlier visit, the one counted by now that it repeats; none where it was decided about. */
export function lateTwin(image: ImageEntry): ImageEntry | undefined {
  if (decidedOn(get().history.state, image.id) > 0) return undefined;
  const counted = get().images.filter(({ analysis, status }) => analysis || status === 'working');
  return twinOf(counted, image, image.page ?? undefined);
}
