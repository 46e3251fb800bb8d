/** Enter, and the way from cell to cell that nobody has decided about. */
import { TYPE_NAMES } from '../domain/cellType';
import type { ReviewCell } from '../domain/review/cells';
import type { Placed } from '../domain/review/edits';
import { selectCell } from './actions';
import { type CellOnImage, cellsOf, passes } from './cells';
import { confirmCells, pass, selectedOrChosen } from './decide';
import { galleryOrder, within } from './gallery';
import { useStore } from './store';
import { NO_LIMITS } from './view';

const get = useStore.getState;

type Test = (cell: ReviewCell) => boolean;

/** Confirms what is selected and shown, and goes on to the next cell that is shown and nobody has decided about, on whatever image. */
export function confirmAndGoOn(): void {
  const { typeFilter, limits, galleryLarge, reader } = get();
  useStore.setState({ passing: null });
  // Over the field the gallery's limits hide nothing.
  const isShown = ({ cell }: Placed) => passes(typeFilter, cell) && (!galleryLarge || within(limits, cell));
  const shown = selectedOrChosen().filter(isShown);
  confirmCells(shown);
  const wanted = (cell: ReviewCell) => cell.by === 'model' && passes(typeFilter, cell) && within(limits, cell);
  const moved = goOn(wanted);
  // For the second reader a cell is unidentified until it is read.
  if (reader === 'first' && sayUnidentified(wanted, shown)) return;
  if (moved) return;
  // Without a filter the count tells that all are reviewed; with one, Enter would seem to do nothing.
  const limited = isLimited();
  if (typeFilter === null && !limited) return;
  const which = [
    typeFilter && `of the type ${TYPE_NAMES[typeFilter].toLowerCase()}`,
    limited && 'that the gallery\u2019s filters let through',
  ];
  useStore.setState({
    notes: {
      title: `All cells ${which.filter(Boolean).join(' ')} are reviewed.`,
      lines: [`To go on with the others, ${limited ? 'take the filters off' : 'show all types'}.`],
      about: 'filter',
    },
  });
}

/** True where the gallery's filters leave something out. */
function isLimited(): boolean {
  const { limits } = get();
  return Object.entries(NO_LIMITS).some(([name, none]) => limits[name as keyof typeof limits] !== none);
}

/** For Enter there is something to confirm; by the second reader nothing is confirmed. */
const isOpen = ({ type }: ReviewCell) => get().reader === 'second' || type !== 'unidentified';

/** To the next cell that is wanted; in the large gallery in its order, until only unidentified ones are left in it. */
function goOn(wanted: Test): boolean {
  const open = (cell: ReviewCell) => wanted(cell) && isOpen(cell);
  if (get().galleryLarge) {
    // As one sees them, where one looks at nothing but cells; then those of the images that are not shown.
    const order = galleryOrder(get());
    if (order.some(({ cell }) => open(cell))) return goToNext(wanted, order);
    if (goToNext(open) || goToNext(wanted, order)) return true;
  }
  return goToNext(wanted);
}

/** Says that Enter passes unidentified cells by. True where there is nothing else to go on to, which it says instead. */
function sayUnidentified(wanted: Test, passed: readonly Placed[]): boolean {
  const { typeFilter, limits } = get();
  const cells = cellsOf(get().images, get()).map(({ cell }) => cell);
  const open = (cell: ReviewCell) => cell.type === 'unidentified' && cell.by === 'model' && within(limits, cell);
  const left = cells.filter(open).length;
  if (typeFilter === null && left > 0 && !cells.some((cell) => wanted(cell) && isOpen(cell))) {
    const of = isLimited() ? ' of those that the filters let through' : '';
    pass(
      `Only unidentified cells are left${of}: ${left}. Give each a type, U where it cannot be told, or X where it is no cell.`,
    );
    return true;
  }
  const isUnidentified = ({ cell }: Placed) => cell.type === 'unidentified' && cell.by === 'model';
  if (passed.some(isUnidentified)) pass('Unidentified: give it a type.');
  return false;
}

/**
 * Selects the next cell after the selected one, in the order given or over all images, and round, that a test of the cell and its
 * image lets through: of the cell as whoever sits at the screen sees it.
 */
export function goToNext(
  wanted: (cell: ReviewCell, image: string) => boolean,
  order: readonly CellOnImage[] = cellsOf(get().images, get()),
): boolean {
  const { selectedImage, selectedCell } = get();
  const at = order.findIndex(({ image, cell }) => image.id === selectedImage && cell.id === selectedCell);
  const round = [...order.slice(at + 1), ...order.slice(0, at + 1)];
  const next = round.find(({ image, cell }) => wanted(cell, image.id));
  if (next) selectCell(next.cell.id, next.image.id);
  return next !== undefined;
}
