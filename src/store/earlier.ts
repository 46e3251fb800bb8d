/** Goes on with what an earlier visit left, beside what was opened since. */
import { signatureOf } from '../domain/review/history';
import { selectImage } from './actions';
import { cancel, goOn, repeats } from './analyse';
import { forgetInEngine } from './engineClient';
import type { ImageEntry } from './images';
import { takeUp } from './persist';
import { useStore } from './store';

const get = useStore.getState;

/** Lists again what an earlier visit left and goes on with it; files that were opened again since are counted once. */
export async function goOnWhereItWas(): Promise<void> {
  const since = new Set(get().images.map(({ id }) => id));
  await takeUp();
  await partDoubles(since);
  await goOn();
}

/** Of a file that both visits have, one stays. Those not looked into yet are told apart when they are. */
async function partDoubles(since: ReadonlySet<string>): Promise<void> {
  const counted = get().images.filter(({ sha256, status }) => sha256 && status !== 'duplicate');
  const earlier = new Map(counted.filter(({ id }) => !since.has(id)).map((image) => [image.sha256, image]));
  const pairs = counted.flatMap((again): [ImageEntry, ImageEntry][] => {
    const first = since.has(again.id) && earlier.get(again.sha256);
    return first ? [[first, again]] : [];
  });
  const both = pairs.filter((pair) => pair.every(({ id }) => isDecided(id))).length;
  await Promise.all(
    pairs.map(([first, again]) => (worth(again) > worth(first) ? part(first, again) : part(again, first))),
  );
  if (both === 0) return;
  const title = `${both} ${both === 1 ? 'file has' : 'files have'} decisions from both visits.`;
  useStore.setState({ notes: { title, lines: ['Those of the earlier visit count; the later ones are in the log.'] } });
}

/** True where a person has said something about an image or its cells. */
function isDecided(id: string): boolean {
  const { state } = get().history;
  return state.images[id] !== undefined || signatureOf(state, id) !== undefined;
}

/** What would be lost with it: decisions before results. */
const worth = ({ id, analysis }: ImageEntry) => (isDecided(id) ? 2 : 0) + (analysis ? 1 : 0);

function part({ id }: ImageEntry, from: ImageEntry): Promise<void> {
  cancel(id);
  forgetInEngine(id);
  if (get().selectedImage === id) selectImage(from.id);
  return repeats(id, from);
}
