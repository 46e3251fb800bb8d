/** What a person decides about cells: each is one event of the log. What cannot be done says so on screen. */
import { LAST_CELL } from '../domain/cell';
import type { CallType } from '../domain/cellType';
import { errorData } from '../domain/errors';
import { plural } from '../domain/plural';
import type { ReviewCell } from '../domain/review/cells';
import * as edits from '../domain/review/edits';
import type { NewEvent } from '../domain/review/events';
import { record, signatureOf, signedError } from '../domain/review/history';
import { selectCell } from './actions';
import { passes, withoutHeatmaps } from './cells';
import { cellKey, cropKey, releasePixels } from './pixels';
import { cellRef, cellsOn, cellsSeen, parseRef, type Reader, rememberName } from './review';
import { useStore } from './store';
import { NO_LIMITS } from './view';

const get = useStore.getState;
const state = () => get().history.state;
const imageOf = (id: string) => get().images.find((image) => image.id === id);

/** Appends an event; a locked slide, say, is told as a problem. True where it went in. */
export function happen(event: NewEvent | null): boolean {
  if (!event || ('changes' in event && event.changes.length === 0)) return false;
  if ('changes' in event && event.changes.some((change) => change.field === 'made' && change.cell > LAST_CELL)) {
    say(`An image holds ${LAST_CELL} cells at most.`, 'Cut the photograph into parts and open these.');
    return false;
  }
  return append(event);
}

/** Who did last what the first reader does, in this session and visit; null: nobody yet. */
let firstWho: string | null = null;

/** Of another session: who read first in the one before has not been here. */
export function forgetFirstReader(): void {
  firstWho = null;
}

function append(event: NewEvent): boolean {
  try {
    if (!reads()) firstWho = get().who;
    useStore.setState(({ history, who }) => ({
      ...{ history: record(history, event, who, new Date()), problem: null, passing: null },
    }));
    return true;
  } catch (thrown) {
    useStore.setState({ problem: errorData(thrown) });
    return false;
  }
}

const byId = new WeakMap<readonly ReviewCell[], ReadonlyMap<number, ReviewCell>>();

/** Cells by their id: looked for one after another, all cells of a large field would take the square of their number. */
function idsOf(cells: readonly ReviewCell[]): ReadonlyMap<number, ReviewCell> {
  let ids = byId.get(cells);
  if (!ids) {
    ids = new Map(cells.map((cell) => [cell.id, cell]));
    byId.set(cells, ids);
  }
  return ids;
}

export function placed(ref: string): edits.Placed | null {
  const { image, cell } = parseRef(ref);
  const found = idsOf(cellsOn(imageOf(image), state())).get(cell);
  return found ? { image, cell: found } : null;
}

/** The cells that a type's key is meant for: those chosen together, else the one under the pointer, else the selected. */
export function meant(pointed = get().hovered): edits.Placed[] {
  const { chosen, selectedImage, selectedCell } = get();
  const selected = selectedImage !== null && selectedCell !== null ? cellRef(selectedImage, selectedCell) : null;
  const refs = chosen.length > 0 ? chosen : [pointed ?? selected];
  return refs.map((ref) => (ref === null ? null : placed(ref))).filter((entry) => entry !== null);
}

/** The cells that the panel shows, and that its buttons are meant for, wherever the pointer rests. */
export const selectedOrChosen = (): edits.Placed[] => meant(null);

/** The cells that the keys for deleting, splitting and merging are meant for: the panel's; the pointer's only where it shows none. */
export function selectedOrMeant(): edits.Placed[] {
  const own = selectedOrChosen();
  return own.length > 0 ? own : meant();
}

/** The second reader gives types, and leaves the cells as they are. */
export const reads = () => get().reader === 'second';

/** Gives cells a type; the ones meant where none are named. */
export function callCells(type: CallType, cells: readonly edits.Placed[] = meant()): void {
  const second = get().reader === 'second';
  happen(second ? edits.readAgain(state(), cells, type) : edits.reclassify(state(), cells, type));
}

/** The same by reference, as drag and drop has it. */
export function callRefs(type: CallType, refs: readonly string[]): void {
  callCells(
    type,
    refs.map(placed).filter((entry) => entry !== null),
  );
}

/** Makes the types that stand the person's own. */
export function confirmCells(cells: readonly edits.Placed[] = selectedOrChosen()): void {
  if (get().reader === 'first') happen(edits.confirm(state(), cells));
}

export function deleteMeant(cells: readonly edits.Placed[] = selectedOrMeant()): void {
  if (reads()) return;
  const left = leftWithout(cells);
  if (!happen(edits.deleteCells(cells))) return;
  selectCell(left);
}

/** The cell to be selected once some are gone: the one that is, where it stays, else the next on its image that is shown. */
function leftWithout(gone: readonly edits.Placed[]): number | null {
  const { selectedImage, selectedCell, typeFilter } = get();
  const cells = selectedImage === null ? [] : cellsSeen(imageOf(selectedImage), get());
  const at = cells.findIndex(({ id }) => id === selectedCell);
  if (at < 0) return null;
  const lost = new Set(gone.flatMap(({ image, cell }) => (image === selectedImage ? [cell.id] : [])));
  const round = [...cells.slice(at), ...cells.slice(0, at)].filter(({ id }) => !lost.has(id));
  return round.find((cell) => cell.id === selectedCell || passes(typeFilter, cell))?.id ?? null;
}

/** Tells what cannot be done, and what to do instead. */
export function say(message: string, remedy: string): void {
  useStore.setState({ problem: { code: 'review-conflict', message, remedy } });
}

/** Says in passing what became of what was just done. */
export function pass(text: string): void {
  useStore.setState({ passing: { text } });
}

export function groupImages(images: readonly string[], slide: string): void {
  const all = get().images.map(({ id }) => id);
  happen(edits.groupImages(state(), images, slide, all));
}

/** Says how many images were left out since they are signed off, and what that means for them. */
export function sayLocked(count: number, meaning: string): void {
  if (count === 0) return;
  const title = `${plural(count, 'image')} of a signed slide left out.`;
  useStore.setState({ notes: { title, lines: [`${meaning} To change that, reopen the slide in the count.`] } });
}

/** False where it stays as it was. */
export function setWbc(slide: string, wbc: number | null): boolean {
  return happen(edits.setWbc(state(), slide, wbc));
}

/** True where a signature holds an image as it is, whether or not anything was decided about it; says so on screen. */
export function isHeld(imageId: string): boolean {
  const signature = signatureOf(state(), imageId);
  if (signature) useStore.setState({ problem: errorData(signedError(signature)) });
  return signature !== undefined;
}

/**
 * Drops what was decided about an image's cells, which are about to go: what was decided elsewhere can still be undone. False
 * where it must stay.
 */
export function dropReview(imageId: string): boolean {
  if (isHeld(imageId)) return false;
  const edit = edits.dropDecisions(state(), imageId);
  // Done again, what was undone would be about other cells: the event ends that, also where it drops nothing.
  const again = get().history.undone.some(({ changes }) => changes.some((c) => 'cell' in c && c.image === imageId));
  if (edit.changes.length === 0 && !again) return true;
  if (reads()) {
    say('Another page would drop what was decided about this one.', 'End the second reading first.');
    return false;
  }
  return append(edit);
}

export function setWho(who: string): void {
  useStore.setState({ who });
  rememberName(who);
}

/**
 * The second reader takes the seat, or the first comes back, and with them the name they had typed: none where that is not known, or the second
 * reader's would sign for them. Neither reads through the other's filters, nor has the other's tool in hand.
 */
export function setReader(reader: Reader): void {
  if (reader === 'first' && reads()) setWho(firstWho ?? '');
  const filters = { typeFilter: null, limits: NO_LIMITS };
  useStore.setState({
    reader,
    ...filters,
    tool: 'look',
    chosen: [],
    hovered: null,
    heatmapType: null,
    compareType: null,
  });
}

/** Forgets pictures of cells that people made and that are gone: another may get their number. */
export function watchThumbs(): () => void {
  return useStore.subscribe((now, before) => {
    if (now.history.state.images === before.history.state.images) return;
    for (const [imageId, was] of Object.entries(before.history.state.images)) {
      const own = now.history.state.images[imageId];
      if (own === was) continue;
      for (const [id, { made }] of Object.entries(was.cells ?? {})) {
        if (!made || own?.cells?.[id]?.made === made) continue;
        releasePixels(cellKey(imageId, Number(id)));
        releasePixels(cropKey(imageId, Number(id)));
        useStore.setState(({ heatmaps }) => ({ heatmaps: withoutHeatmaps(heatmaps, `${imageId}/${id}/`) }));
      }
    }
  });
}
