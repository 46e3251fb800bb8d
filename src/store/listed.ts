/** What a person does with a listed file: takes another page of it, or takes it off the list. */
import { errorData } from '../domain/errors';
import { selectCell } from './actions';
import { cancel, countOnce, fail, lookAgain, remove, runQueue } from './analyse';
import { withoutHeatmaps } from './cells';
import { dropReview, happen, isHeld } from './decide';
import { inspect, URGENCY } from './decoder';
import { forgetInEngine } from './engineClient';
import { patchImage, twinOf } from './images';
import { renewPictures } from './pictures';
import { openedFile } from './prepare';
import { decidedOn, slideOf } from './review';
import { useStore } from './store';

const get = useStore.getState;
const entry = (id: string) => get().images.find((image) => image.id === id);
const patch = (id: string, change: Parameters<typeof patchImage>[2]) =>
  useStore.setState((state) => patchImage(state, id, change));

/** Takes another page of a stack, after asking where decisions would be lost with what was found on the one before. */
export async function choosePage(id: string, page: number, agrees: (question: string) => boolean): Promise<void> {
  const decided = decidedOn(get().history.state, id);
  const question = `Go to page ${page + 1}? What was decided about ${cellsText(decided)} as they are on this page is dropped: undo does not bring it back. To keep both, open the file a second time.`;
  if (decided > 0 && !isHeld(id) && !agrees(question)) return;
  // What was decided is about the cells of the page before.
  if (!dropReview(id)) return;
  cancel(id);
  if (get().selectedImage === id) selectCell(null);
  forgetInEngine(id);
  // What was found of the file may be that it repeats another, which need not be so of this page.
  lookAgain(id);
  const nothing = { analysis: null, error: null, progress: null, ms: 0, duplicateOf: null };
  // A page has a px size and colours of its own, or none.
  patch(id, { ...nothing, page, status: 'waiting', scale: null, profile: null });
  useStore.setState(({ heatmaps }) => ({ heatmaps: withoutHeatmaps(heatmaps, `${id}/`) }));
  renewPictures(id);
  const image = entry(id);
  if (!image) return;
  await countOnce(id, twinOf(get().images, image, page));
  partFrom(id);
  await lookAtPage(id, page);
  await runQueue();
}

/** Files that repeated the page before are counted by another that shows it, or else the first of them is. */
function partFrom(id: string): void {
  for (const double of get().images) {
    if (double.status !== 'duplicate' || double.duplicateOf !== id) continue;
    // One after another: the first of them is the twin of the next.
    const twin = twinOf(get().images, double, double.page ?? undefined);
    if (twin) patch(double.id, { duplicateOf: twin.id });
    else {
      lookAgain(double.id);
      patch(double.id, { status: 'waiting', duplicateOf: null });
    }
  }
}

/** Size, px size and colours of the page that is shown. */
async function lookAtPage(id: string, page: number): Promise<void> {
  const isShown = () => entry(id)?.page === page;
  try {
    const facts = await inspect(await openedFile(id), URGENCY.view, page);
    if (isShown()) patch(id, { ...facts, page });
  } catch (thrown) {
    if (isShown() && entry(id)?.status === 'waiting') fail(id, errorData(thrown));
  }
}

const cellsText = (decided: number) => (decided === 1 ? 'one of its cells' : `${decided} of its cells`);

/** The slide that would hold no image without this one, where an analyser's count stands for it. */
function emptiedWithout(id: string): string | undefined {
  const { images, history } = get();
  const slide = slideOf(history.state, id);
  const isAlone = images.every((other) => other.id === id || slideOf(history.state, other.id) !== slide);
  return isAlone && history.state.slides[slide]?.wbc !== undefined ? slide : undefined;
}

/** Removes a file and logs that, after asking where decisions would be lost with it; false where it stays. */
export function askToRemove(id: string, agrees: (question: string) => boolean): boolean {
  const image = entry(id);
  if (!image || isHeld(id)) return false;
  const { state } = get().history;
  const decided = decidedOn(state, id);
  const emptied = emptiedWithout(id);
  const lost = [
    ...(decided > 0 ? [`what was decided about ${cellsText(decided)}`] : []),
    ...(emptied === undefined ? [] : ['the analyser\u2019s count of its slide, whose last image it is']),
  ].join(', and ');
  const question = `Remove ${image.name}? ${lost.charAt(0).toUpperCase()}${lost.slice(1)} ${decided > 0 && emptied !== undefined ? 'go' : 'goes'} with it: undo does not bring it back, nor does opening the file again. To keep it, save the session first.`;
  if (lost && !agrees(question)) return false;
  happen({ kind: 'remove', image: id, file: image.path, ...(emptied !== undefined && { emptied }) });
  remove(id);
  return true;
}
