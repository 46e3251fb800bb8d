/** Goes on with what an earlier visit left, beside what was opened since. */
import { plural } from '../domain/plural';
import { signatureOf } from '../domain/review/history';
import { selectImage, stepCell } from './actions';
import { cancel, countOnce, runQueue } from './analyse';
import { forgetInEngine } from './engineClient';
import type { ImageEntry } from './images';
import { takeUp } from './persist';
import { useStore } from './store';

const get = useStore.getState;

/** Lists again what an earlier visit left and goes on with it; files that were opened again since are counted once. */
export async function goOnWhereItWas(): Promise<void> {
  const since = new Set(get().images.map(({ id }) => id));
  await takeUp();
  if (get().selectedCell === null) stepCell(1);
  await partDoubles(since);
  await runQueue();
}

/**
 * Of a file that is there more than once, one stays: also where an earlier visit left it twice, since nobody had asked it to go
 * on. Another page of a file is another photograph, unless it was only opened again. Those not looked into yet are told apart
 * when they are.
 */
async function partDoubles(since: ReadonlySet<string>): Promise<void> {
  const counted = get().images.filter(({ sha256, status }) => sha256 && status !== 'duplicate');
  // Of equal worth, the one of the earlier visit stays.
  const ranked = counted.sort((a, b) => worth(b) - worth(a) || Number(since.has(a.id)) - Number(since.has(b.id)));
  const stay = new Map<string, ImageEntry[]>();
  const parted: Promise<unknown>[] = [];
  let [both, signed] = [0, 0];
  for (const image of ranked) {
    const others = stay.get(image.sha256) ?? [];
    const first = others.find(({ id, page }) => page === image.page || since.has(id) !== since.has(image.id));
    if (first && !isSigned(image.id)) {
      if (isDecided(image.id)) both++;
      parted.push(part(image, first));
      continue;
    }
    if (first) signed++;
    stay.set(image.sha256, [...others, image]);
  }
  await Promise.all(parted);
  const lines = [
    both > 0 &&
      `${both} of them ${both === 1 ? 'has' : 'have'} decisions more than once: those of one count, the others are in the log.`,
    signed > 0 &&
      `${signed} of them ${signed === 1 ? 'is' : 'are'} signed off more than once, and counted so: reopen a slide and remove its copy.`,
  ].filter((line) => line !== false);
  if (lines.length === 0) return;
  useStore.setState({
    notes: { title: `${plural(both + signed, 'file')} with decisions from more than one visit.`, lines },
  });
}

const isSigned = (id: string) => signatureOf(get().history.state, id) !== undefined;

/** True where a person has said something about an image or its cells. */
function isDecided(id: string): boolean {
  return get().history.state.images[id] !== undefined || isSigned(id);
}

/** What would be lost with it: a signature before decisions, and those before results. */
const worth = ({ id, analysis }: ImageEntry) => (isSigned(id) ? 4 : 0) + (isDecided(id) ? 2 : 0) + (analysis ? 1 : 0);

function part({ id }: ImageEntry, from: ImageEntry): Promise<boolean> {
  cancel(id);
  forgetInEngine(id);
  if (get().selectedImage === id) selectImage(from.id);
  return countOnce(id, from);
}
